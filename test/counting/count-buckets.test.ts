import { describe, expect, test } from 'vitest';
import type { CountProgress } from '../../functions/monitor/counting/count.ts';
import {
  type CountRequest,
  count,
} from '../../functions/monitor/counting/listing/count-buckets.ts';
import { RefusedItemError, TogaiError } from '../../functions/monitor/errors.ts';
import type { UsageEvents } from '../../functions/monitor/ports.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { eventPage, usageEvent } from '../support/events.ts';
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
    // biome-ignore lint/correctness/useYield: it fails before it has anything to give
    async *pages() {
      requests++;
      await Promise.resolve();
      throw new Error('refused');
    },
    event: () => Promise.resolve([]),
  };
  await expect(countBuckets(failing)).rejects.toThrow('refused');
  expect(requests).toBe(1);
});

test('after the first request, each worker fetches a bucket at the same time', async () => {
  let open = 0;
  let most = 0;
  const server = serverOf([]);
  const watched: UsageEvents = {
    ...server,
    async *pages(query, signal) {
      most = Math.max(most, ++open);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      yield* server.pages(query, signal);
      open--;
    },
  };
  await countBuckets(watched, { buckets: bucketsOf({ start: START, end: START + 120 * MINUTE }) });
  expect(most).toBe(3);
});

test('one failed bucket fails the whole count', async () => {
  const server = serverOf([arrived(1), arrived(6), arrived(12)]);
  const failing: UsageEvents = {
    ...server,
    async *pages(query, signal) {
      if ((query.startTime ?? 0) > START + 5 * MINUTE) throw new Error('gone');
      yield* server.pages(query, signal);
    },
  };
  await expect(countBuckets(failing)).rejects.toThrow('gone');
});

test('after a failure no other bucket sends a request', async () => {
  let pages = 0;
  const endless: UsageEvents = {
    async *pages({ startTime = 0 }, signal) {
      for (let page = 0; ; page++) {
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        if (startTime > START + 12 * MINUTE && page === 3) throw new Error('gone');
        pages++;
        yield eventPage([usageEvent({ createdAt: startTime + 1 })], `${startTime} ${page}`);
      }
    },
    event: () => Promise.resolve([]),
  };
  await expect(countBuckets(endless, { workers: 4 })).rejects.toThrow('gone');
  const atTheEnd = pages;
  await new Promise((resolve) => setImmediate(resolve));
  expect(pages).toBe(atTheEnd);
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
  expect(seen.some(({ bucketsDone, events: sofar }) => bucketsDone === 0 && sofar > 0)).toBe(true);
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

  test('keeps the complete buckets, and reports the unfinished one', async () => {
    const result = await softDeadline(serverOf(busy), 4);
    expect(result.complete.map(({ bucket }) => bucket.start)).toEqual([START]);
    expect(result.unfinished).toMatchObject([{ bucket: BUCKETS[1], counts: { total: 2 } }]);
    expect(result.stopped).toBeUndefined();
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
        if (query.startTime === START + 5 * MINUTE - 1) {
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
