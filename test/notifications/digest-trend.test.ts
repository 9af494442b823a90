import { describe, expect, test } from 'vitest';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import { digestOf } from '../../functions/monitor/notifications/digest-facts.ts';
import { digestText } from '../../functions/monitor/notifications/digest-text.ts';
import { WeekSums } from '../../functions/monitor/notifications/digest-week-sums.ts';
import { countsOf } from '../support/evaluated-counts.ts';

const HOUR = 3_600_000;
const HOURS = 7 * 24;
const MONDAY = Date.UTC(2026, 10, 23, 8);
const WEEK = { start: MONDAY - HOURS * HOUR, end: MONDAY };
const LOST = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

/** A week of hours, the second of which has a loss. @param weeks before the week of the digest */
function weekOf(lost: number, weeks = 0): Piece[] {
  return Array.from({ length: HOURS }, (_, index) => {
    const start = WEEK.start + (index - weeks * HOURS) * HOUR;
    const counts = index === 1 ? countsOf({ account: 'acme', [LOST]: lost }) : countsOf();
    return { start, end: start + HOUR, partial: false, counts };
  });
}

const withoutAnHour = (pieces: readonly Piece[]) => pieces.filter((_, index) => index !== 40);

function trendIn(...weeks: readonly (readonly Piece[])[]): string | undefined {
  const sums = new WeekSums(WEEK, () => true);
  for (const piece of weeks.flat()) sums.add(piece);
  const text = digestText(digestOf(sums, []));
  return /^(?:Growing|Steady|Falling|Trend not known): .*$/m.exec(text)?.[0];
}

describe('a week is compared with the one before', () => {
  test.each([
    [30, 9, 'Growing: 30 lost in this week, 9 in the week before.'],
    [10, 9, 'Steady: 10 lost in this week, 9 in the week before.'],
    [0, 9, 'Falling: 0 lost in this week, 9 in the week before.'],
    [0, 0, undefined],
  ])('that lost %i events after %i', (now, before, line) => {
    expect(trendIn(weekOf(now), weekOf(before, 1))).toBe(line);
  });

  test('and grows where even its least number is more', () => {
    expect(trendIn(withoutAnHour(weekOf(30)), weekOf(20, 1))).toBe(
      'Growing: at least 30 lost in this week, 20 in the week before.',
    );
  });

  test('without a word for it where its least number is less', () => {
    expect(trendIn(withoutAnHour(weekOf(9)), weekOf(20, 1))).toBe(
      'Trend not known: at least 9 lost in this week, 20 in the week before.',
    );
  });

  test('but not with the one before that', () => {
    expect(trendIn(weekOf(10), weekOf(9, 1), weekOf(500, 2))).toBe(
      'Steady: 10 lost in this week, 9 in the week before.',
    );
  });

  test.each([
    ['was not counted', []],
    ['has a hole', withoutAnHour(weekOf(9, 1))],
    ['has lower bounds', weekOf(9, 1).map((piece) => ({ ...piece, partial: true }))],
  ])('but with no number of a week before that %s', (_, before) => {
    expect(trendIn(weekOf(30), before)).toBe(
      'Trend not known: there are no whole counts of the week before.',
    );
  });
});
