import { expect, test } from 'vitest';
import { suggest } from '../../cli/backtest/suggest.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { printThreshold } from '../../functions/monitor/thresholds/threshold.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 2);

/** A value an hour; each number is the highest of its day. */
function suggestFor(
  rule: string,
  days: readonly number[],
  others = 0,
  silent: readonly number[] = [],
) {
  const ends = days.flatMap((_, day) =>
    Array.from({ length: 24 }, (__, hour) => START + (24 * day + hour + 1) * HOUR),
  );
  const values = ends.map((_, index) =>
    index % 24 === 12 ? (days[Math.floor(index / 24)] ?? 0) : others,
  );
  const [threshold] = parseThresholds(rule);
  if (!threshold) throw new Error('no rule');
  const events = ends.map((_, index) => (silent.includes(Math.floor(index / 24)) ? 0 : 100));
  const { suggested, reason } = suggest(threshold, ends, values, events);
  return { suggested: printThreshold(suggested), reason };
}

const QUIET = [3, 6, 2, 4, 5, 6, 3, 4];
const CASES: readonly [title: string, rule: string, days: readonly number[], suggested: string][] =
  [
    ['twice the most of quiet days', 'unmetered >= 4', [8, 9, 8, 7, 8, 9, 8, 9], 'unmetered >= 20'],
    [
      'the same, with any one bad day',
      'unmetered >= 4',
      [8, 9, 8, 7, 8, 9, 8, 900],
      'unmetered >= 20',
    ],
    ['a limit as it is where it leaves room', 'unmetered >= 10', QUIET, 'unmetered >= 10'],
    ['a nearer limit where it is far too high', 'unmetered >= 500', QUIET, 'unmetered >= 10'],
    ['no nearer limit for a level', 'in_progress >= 25%', QUIET, 'in_progress >= 25%'],
    [
      'no limit that a stray event breaches',
      'unmetered >= 1',
      [0, 0, 1, 0, 0, 0, 0, 0],
      'unmetered >= 5',
    ],
    [
      'a share in percent',
      'unmetered >= 1% critical',
      [2, 2, 1, 2, 2, 2, 3, 2],
      'unmetered >= 4% critical',
    ],
    [
      'a limit as it is where six days are known',
      'unmetered >= 1',
      [30, 30, 30, 30, 30, 30],
      'unmetered >= 1',
    ],
    [
      'a limit as it is where every day is bad',
      'unmetered >= 5%',
      [80, 90, 80, 90, 80, 90, 80],
      'unmetered >= 5%',
    ],
  ];

test.each(CASES)('suggests %s: %s', (_, rule, days, suggested) => {
  expect(suggestFor(rule, days).suggested).toBe(suggested);
});

test('suggests half of the least of quiet days for a rule about too few', () => {
  const days = [40, 44, 42, 40, 2, 41, 43, 40];
  expect(suggestFor('total < 1', days, 100).suggested).toBe('total < 20');
});

test('gives the reason in numbers', () => {
  expect(suggestFor('unmetered >= 4', [8, 9, 8, 7, 8, 9, 8, 900]).reason).toBe(
    'The quieter 6 of 8 days with events never exceed 9 events in a window; the limit is twice that.',
  );
});

test('says of a limit that stays which one it is', () => {
  expect(suggestFor('unmetered >= 10', QUIET).reason).toBe(
    'unmetered >= 10 leaves room: the quieter 6 of 8 days with events never exceed 5 events in a window.',
  );
});

test('leaves out days without an event: they are no quiet days', () => {
  const days = [8, 9, 8, 7, 8, 9, 8, 0, 0, 0, 0, 0, 0, 0];
  expect(suggestFor('unmetered >= 4', days, 0, [7, 8, 9, 10, 11, 12, 13])).toEqual({
    suggested: 'unmetered >= 20',
    reason:
      'The quieter 5 of 7 days with events never exceed 8 events in a window; the limit is twice that.',
  });
});

test('counts days without an event for a rule about too few', () => {
  const days = [40, 44, 42, 40, 0, 41, 43, 40];
  expect(suggestFor('total < 1', days, 100, [4]).suggested).toBe('total < 20');
});

test('says how many calendar days it needs where there are too few', () => {
  const days = [8, 9, 8, 7, 8, 9, 8, 9];
  expect(suggestFor('unmetered >= 4', days, 0, [1, 2, 3]).reason).toBe(
    'No suggestion: it needs 7 calendar days (UTC) with enough events to evaluate this rule, and there are only 5.',
  );
});
