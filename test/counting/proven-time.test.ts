import { describe, expect, test } from 'vitest';
import { usageEvent } from '../support/events.ts';
import { counted, happenedLast, listedBy, spread } from '../support/listed-by.ts';
import { MINUTE, START } from '../support/listing-server.ts';

const lagging = (lagMs: number) =>
  spread(30, 60, (createdAt) => ({ timestamp: createdAt - lagMs }));

describe('that a list is by createdAt', () => {
  test('is proven by an event that lies in the range by createdAt alone', async () => {
    const listed = listedBy(lagging(2 * MINUTE));
    const { timeField, timeFieldProven } = await counted(listed, 30);
    expect([timeField, timeFieldProven, listed.watch.requests]).toEqual(['createdAt', true, 2]);
  });

  test('is proven by asking for an event at its createdAt, where nothing else tells the times apart', async () => {
    const inside = usageEvent({ createdAt: START + 9 * MINUTE, timestamp: START + 8 * MINUTE });
    const listed = listedBy([inside]);
    expect((await counted(listed, 30)).timeFieldProven).toBe(true);
    expect(listed.watch.requests).toBe(2);
    const again = listedBy([inside]);
    await counted(again, 30, { timeField: 'createdAt', isTimeFieldKnown: true });
    expect(again.watch.requests).toBe(1);
  });

  test('is not proven by events whose two times agree', async () => {
    const { timeField, timeFieldProven } = await counted(listedBy(lagging(100)), 30);
    expect([timeField, timeFieldProven]).toEqual(['createdAt', false]);
  });

  test('is not proven where the list is by timestamp, and the result says so', async () => {
    for (const lag of [MINUTE, 2 * MINUTE]) {
      const inside = [usageEvent({ createdAt: START + 9 * MINUTE, timestamp: START + 8 * MINUTE })];
      for (const events of [lagging(lag), inside]) {
        const result = await counted(listedBy(events, { filter: 'timestamp' }), 30);
        expect([result.timeField, result.timeFieldProven]).toEqual(['timestamp', false]);
      }
    }
  });

  test('is not disproven by an event that has gone since', async () => {
    const gone = usageEvent({ createdAt: START + 9 * MINUTE, timestamp: START + 8 * MINUTE });
    const events = [gone];
    const listed = listedBy(events, { onRequest: (sent) => sent === 1 && events.pop() });
    const { timeField, timeFieldProven } = await counted(listed, 30);
    expect([timeField, timeFieldProven]).toEqual(['createdAt', false]);
  });

  describe('where the server ignores the range', () => {
    /** Before, in and after the range. */
    const around = (lagOf: (index: number) => number) =>
      Array.from({ length: 60 }, (_, index) => {
        const createdAt = START + (index - 15) * MINUTE + 7;
        return usageEvent({ createdAt, timestamp: createdAt - lagOf(index) });
      });

    test('is proven by its order, if that is not the order of timestamp too', async () => {
      const events = around((index) => (index % 9 === 0 ? 10 * MINUTE : 0));
      const result = await counted(listedBy(events, { filter: 'none' }), 30);
      expect([result.filteredHere, result.timeFieldProven]).toEqual([true, true]);
      expect(result.complete.filter(({ counts }) => counts.lacksLate)).toEqual([]);
    });

    test('is not proven by an event at its createdAt, beside events of other times', async () => {
      const late = usageEvent({ createdAt: START + 9 * MINUTE, timestamp: START + 8 * MINUTE });
      const inside = [late, ...spread(20, 25, () => ({}))];
      const { filteredHere, stopped } = await counted(listedBy(inside, { filter: 'none' }), 30);
      expect([filteredHere, stopped]).toEqual([true, undefined]);
    });

    test('is disproven by a late event deep in the list: then no bucket counts, however far above it', async () => {
      // It arrived within the newest bucket, and its sender's time is in the oldest one.
      const late = usageEvent({ createdAt: START + 29 * MINUTE, timestamp: START + MINUTE });
      const events = [
        ...around(() => 0).flatMap((event) => [
          event,
          { ...event, identity: `${event.createdAt}` },
        ]),
        late,
      ];
      const { complete, stopped } = await counted(
        listedBy(events, { filter: 'none', order: happenedLast }),
        30,
      );
      expect(stopped).toMatchObject({ failure: 'uncountable' });
      expect(complete).toEqual([]);
    });

    test('is not proven if both orders agree', async () => {
      const listed = listedBy(
        around(() => 50),
        { filter: 'none', order: happenedLast },
      );
      const result = await counted(listed, 30);
      expect([result.filteredHere, result.timeFieldProven]).toEqual([true, false]);
      // A late event may lie deeper in the list than it was read.
      expect(result.complete.length).toBe(6);
      expect(result.complete.filter(({ counts }) => !counts.lacksLate)).toEqual([]);
    });
  });
});
