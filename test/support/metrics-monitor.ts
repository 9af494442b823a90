import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { LookRecord } from '../../functions/monitor/events/look-record.ts';
import type { RunResult } from '../../functions/monitor/run.ts';
import { usageEvent } from './events.ts';
import { at, createTestMonitor, type TestMonitor } from './monitor.ts';
import { looksIn } from './stored-counts.ts';
import { NOT_METERED } from './traffic.ts';

/** A monitor that counts by Togai metrics. */
export function metricsMonitor(
  events: readonly UsageEvent[],
  texts: TestMonitor['texts'] = { thresholds: 'unmetered >= 10' },
): TestMonitor {
  const monitor = createTestMonitor({ counting: 'metrics', ...texts });
  monitor.events.push(...events);
  return monitor;
}

/** All looks that the monitor has stored of the test day. */
export const looksBy = (monitor: TestMonitor): Promise<readonly LookRecord[]> =>
  looksIn(monitor.store, { start: at('00:00'), end: at('23:59') });

/** So many events that are lost at a time of the test day. */
export const lost = (
  count: number,
  time: string,
  fields: Partial<UsageEvent> = {},
): UsageEvent[] => {
  const createdAt = at(time);
  const event = { createdAt, timestamp: createdAt, status: NOT_METERED, ...fields };
  return Array.from({ length: count }, () => usageEvent(event));
};

/** The newest window of a run: `09:00-10:05`, with the events by status. */
export function windowOf({ evaluated }: RunResult) {
  if (!evaluated) return undefined;
  const { window, counts } = evaluated;
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  return {
    window: `${time(window.start)}-${time(window.end)}`,
    unmetered: counts.byStatus.get(NOT_METERED) ?? 0,
    metered: counts.byStatus.get('INGESTION_COMPLETED_EVENT_METERED') ?? 0,
  };
}

/** The state and the value of each rule in the newest window, and why it is not known. */
export const rulesIn = ({ evaluated }: RunResult): string[] =>
  (evaluated?.evaluations ?? []).map(({ state, value, reason }) =>
    [state, value, reason].filter((part) => part !== undefined).join(' '),
  );

/** The lost events of the newest window of each run. */
export const unmeteredIn = (results: readonly RunResult[]): (number | undefined)[] =>
  results.map((result) => windowOf(result)?.unmetered);
