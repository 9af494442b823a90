import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import { usageEvent } from '../support/events.ts';
import {
  bucketsIn,
  counted,
  countedIn,
  happenedLast,
  inNoOrder,
  listedBy,
  spread,
} from '../support/listed-by.ts';
import { MINUTE, START } from '../support/listing-server.ts';

const HOUR = 60 * MINUTE;

describe('a busy range', () => {
  test('is listed by all workers, also where its newest bucket is wanted first', async () => {
    const buckets = bucketsIn(65);
    const newest = buckets.slice(-1);
    const listed = listedBy(spread(65, 20_000));
    const request = { buckets: [...newest, ...buckets.slice(0, -1)] };
    const { complete } = await counted(listed, 65, request);
    expect(complete.reduce((sum, { counts }) => sum + counts.total, 0)).toBe(20_000);
    expect(listed.watch.most).toBe(4);
    // A request more for each part, and some that showed that the range is better cut.
    expect(listed.watch.requests).toBeLessThan(1.1 * 400);
  });

  const futureClocks = spread(120, 20_000, (createdAt, index) => ({
    timestamp: index % 400 === 0 ? createdAt + 6 * HOUR : createdAt - 500,
  }));
  const lateEvents = spread(120, 20_000, (createdAt, index) => ({
    timestamp: index % 40 === 0 ? createdAt - HOUR : createdAt - 500,
  }));

  test.each([
    ['some senders have a clock that is ahead', futureClocks, { order: happenedLast }],
    ['the list is in no order', lateEvents, { order: inNoOrder }],
    [
      'Togai filters by the time of the sender and lists by that of the receipt',
      lateEvents,
      { filter: 'timestamp', timeField: 'timestamp' },
    ],
  ] as const)(
    'keeps the complete buckets when time runs out, where %s',
    async (_, events, manner) => {
      const { complete } = await countedIn(300, events, 120, manner);
      expect(complete.length).toBeGreaterThan(10);
    },
  );

  test('loses no late event when time runs out, where the list is by the time of the sender', async () => {
    const late = usageEvent({ createdAt: START + 28 * MINUTE, timestamp: START + MINUTE });
    const events = [...spread(30, 350), late];
    for (let requests = 1; requests < 12; requests++) {
      const { complete } = await countedIn(requests, events, 30, { order: happenedLast });
      for (const { bucket, counts } of complete) {
        const { length } = events.filter(
          ({ createdAt }) => createdAt >= bucket.start && createdAt < bucket.end,
        );
        expect(counts.total).toBe(length);
      }
    }
  });

  test('keeps the events so far when Togai throttles midway', async () => {
    const onRequest = (sent: number) => {
      if (sent > 30) throw new TogaiError('throttled', '429 does not end');
    };
    const result = await counted(listedBy(spread(60, 2_400), { onRequest }), 60);
    expect(result.stopped).toMatchObject({ failure: 'throttled' });
    expect(result.complete.length).toBeGreaterThan(2);
    const bounds = result.unfinished.reduce((sum, { counts }) => sum + counts.total, 0);
    expect(bounds).toBeGreaterThan(100);
  });

  test('keeps the events that came before a query failed and its buckets were listed one by one', async () => {
    let failures = 0;
    const onRequest = (sent: number) => {
      if (sent === 3 && failures++ === 0) throw new TogaiError('unavailable', '500');
      if (sent === 5) throw new TogaiError('unauthorized', 'the token is rejected');
    };
    const result = await counted(listedBy(spread(30, 250), { onRequest }), 30, { workers: 1 });
    expect(result.stopped).toMatchObject({ failure: 'unauthorized' });
    const parts = [...result.complete, ...result.unfinished];
    expect(parts.reduce((sum, { counts }) => sum + counts.total, 0)).toBeGreaterThanOrEqual(100);
  });

  test('lists a bucket that failed before by itself, so it costs the others nothing', async () => {
    const [, bad] = bucketsIn(30);
    const listed = listedBy(spread(30, 60));
    const failing = {
      ...listed,
      server: {
        ...listed.server,
        pages: (...[query, signal]: Parameters<typeof listed.server.pages>) => {
          const { startTime = 0, endTime = 0 } = query;
          if (bad && startTime < bad.start && endTime > bad.start) {
            throw new TogaiError('unavailable', '500');
          }
          return listed.server.pages(query, signal);
        },
      },
    };
    const apart = new Set([bad?.start ?? 0]);
    const result = await counted(failing, 30, { apart });
    expect(result.failed.map(({ bucket }) => bucket)).toEqual([bad]);
    expect(result.complete).toHaveLength(5);
    expect(listed.watch.requests).toBe(2);
  });
});

describe('an entry without a readable createdAt', () => {
  const malformed = [{ identity: 'x', createdAt: undefined, problem: 'createdAt is missing' }];
  const listed = listedBy([]);
  const withMalformed = {
    ...listed,
    server: {
      ...listed.server,
      async *pages({ startTime = 0, endTime = 0 }) {
        const isListed = startTime <= START + MINUTE && endTime >= START + MINUTE;
        yield await Promise.resolve({
          events: [],
          malformed: isListed ? malformed : [],
          nextToken: undefined,
        });
      },
    },
  };

  test.each([5, 15])('is in the bucket whose query lists it, in %s minutes', async (minutes) => {
    const { complete } = await counted(withMalformed, minutes);
    const counts = complete.map((bucket) => bucket.counts.malformed);
    expect(counts).toEqual([1, 0, 0].slice(0, counts.length));
  });
});
