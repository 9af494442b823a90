import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CountProgress } from '../../functions/monitor/counting/count.ts';
import {
  type CountRequest,
  count,
  countAll,
} from '../../functions/monitor/counting/listing/count-buckets.ts';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { EventPage, UsageEvent } from '../../functions/monitor/events/event.ts';
import type { EventQuery, UsageEvents } from '../../functions/monitor/ports.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { eventPage, usageEvent } from '../support/events.ts';

const START = Date.UTC(2026, 10, 18, 12);
const MINUTE = 60_000;
const BUCKETS = bucketsOf({ start: START, end: START + 20 * MINUTE });

/** A server that filters by a field, both bounds inclusive, in pages of two, newest first. */
function serverOf(
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

function counting(events: UsageEvents, request: Partial<CountRequest> = {}) {
  return countAll(events, {
    buckets: BUCKETS,
    ignoreLists: { accounts: new Set(), schemas: new Set() },
    workers: 3,
    signal: new AbortController().signal,
    ...request,
  });
}

const totals = async (events: UsageEvents, request: Partial<CountRequest> = {}) =>
  (await counting(events, request)).complete.map(({ counts }) => counts.total);

/** An event that arrived so many minutes after the start, and happened so many before it arrived. */
function arrived(minutes: number, lagMinutes = 0): UsageEvent {
  const createdAt = START + minutes * MINUTE + 1;
  return usageEvent({ createdAt, timestamp: createdAt - lagMinutes * MINUTE });
}

test('an event belongs to the bucket of its createdAt, the start included, the end not', async () => {
  const onTheMark = usageEvent({ createdAt: START + 5 * MINUTE });
  const before = usageEvent({ createdAt: START + 5 * MINUTE - 1 });
  expect(await totals(serverOf([onTheMark, before]))).toEqual([1, 1, 0, 0]);
});

test('what lies before or after the range is not counted', async () => {
  const events = [-1, 0, 20].map((minutes) =>
    usageEvent({ createdAt: START + minutes * MINUTE, timestamp: START + 7 * MINUTE }),
  );
  expect(await totals(serverOf(events))).toEqual([1, 0, 0, 0]);
});

test('the first request goes alone, and a failure of it is the only one', async () => {
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
  await expect(counting(failing)).rejects.toThrow('refused');
  expect(requests).toBe(1);
});

test('after that, as many buckets as there are workers are fetched side by side', async () => {
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
  await counting(watched, { buckets: bucketsOf({ start: START, end: START + 120 * MINUTE }) });
  expect(most).toBe(3);
});

test('when one bucket fails, nothing is counted and the others are given up', async () => {
  const server = serverOf([arrived(1), arrived(6), arrived(12)]);
  const failing: UsageEvents = {
    ...server,
    async *pages(query, signal) {
      if ((query.startTime ?? 0) > START + 5 * MINUTE) throw new Error('gone');
      yield* server.pages(query, signal);
    },
  };
  await expect(counting(failing)).rejects.toThrow('gone');
});

test('the buckets that are given up ask for nothing more', async () => {
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
  await expect(counting(endless, { workers: 4 })).rejects.toThrow('gone');
  const atTheEnd = pages;
  await new Promise((resolve) => setImmediate(resolve));
  expect(pages).toBe(atTheEnd);
});

test('a malformed event of a neighbour is left to the neighbour', async () => {
  const server: UsageEvents = {
    async *pages() {
      const malformed = [{ identity: 'x', createdAt: START + 7 * MINUTE, problem: 'no status' }];
      yield await Promise.resolve({ events: [], malformed, nextToken: undefined });
    },
    event: () => Promise.resolve([]),
  };
  const { complete } = await counting(server);
  expect(complete.map(({ counts }) => counts.malformed)).toEqual([0, 1, 0, 0]);
});

test('ends with the reason of its signal', async () => {
  const abort = new AbortController();
  abort.abort(new Error('time is up'));
  await expect(counting(serverOf([]), { signal: abort.signal })).rejects.toThrow('time is up');
});

describe('a server that filters by timestamp', () => {
  const events = [arrived(1), arrived(5.2, 0.5), arrived(11, 8), arrived(14, 1)];

  test('is found out, and every event counts once by its timestamp', async () => {
    const result = await counting(serverOf(events, 'timestamp'));
    expect(result.timeField).toBe('timestamp');
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([3, 0, 1, 0]);
  });

  test('is found out late: what was counted by the other time is counted anew', async () => {
    // What was created exactly at the end of the first bucket proves nothing, and is not in it.
    const onTheMark = usageEvent({
      createdAt: START + 5 * MINUTE,
      timestamp: START + 4 * MINUTE + 1,
    });
    const result = await counting(serverOf([onTheMark, arrived(16, 3)], 'timestamp'), {
      workers: 1,
    });
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([1, 0, 1, 0]);
  });

  test('is found out late: an event at the very edge of two buckets counts once', async () => {
    // Asked for both buckets; by createdAt it is in the first, by timestamp in the second.
    const onTheEdge = usageEvent({
      createdAt: START + 5 * MINUTE - 500,
      timestamp: START + 5 * MINUTE,
    });
    const events = [onTheEdge, arrived(16, 3)];
    expect(await totals(serverOf(events, 'timestamp'), { workers: 1 })).toEqual([0, 1, 1, 0]);
  });

  test('is believed when it was found out before', async () => {
    const onTheMark = usageEvent({
      createdAt: START + 5 * MINUTE,
      timestamp: START + 4 * MINUTE + 1,
    });
    const server = serverOf([onTheMark], 'timestamp');
    expect(await totals(server, { timeField: 'timestamp' })).toEqual([1, 0, 0, 0]);
    expect(server.queries).toHaveLength(BUCKETS.length);
  });

  test('an event without a readable timestamp is malformed there', async () => {
    const broken = { ...arrived(2), timestamp: undefined };
    const server: UsageEvents = {
      ...serverOf([]),
      async *pages(query) {
        const inFirst = (query.startTime ?? 0) < START;
        yield await Promise.resolve(eventPage(inFirst ? [broken] : []));
      },
    };
    const result = await counting(server, { timeField: 'timestamp' });
    expect(result.complete.map(({ counts }) => counts.malformed)).toEqual([1, 0, 0, 0]);
  });
});

describe('a server that ignores the time filter', () => {
  const events = [-40, -30, -8, -3, 1, 2, 6, 7, 11, 17, 19, 25, 30].map((minutes) =>
    arrived(minutes),
  );

  test('is found out, and the events are picked out here', async () => {
    const result = await counting(serverOf(events, 'none'));
    expect(result.filteredHere).toBe(true);
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([2, 2, 1, 2]);
  });

  test('is read newest first no further than to the start of the range', async () => {
    const server = serverOf(
      [...events, ...Array.from({ length: 500 }, (_, index) => arrived(-50 - index))],
      'none',
    );
    let pages = 0;
    const watched: UsageEvents = {
      ...server,
      async *pages(query, signal) {
        for await (const page of server.pages(query, signal)) {
          pages++;
          yield page;
        }
      },
    };
    await counting(watched);
    expect(pages).toBeLessThan(12);
  });

  test('loses nothing of neighbours that are listed a little out of order', async () => {
    const swapped = [
      arrived(0.001),
      arrived(-0.5),
      arrived(0.0001),
      arrived(-0.4),
      arrived(-3),
      arrived(-5),
    ];
    const pages = swapped.map((event, index) => eventPage([event], `after ${index}`));
    const server: UsageEvents = {
      async *pages({ startTime }) {
        if (startTime !== undefined) yield eventPage([arrived(60)]);
        else for (const page of pages) yield await Promise.resolve(page);
      },
      event: () => Promise.resolve([]),
    };
    expect(await totals(server)).toEqual([2, 0, 0, 0]);
  });

  test('and answers oldest first from long before the range is not taken for empty', async () => {
    const seconds = Array.from({ length: 200 }, (_, index) => arrived(-600 + index / 60));
    const server: UsageEvents = {
      async *pages({ startTime }) {
        if (startTime !== undefined) yield eventPage([arrived(60)]);
        for (const [index, event] of seconds.entries()) {
          yield await Promise.resolve(eventPage([event], `after ${index}`));
        }
      },
      event: () => Promise.resolve([]),
    };
    await expect(counting(server)).rejects.toThrow(/cannot be counted by time/);
  });

  test.each([
    ['oldest first', (list: EventPage[]) => list.reverse()],
    ['in no order', (list: EventPage[]) => [...list.splice(4, 1), ...list]],
  ])('and answers %s cannot be counted, and says so', async (_, order) => {
    const sorted = [...events].sort((a, b) => b.createdAt - a.createdAt);
    const pages = order(sorted.map((event) => eventPage([event])));
    const server: UsageEvents = {
      async *pages() {
        for (const [index, page] of pages.entries()) {
          yield await Promise.resolve({ ...page, nextToken: `after ${index}` });
        }
      },
      event: () => Promise.resolve([]),
    };
    await expect(counting(server)).rejects.toThrow(
      /cannot be counted by time; ask Togai to honour/,
    );
  });
});

test('tells how far it has come, up to the end', async () => {
  const seen: CountProgress[] = [];
  const events = [arrived(1), arrived(2), arrived(3), arrived(16)];
  await counting(serverOf(events), { onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toEqual({ buckets: 4, bucketsDone: 4, events: 4 });
  expect(seen.some(({ bucketsDone, events: sofar }) => bucketsDone === 0 && sofar > 0)).toBe(true);
});

describe('a count that may run out of time', () => {
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

  test('keeps what is complete, and tells what was begun', async () => {
    const result = await softDeadline(serverOf(busy), 4);
    expect(result.complete.map(({ bucket }) => bucket.start)).toEqual([START]);
    expect(result.unfinished).toMatchObject([{ bucket: BUCKETS[1], counts: { total: 2 } }]);
    expect(result.stopped).toBeUndefined();
  });

  test('keeps the newest buckets of a server that ignores the time filter, and nothing of the rest', async () => {
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

  test('goes on with others when one bucket fails, and tells why', async () => {
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

describe('a busy bucket', () => {
  const ONE = bucketsOf({ start: START, end: START + 5 * MINUTE });
  const busy = Array.from({ length: 2_000 }, (_, index) =>
    usageEvent({ createdAt: START + index * 150, accountId: `account-${index % 7}` }),
  );

  /** Pages of fifty, newest first, and how many queries were open at once. */
  function pagesOfFifty(
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

  test.each([
    ['of which nothing is known, by its first page', undefined],
    ['that was expected to be quiet, by its first page', 10],
    ['that is known to be busy, at once', 2_000],
  ])('%s, is fetched in slices by all workers', async (_, expected) => {
    const { server, watch } = pagesOfFifty(busy);
    const result = await counting(server, { buckets: ONE, workers: 8, expected: () => expected });
    expect(watch.most).toBe(8);
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([2_000]);
    expect(result.complete[0]?.counts.accounts.byName.get('account-3')?.byStatus).toEqual(
      new Map([['INGESTION_COMPLETED_EVENT_METERED', 286]]),
    );
  });

  test('behind an empty one is found out, and fetched by workers that had nothing left to do', async () => {
    const { server, watch } = pagesOfFifty(busy);
    const before = { start: START - 5 * MINUTE, end: START };
    const result = await counting(server, { buckets: [before, ...ONE], workers: 8 });
    expect(watch.most).toBe(8);
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([0, 2_000]);
  });

  test('costs a few requests more in slices than in one piece', async () => {
    const whole = pagesOfFifty(busy);
    await counting(whole.server, { buckets: ONE, workers: 1 });
    const cut = pagesOfFifty(busy);
    await counting(cut.server, { buckets: ONE, workers: 8, expected: () => 2_000 });
    expect(whole.watch.requests).toBe(40);
    expect(cut.watch.requests).toBeLessThanOrEqual(48);
  });

  test('is counted to the last event however its events lie and whatever was expected', async () => {
    const times = fc.array(fc.nat(299_999), { maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(
        times,
        fc.nat(5_000),
        fc.integer({ min: 1, max: 9 }),
        async (at, expected, workers) => {
          const events = at
            .toSorted((a, b) => a - b)
            .map((time) => usageEvent({ createdAt: START + time }));
          const { server } = pagesOfFifty(events);
          const result = await counting(server, {
            buckets: ONE,
            workers,
            expected: () => expected,
          });
          expect(result.complete[0]?.counts.total).toBe(events.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('loses nothing at its inner edges where the server filters by a time that was cut to the second', async () => {
    // Every event arrives within a second of its own time, which is written to the second: nothing proves the filter.
    const events = Array.from({ length: 2_000 }, (_, index) => {
      const happened = START + Math.floor(index / 8) * 1_000;
      return usageEvent({ createdAt: happened + (index % 2) * 1_000, timestamp: happened });
    });
    const { server } = pagesOfFifty(
      events,
      ({ timestamp = 0 }, start, end) => timestamp >= start && timestamp <= end,
    );
    const result = await counting(server, { buckets: ONE, workers: 8, expected: () => 2_000 });
    expect(result.complete[0]?.counts.total).toBe(2_000);
  });

  test('is counted once where one slice begins when the others of it are done', async () => {
    const { server } = pagesOfFifty(busy);
    let open = 0;
    const othersAreDone = Promise.withResolvers<void>();
    const result = await counting(
      {
        ...server,
        async *pages(query, signal) {
          const isLast = (query.endTime ?? 0) >= START + 5 * MINUTE;
          if (isLast) await othersAreDone.promise;
          else open++;
          yield* server.pages(query, signal);
          if (isLast || --open > 0) return;
          setImmediate(othersAreDone.resolve);
        },
      },
      // Far fewer than there are: a whole bucket would be cut anew.
      { buckets: ONE, workers: 4, expected: () => 900 },
    );
    expect(result.complete[0]?.counts.total).toBe(2_000);
  });

  test('that is the oldest of a backlog is complete before time is up', async () => {
    const hour = bucketsOf({ start: START, end: START + 25 * MINUTE });
    const backlog = hour.flatMap(({ start }) =>
      busy.map((event) => ({ ...event, createdAt: event.createdAt - START + start })),
    );
    const { server, watch } = pagesOfFifty(backlog);
    const time = new AbortController();
    const result = await count(
      {
        ...server,
        async *pages(query, signal) {
          for await (const page of server.pages(query, signal)) {
            yield page;
            // Enough for one and a half of the five.
            if (watch.requests > 60) time.abort();
          }
        },
      },
      {
        buckets: hour,
        ignoreLists: { accounts: new Set(), schemas: new Set() },
        workers: 2,
        expected: () => 2_000,
        signal: new AbortController().signal,
        softDeadline: time.signal,
      },
    );
    expect(result.complete.map(({ bucket }) => bucket.start)).toContain(START);
  });

  describe('is the same in slices as in one piece', () => {
    const floored = (ms: number) => Math.floor(ms / 1_000) * 1_000;
    /** Seven a second: the first just behind the mark, and its own time just before it. */
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
        'filters by the second of another time, which is a moment older',
        behindMarks,
        ({ timestamp = 0 }, start, end) =>
          floored(timestamp) >= floored(start) && floored(timestamp) <= floored(end),
      ],
    ])('where the server %s', async (_, events, matches) => {
      const whole = pagesOfFifty(events, matches);
      const one = await counting(whole.server, { buckets: ONE, workers: 1 });
      const cut = pagesOfFifty(events, matches);
      const many = await counting(cut.server, { buckets: ONE, workers: 8, expected: () => 2_000 });
      expect(cut.watch.most).toBe(8);
      expect([many.filteredHere, many.timeField]).toEqual([one.filteredHere, one.timeField]);
      expect(many.complete.map(({ counts }) => counts.total)).toEqual(
        one.complete.map(({ counts }) => counts.total),
      );
    });

    test('where entries without a time come with every query', async () => {
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
      const { complete } = await counting(withMalformed, {
        buckets: ONE,
        workers: 8,
        expected: () => 2_000,
      });
      expect(complete[0]?.counts.malformed).toBe(1);
    });
  });

  test('whose first slice fails does not hide that the token was rejected', async () => {
    const { server } = pagesOfFifty(busy);
    let queries = 0;
    const failing: UsageEvents = {
      ...server,
      async *pages(query, signal) {
        const failure = queries++ === 0 ? 'unavailable' : 'unauthorized';
        let pages = 0;
        for await (const page of server.pages(query, signal)) {
          if (failure === 'unavailable' && pages === 1) throw new TogaiError(failure, 'gone');
          if (failure === 'unauthorized') throw new TogaiError(failure, 'rejected');
          yield page;
          pages++;
        }
      },
    };
    const result = await count(failing, {
      buckets: ONE,
      ignoreLists: { accounts: new Set(), schemas: new Set() },
      workers: 4,
      expected: () => 2_000,
      signal: new AbortController().signal,
    });
    expect(result.stopped?.failure).toBe('unauthorized');
  });

  test('is told once, when its last slice is in', async () => {
    const { server } = pagesOfFifty(busy);
    const notified: number[] = [];
    await counting(server, {
      buckets: ONE,
      workers: 8,
      expected: () => 2_000,
      onBucket: ({ counts }) => Promise.resolve(void notified.push(counts.total)),
    });
    expect(notified).toEqual([2_000]);
  });

  test('of which one slice fails is no count, and the others of it are given up', async () => {
    const { server, watch } = pagesOfFifty(busy);
    const failing: UsageEvents = {
      ...server,
      async *pages(query, signal) {
        const first = (query.startTime ?? 0) < START;
        for await (const page of server.pages(query, signal)) {
          yield page;
          if (first) throw new TogaiError('unavailable', 'gone');
        }
      },
    };
    const result = await count(failing, {
      buckets: [...ONE, { start: START + 5 * MINUTE, end: START + 10 * MINUTE }],
      ignoreLists: { accounts: new Set(), schemas: new Set() },
      workers: 8,
      expected: ({ start }) => (start === START ? 2_000 : 0),
      signal: new AbortController().signal,
    });
    expect(result.failed.map(({ bucket }) => bucket.start)).toEqual([START]);
    expect(result.complete.map(({ bucket }) => bucket.start)).toEqual([START + 5 * MINUTE]);
    expect(watch.requests).toBeLessThan(40);
  });

  test('that does not fit is a lower bound of all its slices', async () => {
    const { server, watch } = pagesOfFifty(busy);
    const time = new AbortController();
    const result = await count(
      {
        ...server,
        async *pages(query, signal) {
          for await (const page of server.pages(query, signal)) {
            yield page;
            if (watch.requests > 20) time.abort();
          }
        },
      },
      {
        buckets: ONE,
        ignoreLists: { accounts: new Set(), schemas: new Set() },
        workers: 4,
        expected: () => 2_000,
        signal: new AbortController().signal,
        softDeadline: time.signal,
      },
    );
    expect(result.complete).toEqual([]);
    expect(result.unfinished).toHaveLength(1);
    expect(result.unfinished[0]?.counts.total).toBeGreaterThan(500);
    expect(result.unfinished[0]?.counts.total).toBeLessThan(2_000);
  });
});
