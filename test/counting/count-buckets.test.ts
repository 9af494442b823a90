import { describe, expect, test } from 'vitest';
import type { CountProgress } from '../../functions/monitor/counting/count-result.ts';
import { count } from '../../functions/monitor/counting/listing/count-buckets.ts';
import type { CountRequest } from '../../functions/monitor/counting/listing/count-request.ts';
import { RefusedItemError, TogaiError } from '../../functions/monitor/errors.ts';
import type { UsageEvents } from '../../functions/monitor/ports.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { busy as busyEvents, ONE, pagesOfFifty } from '../support/busy-bucket.ts';
import { usageEvent } from '../support/events.ts';
import {
  arrived,
  BUCKETS,
  countBuckets,
  MINUTE,
  START,
  serverOf,
  totals,
} from '../support/listing-server.ts';

test('an event belongs to the bucket of its createdAt, the start included, the end not', async () => {
  const onTheMark = usageEvent({ createdAt: START + 5 * MINUTE });
  const before = usageEvent({ createdAt: START + 5 * MINUTE - 1 });
  expect(await totals(serverOf([onTheMark, before]))).toEqual([1, 1, 0, 0]);
});

test('events before or after the range are not counted', async () => {
  const events = [-1, 0, 20].map((minutes) =>
    usageEvent({ createdAt: START + minutes * MINUTE, timestamp: START + 7 * MINUTE }),
  );
  expect(await totals(serverOf(events))).toEqual([1, 0, 0, 0]);
});

test('the first request goes alone, so a failure costs one request', async () => {
  let requests = 0;
  const failing: UsageEvents = {
    async *pages() {
      requests++;
      yield await Promise.reject(new Error('refused'));
    },
    event: () => Promise.resolve([]),
  };
  await expect(countBuckets(failing)).rejects.toThrow('refused');
  expect(requests).toBe(1);
});

test('a quiet range of any length is one query', async () => {
  const server = serverOf([arrived(1), arrived(16)]);
  await countBuckets(server, { buckets: bucketsOf({ start: START, end: START + 120 * MINUTE }) });
  expect(server.queries).toEqual([{ startTime: START - 1, endTime: START + 120 * MINUTE }]);
});

test('time that is not counted is listed as well where it is short, and left out where it is long', async () => {
  const server = serverOf([arrived(7), arrived(121)]);
  const [first, , third] = BUCKETS;
  const far = { start: START + 120 * MINUTE, end: START + 125 * MINUTE };
  const buckets = [first, third, far].filter((bucket) => bucket !== undefined);
  expect(await totals(server, { buckets })).toEqual([0, 0, 1]);
  expect(server.queries.map(({ endTime = 0 }) => (endTime - START) / MINUTE)).toEqual([15, 125]);
});

test('time that is not counted is not listed where it is known to hold more than a page', async () => {
  const [first, , third] = BUCKETS;
  const buckets = [first, third].filter((bucket) => bucket !== undefined);
  for (const [eventsPerBucket, queries] of [
    [49, 1],
    [51, 2],
  ] as const) {
    const server = serverOf([arrived(7)]);
    await countBuckets(server, { buckets, eventsPerBucket });
    expect(server.queries).toHaveLength(queries);
  }
});

test('one failed page fails the whole count', async () => {
  const server = serverOf([arrived(1), arrived(6), arrived(12)]);
  const failing: UsageEvents = {
    ...server,
    async *pages(query, signal) {
      for await (const page of server.pages(query, signal)) {
        yield page;
        throw new Error('gone');
      }
    },
  };
  await expect(countBuckets(failing)).rejects.toThrow('gone');
});

test('after a failure no other worker sends a request', async () => {
  const { server, watch } = pagesOfFifty(busyEvents);
  const failing: UsageEvents = {
    ...server,
    async *pages(query, signal) {
      const isSecondPart =
        (query.startTime ?? 0) > START && (query.endTime ?? 0) < START + 5 * MINUTE;
      for await (const page of server.pages(query, signal)) {
        yield page;
        await new Promise((resolve) => setImmediate(resolve));
        if (isSecondPart) throw new Error('gone');
      }
    },
  };
  await expect(countBuckets(failing, { buckets: ONE, workers: 4 })).rejects.toThrow('gone');
  const atTheEnd = watch.requests;
  await new Promise((resolve) => setImmediate(resolve));
  expect(watch.requests).toBe(atTheEnd);
  expect(atTheEnd).toBeLessThan(20);
});

test('a malformed event is counted in the bucket of its createdAt', async () => {
  const server: UsageEvents = {
    async *pages() {
      const malformed = [{ identity: 'x', createdAt: START + 7 * MINUTE, problem: 'no status' }];
      yield await Promise.resolve({ events: [], malformed, nextToken: undefined });
    },
    event: () => Promise.resolve([]),
  };
  const { complete } = await countBuckets(server);
  expect(complete.map(({ counts }) => counts.malformed)).toEqual([0, 1, 0, 0]);
});

test('an aborted count ends with the reason of its signal', async () => {
  const abort = new AbortController();
  abort.abort(new Error('time is up'));
  await expect(countBuckets(serverOf([]), { signal: abort.signal })).rejects.toThrow('time is up');
});

test('the progress is reported up to the end', async () => {
  const seen: CountProgress[] = [];
  const events = [arrived(1), arrived(2), arrived(3), arrived(16)];
  await countBuckets(serverOf(events), { onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toEqual({ buckets: 4, bucketsDone: 4, events: 4 });
  expect(seen[0]).toEqual({ buckets: 4, bucketsDone: 0, events: 2 });
});

test.each(['createdAt', 'none'] as const)(
  'a bucket that the store refuses fails alone, where the server filters by %s',
  async (filter) => {
    const result = await count(
      serverOf(
        [-30, 1, 6, 12].map((at) => arrived(at)),
        filter,
      ),
      {
        buckets: BUCKETS,
        ignoreLists: { accounts: new Set(), schemas: new Set() },
        workers: 1,
        signal: new AbortController().signal,
        onBucket: ({ bucket }) =>
          bucket === BUCKETS[1]
            ? Promise.reject(new RefusedItemError('too large'))
            : Promise.resolve(),
      },
    );
    expect(result.complete).toHaveLength(3);
    expect(result.failed).toMatchObject([{ bucket: BUCKETS[1], error: { message: 'too large' } }]);
  },
);

describe('a count with a soft deadline', () => {
  const softDeadline = (
    server: UsageEvents,
    after: number,
    request: Partial<CountRequest> = {},
  ) => {
    const stop = new AbortController();
    let pages = 0;
    const slow: UsageEvents = {
      ...server,
      async *pages(query, signal) {
        for await (const page of server.pages(query, signal)) {
          yield page;
          if (++pages === after) stop.abort(new Error('out of time'));
          signal.throwIfAborted();
        }
      },
    };
    return count(slow, {
      buckets: BUCKETS,
      ignoreLists: { accounts: new Set(), schemas: new Set() },
      workers: 1,
      signal: new AbortController().signal,
      softDeadline: stop.signal,
      ...request,
    });
  };
  const busy = [0, 1, 2, 3, 4, 6, 7, 8, 9, 11].map((minutes) => arrived(minutes));

  test('keeps nothing of a query that has not ended, but lower bounds', async () => {
    const result = await softDeadline(serverOf(busy), 4);
    expect(result.complete).toEqual([]);
    expect(result.unfinished.map(({ counts }) => counts.total)).toEqual([3, 4, 1, 0]);
    expect(result.unfinished.map(({ alone }) => alone)).toEqual([false, false, false, false]);
    expect(result.stopped).toBeUndefined();
  });

  test('keeps the buckets whose queries have ended, and reports the others', async () => {
    const many = Array.from({ length: 1_600 }, (_, index) => arrived(index / 80));
    const result = await softDeadline(pagesOfFifty(many).server, 14);
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([400]);
    expect(result.complete.map(({ bucket }) => bucket)).toEqual(BUCKETS.slice(0, 1));
    expect(result.unfinished).toMatchObject([
      { bucket: BUCKETS[1], alone: true, counts: { total: 300 } },
      { bucket: BUCKETS[2], alone: false, counts: { total: 0 } },
      { bucket: BUCKETS[3], alone: false, counts: { total: 50 } },
    ]);
  });

  test('keeps the newest buckets only if the server ignores the time filter', async () => {
    const all = [
      ...busy,
      arrived(16),
      arrived(25),
      ...[-30, -40].map((minutes) => arrived(minutes)),
    ];
    const result = await softDeadline(serverOf(all, 'none'), 5);
    expect(result.complete.map(({ bucket }) => bucket)).toEqual(BUCKETS.slice(1));
    expect(result.unfinished).toMatchObject([{ bucket: BUCKETS[0], counts: { total: 3 } }]);
  });

  test('goes on if one bucket fails, and reports the error', async () => {
    const server = serverOf(busy);
    const failing: UsageEvents = {
      ...server,
      async *pages(query, signal) {
        const { startTime = 0, endTime = 0 } = query;
        if (startTime < START + 7 * MINUTE && endTime > START + 7 * MINUTE) {
          throw new TogaiError('unavailable', 'down for this one');
        }
        yield* server.pages(query, signal);
      },
    };
    const result = await softDeadline(failing, 99);
    expect(result.complete).toHaveLength(3);
    expect(result.failed).toMatchObject([
      { bucket: BUCKETS[1], error: { message: 'down for this one' } },
    ]);
  });
});
