import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../functions/monitor/timeline/duration.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  ['90m', 90 * MINUTE],
  ['90min', 90 * MINUTE],
  ['5 min', 5 * MINUTE],
  ['6h', 6 * HOUR],
  ['2d', 2 * DAY],
  ['1w', 7 * DAY],
  ['1h30m', 90 * MINUTE],
  ['1d12h', 36 * HOUR],
  ['1w2d', 9 * DAY],
  ['2d3h15m', 2 * DAY + 3 * HOUR + 15 * MINUTE],
  [' 1h30m ', 90 * MINUTE],
  ['1h 30m', 90 * MINUTE],
])('reads %s', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each([1 * MINUTE, 90 * MINUTE, 26 * HOUR, 2 * DAY, 31 * DAY])(
  'reads durations as reports print them: %i ms',
  (ms) => {
    expect(parseDuration(formatDuration(ms))).toBe(ms);
  },
);

test.each([
  '',
  '90',
  'm',
  'soon',
  '0m',
  '0h0m',
  '1.5h',
  '-1h',
  '30m1h',
  '1h1h',
  '1h30',
  '1y',
  '1h and 30m',
])('refuses "%s"', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [45_000, '45 s'],
  [12 * 60_000, '12 min'],
  [3_600_000, '1 h'],
  [5_400_000, '1 h 30 min'],
  [26 * 3_600_000, '1 d 2 h'],
])('writes %s ms as %s', (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});
