import { describe, expect, test } from 'vitest';
import { cycleEndIn } from '../../functions/monitor/notifications/cycle-end.ts';

const NOW = Date.UTC(2026, 10, 18, 12);

/** The cycle end of events whose price plans end so. */
const endOf = (...ends: readonly (string | undefined)[]) => {
  const pricePlans = ends.map((cycleEnd) => ({ name: 'pro', cycleEnd }));
  const pipeline = { usageMeters: [], pricePlans };
  const end = cycleEndIn([{ status: 'X', statusDescription: undefined, pipeline }], NOW);
  return end && new Date(end).toISOString();
};

describe('the end of a billing cycle', () => {
  test.each([
    ['a date, at its first moment', '2026-11-30', '2026-11-30T00:00:00.000Z'],
    ['a date as in an example of Togai', '04-12-2026', '2026-12-04T00:00:00.000Z'],
    ['a time without a zone, in UTC', '2026-11-30T18:30:00', '2026-11-30T18:30:00.000Z'],
    ['a time with a zone', '2026-12-01T00:00:00+05:30', '2026-11-30T18:30:00.000Z'],
  ])('is read from %s', (_, text, expected) => {
    expect(endOf(text)).toBe(expected);
  });

  test.each([
    ['unreadable', 'soon'],
    ['no day of any month', '2026-11-31'],
    ['past', '2026-11-18'],
    ['more than 400 days ahead', '2027-12-24'],
    ['missing', undefined],
  ])('is not believed if it is %s', (_, text) => {
    expect(endOf(text)).toBeUndefined();
  });

  test('is the first of several plans that can be believed', () => {
    expect(endOf('2026-12-31', '2026-11-30', '2026-11-01')).toBe('2026-11-30T00:00:00.000Z');
  });

  test('is not known without price plans', () => {
    const details = { status: 'X', statusDescription: undefined, pipeline: undefined };
    expect(cycleEndIn([details], NOW)).toBeUndefined();
  });
});
