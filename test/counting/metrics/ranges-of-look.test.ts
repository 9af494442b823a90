import { describe, expect, test } from 'vitest';
import {
  inPieces,
  rangesOfLook,
} from '../../../functions/monitor/counting/metrics/ranges-of-look.ts';
import type { Range } from '../../../functions/monitor/timeline/time.ts';
import { at, HOUR } from '../../support/monitor.ts';

/** In hours of the test day, the newest first. */
const inHours = (ranges: readonly Range[]) =>
  ranges.map(({ start, end }) => [(start - at('00:00')) / HOUR, (end - at('00:00')) / HOUR]);
const ranges = (end: string, before: string | undefined, windowStart = '09:00') =>
  inHours(rangesOfLook(at(end), before === undefined ? undefined : at(before), at(windowStart)));

test('a look asks for the hour before, its own and the next', () => {
  expect(ranges('10:10', '10:05')).toEqual([[9, 12]]);
});

test('a look that ends with an hour is of the next one', () => {
  expect(ranges('11:00', '10:55')[0]).toEqual([10, 13]);
});

test('the first look in an hour asks for a day more', () => {
  expect(ranges('11:00', '10:55')).toEqual([
    [10, 13],
    [-2, 10],
    [-14, -2],
  ]);
});

test('the second look in an hour does not', () => {
  expect(ranges('11:05', '11:00')).toEqual([[10, 13]]);
});

test('the first look after an outage asks for a day before that', () => {
  expect(ranges('20:05', '10:05')).toEqual([
    [19, 22],
    [7, 19],
    [-5, 7],
    [-14, -5],
  ]);
});

describe('the first look of all', () => {
  test('asks for a day', () => {
    expect(ranges('10:10', undefined).at(-1)?.[0]).toBe(-14);
  });

  test('asks for a window that is longer than a day', () => {
    const reach = rangesOfLook(at('10:10'), undefined, at('00:00') - 30 * HOUR);
    expect(inHours(reach).at(-1)?.[0]).toBe(-30);
  });
});

test('no request is about more than twelve hours', () => {
  const all = inPieces({ start: at('00:00'), end: at('00:00') + 30 * HOUR });
  expect(inHours(all)).toEqual([
    [18, 30],
    [6, 18],
    [0, 6],
  ]);
});
