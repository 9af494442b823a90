import { expect, test } from 'vitest';
import { splitsUpTo, timeTexts } from '../../cli/backtest/page/axis-labels.ts';

const HOUR = 3_600;
const NIGHT = Date.UTC(2026, 10, 20, 22) / 1_000;
const hours = [0, 1, 2, 3].map((hour) => NIGHT + hour * HOUR);

test('an axis of hours says the day at its beginning and at midnight', () => {
  expect(timeTexts(hours, HOUR)).toEqual(['22:00\n20 Nov', '23:00', '00:00\n21 Nov', '01:00']);
});

test('an axis of days says days', () => {
  expect(timeTexts([NIGHT - 22 * HOUR, NIGHT + 2 * HOUR], 24 * HOUR)).toEqual(['20 Nov', '21 Nov']);
});

test('an axis of values leaves out texts that would lie on each other', () => {
  const yOf = (value: number) => 50 - 10 * Math.log10(1 + value);
  expect(splitsUpTo(1_000, yOf)).toEqual([0, 100]);
});
