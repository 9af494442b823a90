import { countAll } from '../../functions/monitor/counting/listing/count-buckets.ts';
import type { CountRequest } from '../../functions/monitor/counting/listing/count-request.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { EventQuery, UsageEvents } from '../../functions/monitor/ports.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { eventPage, usageEvent } from './events.ts';

export const START = Date.UTC(2026, 10, 18, 12);
export const MINUTE = 60_000;
export const BUCKETS = bucketsOf({ start: START, end: START + 20 * MINUTE });

/** A Togai that filters by a field, both bounds included, in pages of two, newest first. */
export function serverOf(
  events: readonly UsageEvent[],
  filter: 'createdAt' | 'timestamp' | 'none' = 'createdAt',
): UsageEvents & { readonly queries: EventQuery[] } {
  const queries: EventQuery[] = [];
  return {
    queries,
    async *pages(query, signal) {
      queries.push(query);
      const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = query;
      const time = (event: UsageEvent) =>
        filter === 'none' ? startTime : (event[filter] ?? Number.NaN);
      const listed = events
        .filter((event) => time(event) >= startTime && time(event) <= endTime)
        .sort((a, b) => b.createdAt - a.createdAt);
      for (let from = 0; from === 0 || from < listed.length; from += 2) {
        await Promise.resolve();
        signal.throwIfAborted();
        const token = from + 2 < listed.length ? `after ${from}` : undefined;
        yield eventPage(listed.slice(from, from + 2), token);
      }
    },
    event: () => Promise.resolve([]),
  };
}

/** Counts all buckets with three workers. */
export function countBuckets(events: UsageEvents, request: Partial<CountRequest> = {}) {
  return countAll(events, {
    buckets: BUCKETS,
    ignoreLists: { accounts: new Set(), schemas: new Set() },
    workers: 3,
    signal: new AbortController().signal,
    ...request,
  });
}

/** The number of events of each bucket. */
export const totals = async (events: UsageEvents, request: Partial<CountRequest> = {}) =>
  (await countBuckets(events, request)).complete.map(({ counts }) => counts.total);

/** An event that arrived some minutes after START, and happened `lagMinutes` before that. */
export function arrived(minutes: number, lagMinutes = 0): UsageEvent {
  const createdAt = START + minutes * MINUTE + 1;
  return usageEvent({ createdAt, timestamp: createdAt - lagMinutes * MINUTE });
}
