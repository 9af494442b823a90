import { describe, expect, test } from 'vitest';
import { usageEvent } from '../support/events.ts';
import {
  counted,
  happenedLast,
  inNoOrder,
  listedBy,
  newestFirst,
  spread,
} from '../support/listed-by.ts';
import { MINUTE, START } from '../support/listing-server.ts';

const firstHappenedFirst: typeof happenedLast = (a, b) => happenedLast(b, a);

const late = spread(30, 120, (createdAt, index) => ({
  timestamp: index % 30 === 7 ? createdAt - 15 * MINUTE : createdAt - 10,
}));

describe('a list without page tokens', () => {
  test.each([
    ['60 events in no order', spread(30, 60), inNoOrder],
    ['120 events in no order', spread(30, 120), inNoOrder],
    ['late events, last happened first', late, happenedLast],
    ['late events, first happened first', late, firstHappenedFirst],
  ] as const)('loses no event: %s', async (_, events, order) => {
    const { complete, stopped } = await counted(listedBy(events, { order, endUnsaid: true }), 30);
    expect(stopped).toBeUndefined();
    expect(complete.map(({ counts }) => counts.total)).toEqual(
      Array.from({ length: 6 }, () => events.length / 6),
    );
  });

  test('is not taken for a list by timestamp because a full page does not show an event', async () => {
    const burst = START + 4 * MINUTE;
    const events = [
      ...spread(10, 100),
      // Its times differ by most, so it would tell them apart. It arrived in a burst that fills a page.
      usageEvent({ createdAt: burst + 500, timestamp: burst - 30_000 }),
      ...Array.from({ length: 90 }, (_, index) =>
        usageEvent({ createdAt: burst + 505 + index * 11 }),
      ),
      usageEvent({ createdAt: START + 2 * MINUTE, timestamp: START + 2 * MINUTE - 8_000 }),
    ];
    const listed = listedBy(events, { order: newestFirst, endUnsaid: true });
    const { complete, timeField } = await counted(listed, 10);
    expect(timeField).toBe('createdAt');
    expect(complete.reduce((sum, { counts }) => sum + counts.total, 0)).toBe(events.length);
  });
});
