import type { BucketRecord } from '../events/bucket-record.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { MonitorStore } from '../ports.ts';
import { HOUR_MS } from '../timeline/time.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { CountingOptions } from './options.ts';

/** The stored buckets that planning and evaluating need: from a window before the watermark on. */
export async function knownBuckets(
  state: MonitorState,
  store: MonitorStore,
  {
    scheduledTime,
    settings,
  }: { readonly scheduledTime: number; readonly settings: CountingOptions },
  timeline: Timeline,
): Promise<Map<number, BucketRecord>> {
  const reach = scheduledTime - Math.max(settings.maxCatchUpMs, settings.windowMs);
  // The first notification of an alert shows the window of its last breach.
  const unnotified = state.alerts.flatMap(({ firing }) =>
    firing && !firing.notified ? [firing.breachedAt] : [],
  );
  const outstanding = Math.min(
    state.watermark ?? scheduledTime,
    state.evaluatedTo ?? scheduledTime,
    scheduledTime,
    ...unnotified,
  );
  const oldest = Math.max(outstanding, reach);
  const begun = oldest - settings.settleMs - timeline.bucketMs;
  // `noteSize` looks at the buckets of an hour.
  const start = Math.min(timeline.windowOf(begun).start, begun - HOUR_MS);
  const records = await store.readBuckets({ start, end: scheduledTime });
  return new Map(records.filter(timeline.owns).map((record) => [record.start, record]));
}
