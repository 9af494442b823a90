import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import type { LookRecord } from '../../functions/monitor/events/look-record.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';

/** The listed buckets that a store has of a range. */
export async function bucketsIn(
  store: Pick<MonitorStore, 'readCounts'>,
  range: Range,
): Promise<readonly BucketRecord[]> {
  return (await store.readCounts(range)).buckets;
}

/** The looks at Togai metrics that a store has of a range. */
export async function looksIn(
  store: Pick<MonitorStore, 'readCounts'>,
  range: Range,
): Promise<readonly LookRecord[]> {
  return (await store.readCounts(range)).looks;
}
