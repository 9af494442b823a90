import { count } from '../../functions/monitor/counting/listing/count-buckets.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { UsageEvents } from '../../functions/monitor/ports.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { eventPage, usageEvent } from './events.ts';
import { MINUTE, START } from './listing-server.ts';

interface Manner {
  /** The time field of a range's filter; `none`: the range is ignored. @default 'createdAt' */
  readonly filter?: 'createdAt' | 'timestamp' | 'none';
  /** In which events are listed. @default newest first by `createdAt` */
  readonly order?: (a: UsageEvent, b: UsageEvent) => number;
  /** There are no page tokens, and a page does not say whether it is the last. @default false */
  readonly endUnsaid?: boolean;
  /** Called before each answer, with the number of requests so far. */
  readonly onRequest?: (requests: number) => void;
}

export const newestFirst = (a: UsageEvent, b: UsageEvent) => b.createdAt - a.createdAt;
export const happenedLast = (a: UsageEvent, b: UsageEvent) =>
  (b.timestamp ?? 0) - (a.timestamp ?? 0);
const lot = ({ createdAt }: UsageEvent) => (createdAt * 7_919) % 20_011;
export const inNoOrder = (a: UsageEvent, b: UsageEvent) => lot(a) - lot(b);

/** A Togai in memory with pages of fifty. `watch` counts its requests and the queries that were under way at once. */
export function listedBy(
  events: readonly UsageEvent[],
  { filter = 'createdAt', order = newestFirst, endUnsaid = false, onRequest }: Manner = {},
) {
  const watch = { open: 0, most: 0, requests: 0 };
  const server: UsageEvents = {
    async *pages({ startTime = 0, endTime = Number.POSITIVE_INFINITY }, signal) {
      watch.most = Math.max(watch.most, ++watch.open);
      const timeOf = (event: UsageEvent) =>
        filter === 'none' ? startTime : (event[filter] ?? Number.NaN);
      const listed = events
        .filter((event) => timeOf(event) >= startTime && timeOf(event) <= endTime)
        .sort(order);
      try {
        for (let from = 0; from === 0 || from < listed.length; from += 50) {
          watch.requests++;
          onRequest?.(watch.requests);
          for (let turn = 0; turn < 5; turn++) await Promise.resolve();
          signal.throwIfAborted();
          const page = listed.slice(from, from + 50);
          if (endUnsaid) {
            yield { ...eventPage(page), isEndUnsaid: true };
            return;
          }
          yield eventPage(page, from + 50 < listed.length ? `${startTime} ${from}` : undefined);
        }
      } finally {
        watch.open--;
      }
    },
    event: () => Promise.resolve([]),
  };
  return { server, watch };
}

/** Events evenly spread over the time after START. They happened when they arrived, unless `fields` says otherwise. */
export function spread(
  minutes: number,
  events: number,
  fields: (createdAt: number, index: number) => Partial<UsageEvent> = () => ({}),
): UsageEvent[] {
  return Array.from({ length: events }, (_, index) => {
    const createdAt = START + 10 + Math.floor((index * minutes * MINUTE) / events);
    return usageEvent({ createdAt, timestamp: createdAt, ...fields(createdAt, index) });
  });
}

export const bucketsIn = (minutes: number) =>
  bucketsOf({ start: START, end: START + minutes * MINUTE });

/** Counts with four workers. */
export function counted(
  { server }: ReturnType<typeof listedBy>,
  minutes: number,
  request: Partial<Parameters<typeof count>[1]> = {},
) {
  return count(server, {
    buckets: bucketsIn(minutes),
    ignoreLists: { accounts: new Set(), schemas: new Set() },
    workers: 4,
    signal: new AbortController().signal,
    ...request,
  });
}

/** Counts until so many requests have used up the time. */
export function countedIn(
  requests: number,
  events: readonly UsageEvent[],
  minutes: number,
  { timeField, ...manner }: Manner & { readonly timeField?: 'createdAt' | 'timestamp' } = {},
) {
  const time = new AbortController();
  const onRequest = (sent: number) => sent > requests && time.abort(new Error('out of time'));
  return counted(listedBy(events, { ...manner, onRequest }), minutes, {
    softDeadline: time.signal,
    ...(timeField && { timeField, isTimeFieldKnown: true }),
  });
}
