import { describe, expect, test } from 'vitest';
import type { EventPage } from '../../functions/monitor/events/event.ts';
import type { UsageEvents } from '../../functions/monitor/ports.ts';
import { eventPage, usageEvent } from '../support/events.ts';
import {
  arrived,
  countBuckets,
  MINUTE,
  START,
  serverOf,
  totals,
} from '../support/listing-server.ts';

describe('a server that filters by timestamp', () => {
  const events = [arrived(1), arrived(5.2, 0.5), arrived(11, 8), arrived(14, 1)];

  test('is recognised, and every event counts once by its timestamp', async () => {
    const result = await countBuckets(serverOf(events, 'timestamp'));
    expect(result.timeField).toBe('timestamp');
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([3, 0, 1, 0]);
  });

  test('is recognised late: earlier buckets are counted again by timestamp', async () => {
    // An event that was created exactly at the end of the first bucket proves nothing, and is not in it.
    const onTheMark = usageEvent({
      createdAt: START + 5 * MINUTE,
      timestamp: START + 4 * MINUTE + 1,
    });
    const result = await countBuckets(serverOf([onTheMark, arrived(16, 3)], 'timestamp'), {
      workers: 1,
    });
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([1, 0, 1, 0]);
  });

  test('is recognised late: an event at the edge of two buckets counts once', async () => {
    // Both queries list it. By createdAt it is in the first bucket, by timestamp in the second.
    const onTheEdge = usageEvent({
      createdAt: START + 5 * MINUTE - 500,
      timestamp: START + 5 * MINUTE,
    });
    const events = [onTheEdge, arrived(16, 3)];
    expect(await totals(serverOf(events, 'timestamp'), { workers: 1 })).toEqual([0, 1, 1, 0]);
  });

  test('is assumed if an earlier run recognised it', async () => {
    const onTheMark = usageEvent({
      createdAt: START + 5 * MINUTE,
      timestamp: START + 4 * MINUTE + 1,
    });
    const server = serverOf([onTheMark], 'timestamp');
    expect(await totals(server, { timeField: 'timestamp', isTimeFieldKnown: true })).toEqual([
      1, 0, 0, 0,
    ]);
    expect(server.queries).toHaveLength(1);
  });

  test('makes an event without a readable timestamp malformed', async () => {
    const broken = { ...arrived(2), timestamp: undefined };
    const server: UsageEvents = {
      ...serverOf([]),
      async *pages(query) {
        const inFirst = (query.startTime ?? 0) < START;
        yield await Promise.resolve(eventPage(inFirst ? [broken] : []));
      },
    };
    const result = await countBuckets(server, { timeField: 'timestamp' });
    expect(result.complete.map(({ counts }) => counts.malformed)).toEqual([1, 0, 0, 0]);
  });
});

describe('a server that ignores the time filter', () => {
  const events = [-40, -30, -8, -3, 1, 2, 6, 7, 11, 17, 19, 25, 30].map((minutes) =>
    arrived(minutes),
  );

  test('is recognised, and the monitor filters the events itself', async () => {
    const result = await countBuckets(serverOf(events, 'none'));
    expect(result.filteredHere).toBe(true);
    expect(result.complete.map(({ counts }) => counts.total)).toEqual([2, 2, 1, 2]);
  });

  test('is read no further back than the start of the range', async () => {
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
    await countBuckets(watched);
    expect(pages).toBeLessThan(12);
  });

  test('loses no event if neighbours are listed a little out of order', async () => {
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

  test('and answers oldest first, from long before the range, does not count as empty', async () => {
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
    await expect(countBuckets(server)).rejects.toThrow(/does not list newest first by createdAt/);
  });

  test.each([
    ['oldest first', (list: EventPage[]) => list.reverse()],
    ['in no order', (list: EventPage[]) => [...list.splice(4, 1), ...list]],
  ])('and answers %s cannot be counted, and the error says so', async (_, order) => {
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
    await expect(countBuckets(server)).rejects.toThrow(
      /does not list newest first by createdAt; ask Togai to honour/,
    );
  });
});
