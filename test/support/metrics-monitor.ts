import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { at, createTestMonitor, type TestMonitor } from './monitor.ts';

/** A monitor that counts by metrics. */
export function metricsMonitor(
  events: readonly UsageEvent[],
  texts: TestMonitor['texts'] = { thresholds: 'unmetered >= 10' },
): TestMonitor {
  const monitor = createTestMonitor({ counting: 'metrics', ...texts });
  monitor.events.push(...events);
  return monitor;
}

/** All that the monitor has stored of the test day. */
export const storedBy = (monitor: TestMonitor): Promise<BucketRecord[]> =>
  monitor.store.readBuckets({ start: at('00:00'), end: at('23:59') });
