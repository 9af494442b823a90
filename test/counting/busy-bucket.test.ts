import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { UsageEvents } from '../../functions/monitor/ports.ts';
import { busy, ONE, pagesOfFifty } from '../support/busy-bucket.ts';
import { usageEvent } from '../support/events.ts';
import { countBuckets, MINUTE, START } from '../support/listing-server.ts';

describe('a busy bucket', () => {
  test('is found by its first page, and listed in parts by all workers', async () => {
    const { server, watch } = pagesOfFifty(busy);
    const result = await countBuckets(server, { buckets: ONE, workers: 8 });
    expect(watch.most).toBe(8);
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([2_000]);
    expect(result.complete[0]?.counts.accounts.byName.get('account-3')?.byStatus).toEqual(
      new Map([['INGESTION_COMPLETED_EVENT_METERED', 286]]),
    );
  });

  test('after an empty one is listed by all workers, too', async () => {
    const { server, watch } = pagesOfFifty(busy);
    const before = { start: START - 5 * MINUTE, end: START };
    const result = await countBuckets(server, { buckets: [before, ...ONE], workers: 8 });
    expect(watch.most).toBeGreaterThanOrEqual(7);
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([0, 2_000]);
  });

  test('costs a request more for each part, and one for the page that showed that it is busy', async () => {
    const { server, watch } = pagesOfFifty(busy);
    await countBuckets(server, { buckets: ONE, workers: 8 });
    expect(watch.requests).toBeLessThanOrEqual(40 + 8 + 1);
  });

  test('is counted completely, for any times of its events', async () => {
    const times = fc.array(fc.nat(299_999), { maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 9 }), async (at, workers) => {
        const events = at
          .toSorted((a, b) => a - b)
          .map((time) => usageEvent({ createdAt: START + time }));
        const { server } = pagesOfFifty(events);
        const result = await countBuckets(server, {
          buckets: ONE,
          workers,
        });
        expect(result.complete[0]?.counts.total).toBe(events.length);
      }),
      { numRuns: 60 },
    );
  });

  test('loses no event at the edges of parts if Togai filters by a time that was cut to the second', async () => {
    // Every event arrives within a second of its own time, which has no milliseconds. So nothing proves the filter.
    const events = Array.from({ length: 2_000 }, (_, index) => {
      const happened = START + Math.floor(index / 8) * 1_000;
      return usageEvent({ createdAt: happened + (index % 2) * 1_000, timestamp: happened });
    });
    const { server } = pagesOfFifty(
      events,
      ({ timestamp = 0 }, start, end) => timestamp >= start && timestamp <= end,
    );
    const result = await countBuckets(server, { buckets: ONE, workers: 8 });
    expect(result.complete[0]?.counts.total).toBe(2_000);
  });

  test('is counted once if its last part begins when the other parts have ended', async () => {
    const { server } = pagesOfFifty(busy);
    let open = 0;
    const othersAreDone = Promise.withResolvers<void>();
    const result = await countBuckets(
      {
        ...server,
        async *pages(query, signal) {
          const isWhole = (query.startTime ?? 0) < START;
          const isLast = (query.endTime ?? 0) >= START + 5 * MINUTE;
          if (isWhole && isLast) {
            yield* server.pages(query, signal);
            return;
          }
          if (isLast) await othersAreDone.promise;
          else open++;
          yield* server.pages(query, signal);
          if (isLast || --open > 0) return;
          setImmediate(othersAreDone.resolve);
        },
      },
      { buckets: ONE, workers: 4 },
    );
    expect(result.complete[0]?.counts.total).toBe(2_000);
  });

  describe('is the same in parts as in one piece', () => {
    const floored = (ms: number) => Math.floor(ms / 1_000) * 1_000;
    /** Seven a second. The first arrives just after the full second, and its own time is just before it. */
    const behindMarks = Array.from({ length: 2_000 }, (_, index) => {
      const createdAt = START + Math.floor(index / 7) * 1_000 + 4 + (index % 7) * 100;
      return usageEvent({ createdAt, timestamp: createdAt - 6 });
    });
    const timeless = busy.map((event) => ({ ...event, timestamp: undefined }));

    test.each<[string, UsageEvent[], (event: UsageEvent, start: number, end: number) => boolean]>([
      ['ignores the filter, and events have no time of their own', timeless, () => true],
      [
        'takes times by the second, both bounds included',
        behindMarks,
        ({ createdAt }, start, end) =>
          floored(createdAt) >= floored(start) && floored(createdAt) <= floored(end),
      ],
      [
        'filters by the second of another time, which is a few milliseconds older',
        behindMarks,
        ({ timestamp = 0 }, start, end) =>
          floored(timestamp) >= floored(start) && floored(timestamp) <= floored(end),
      ],
    ])('if the server %s', async (_, events, matches) => {
      const whole = pagesOfFifty(events, matches);
      const one = await countBuckets(whole.server, { buckets: ONE, workers: 1 });
      const cut = pagesOfFifty(events, matches);
      const many = await countBuckets(cut.server, {
        buckets: ONE,
        workers: 8,
      });
      expect(cut.watch.most).toBe(8);
      expect([many.filteredHere, many.timeField]).toEqual([one.filteredHere, one.timeField]);
      expect(many.complete.map(({ counts }) => counts.total)).toEqual(
        one.complete.map(({ counts }) => counts.total),
      );
    });

    test('if every query lists an entry without a time', async () => {
      const { server } = pagesOfFifty(busy);
      const malformed = [{ identity: 'x', createdAt: undefined, problem: 'no createdAt' }];
      const withMalformed: UsageEvents = {
        ...server,
        async *pages(query, signal) {
          let first = true;
          for await (const page of server.pages(query, signal)) {
            yield first ? { ...page, malformed } : page;
            first = false;
          }
        },
      };
      const { complete } = await countBuckets(withMalformed, {
        buckets: ONE,
        workers: 8,
      });
      expect(complete[0]?.counts.malformed).toBe(1);
    });
  });
});
