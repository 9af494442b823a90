import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { EventQuery, UsageEvents } from '../../functions/monitor/ports.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { eventPage, usageEvent } from './events.ts';
import { MINUTE, START } from './listing-server.ts';

/** The buckets of a range that is one bucket long. */
export const ONE = bucketsOf({ start: START, end: START + 5 * MINUTE });
/** 2,000 events of that bucket, of seven accounts. */
export const busy = Array.from({ length: 2_000 }, (_, index) =>
  usageEvent({ createdAt: START + index * 150, accountId: `account-${index % 7}` }),
);

/** A Togai that lists events in pages of fifty, newest first. `watch` counts its requests and its open queries. */
export function pagesOfFifty(
  events: readonly UsageEvent[],
  matches = ({ createdAt }: UsageEvent, start: number, end: number) =>
    createdAt >= start && createdAt <= end,
) {
  const watch = { open: 0, most: 0, queries: [] as EventQuery[], requests: 0 };
  const server: UsageEvents = {
    async *pages(query, signal) {
      watch.queries.push(query);
      watch.most = Math.max(watch.most, ++watch.open);
      const { startTime = 0, endTime = 0 } = query;
      const listed = events.filter((event) => matches(event, startTime, endTime)).reverse();
      try {
        for (let from = 0; from === 0 || from < listed.length; from += 50) {
          watch.requests++;
          for (let turn = 0; turn < 5; turn++) await Promise.resolve();
          signal.throwIfAborted();
          yield eventPage(
            listed.slice(from, from + 50),
            from + 50 < listed.length ? `${startTime} ${from}` : undefined,
          );
        }
      } finally {
        watch.open--;
      }
    },
    event: () => Promise.resolve([]),
  };
  return { server, watch };
}
