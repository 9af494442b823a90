import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countAll } from '../../functions/monitor/counting/listing/count-buckets.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { UsageEvents } from '../../functions/monitor/ports.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { eventPage, usageEvent } from '../support/events.ts';
import { holdsAlways } from './cases.ts';

const START = Date.UTC(2026, 10, 18, 12);
const MINUTE = 60_000;
const BUCKETS = bucketsOf({ start: START, end: START + 60 * MINUTE });

/** How a server takes the times of a query, and lists. */
const manners = fc.record({
  filter: fc.constantFrom('inclusive', 'exclusive', 'by the second', 'none'),
  order: fc.constantFrom('newest first', 'oldest first', 'none'),
  saysEnd: fc.boolean(),
});
type Manners = typeof manners extends fc.Arbitrary<infer M> ? M : never;

function serverOf(events: readonly UsageEvent[], { filter, order, saysEnd }: Manners): UsageEvents {
  const second = (time: number) => Math.floor(time / 1_000);
  const isListed = (time: number, start: number, end: number) => {
    if (filter === 'none') return true;
    if (filter === 'exclusive') return time > start && time < end;
    if (filter === 'inclusive') return time >= start && time <= end;
    return second(time) >= second(start) && second(time) <= second(end);
  };
  const sorted = events.toSorted((a, b) => b.createdAt - a.createdAt);
  // A list of all events can be counted only newest first.
  const listed = filter === 'none' || order === 'newest first' ? sorted : sorted.reverse();
  if (filter !== 'none' && order === 'none') {
    listed.sort((a, b) => (a.createdAt % 7_919) - (b.createdAt % 7_919));
  }
  return {
    async *pages({ startTime = 0, endTime = Number.POSITIVE_INFINITY }, signal) {
      const found = listed.filter(({ createdAt }) => isListed(createdAt, startTime, endTime));
      for (let from = 0; from === 0 || from < found.length; from += 50) {
        await Promise.resolve();
        signal.throwIfAborted();
        const isLast = from + 50 >= found.length;
        const page = eventPage(found.slice(from, from + 50), isLast ? undefined : `from ${from}`);
        yield isLast && saysEnd ? page : { ...page, isEndUnsaid: isLast };
      }
    },
    event: () => Promise.resolve([]),
  };
}

/**
 * Bursts and single events in two hours; the middle hour is counted. They have one time, because a
 * server that takes its bounds by the second may be seen as filtering by the other one.
 */
const events = fc
  .array(
    fc.record({
      at: fc.integer({ min: -30 * MINUTE, max: 90 * MINUTE }),
      length: fc.integer({ min: 1, max: 120 }),
      apartMs: fc.constantFrom(40, 900, 20_000),
    }),
    { maxLength: 8 },
  )
  .map((bursts) =>
    bursts.flatMap(({ at, length, apartMs }) =>
      Array.from({ length }, (_, index) => {
        const createdAt = START + at + index * apartMs;
        return usageEvent({ createdAt, timestamp: createdAt });
      }),
    ),
  );

test('every event is counted once, in its bucket, with any order of the server and any due buckets', () => {
  const cases = fc.record({
    list: events,
    how: manners,
    due: fc.shuffledSubarray(BUCKETS, { minLength: 1 }),
    workers: fc.integer({ min: 1, max: 5 }),
  });
  return holdsAlways(
    fc.asyncProperty(cases, async ({ list, how, due, workers }) => {
      const result = await countAll(serverOf(list, how), {
        buckets: due,
        ignoreLists: { accounts: new Set(), schemas: new Set() },
        workers,
        signal: new AbortController().signal,
      }).catch((error) => {
        if (how.saysEnd) throw error;
        // A list of all events that does not say its end can be counted only if it reaches before the range.
        if (how.filter === 'none') expect(String(error)).toMatch(/does not filter by time/);
        // More than fifty events of a second cannot be listed without tokens.
        else expect(String(error)).toMatch(/all of one second/);
      });
      if (!result) return;
      const inBucket = ({ start, end }: { start: number; end: number }) =>
        list.filter(({ createdAt }) => createdAt >= start && createdAt < end).length;
      expect(result.complete.map(({ bucket, counts }) => [bucket, counts.total])).toEqual(
        due.map((bucket) => [bucket, inBucket(bucket)]),
      );
    }),
  );
});
