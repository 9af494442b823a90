import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTime, shortTime } from '../../functions/monitor/timeline/time.ts';

describe('parseTime', () => {
  test.each([
    ['with Z', '2026-11-18T09:30:00Z', '2026-11-18T09:30:00.000Z'],
    ['with milliseconds', '2026-11-18T09:30:00.123Z', '2026-11-18T09:30:00.123Z'],
    ['without a zone, as UTC', '2022-06-15T07:30:35.123', '2022-06-15T07:30:35.123Z'],
    ['with an offset', '2026-11-18T09:30:00+05:30', '2026-11-18T04:00:00.000Z'],
    ['with an offset without a colon', '2026-11-18T09:30:00-0800', '2026-11-18T17:30:00.000Z'],
    ['with an offset of hours', '2026-11-18T09:30:00+01', '2026-11-18T08:30:00.000Z'],
    ['without seconds', '2026-11-18T09:30', '2026-11-18T09:30:00.000Z'],
    ['with microseconds, cut', '2026-11-18T09:30:00.123999Z', '2026-11-18T09:30:00.123Z'],
    ['with a tenth of a second', '2026-11-18T09:30:00.5Z', '2026-11-18T09:30:00.500Z'],
    ['in a leap second', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['in the year 1', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['on a leap day', '2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('reads a time %s', (_, text, expected) => {
    const time = parseTime(text);
    expect(time === undefined ? undefined : new Date(time).toISOString()).toBe(expected);
  });

  test.each([
    ['a word', 'yesterday'],
    ['an empty text', ''],
    ['a day that does not exist', '2026-02-30T00:00:00Z'],
    ['a leap day in a common year', '2026-02-29T00:00:00Z'],
    ['a month that does not exist', '2026-13-01T00:00:00Z'],
    ['an hour that does not exist', '2026-11-18T24:00:00Z'],
    ['an offset that does not exist', '2026-11-18T09:00:00+99:00'],
    ['a date alone', '2026-11-18'],
    ['a number', '1700000000000'],
    ['a time with something behind it', '2026-11-18T09:30:00Z; drop'],
  ])('refuses %s', (_, text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  test('reads every time that JavaScript prints', () => {
    const years = { min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(years), (date) => parseTime(date.toISOString()) === date.getTime()),
    );
  });
});

test('shortTime shows seconds only if there are any', () => {
  expect(shortTime(Date.UTC(2026, 10, 18, 9, 30))).toBe('2026-11-18 09:30');
  expect(shortTime(Date.UTC(2026, 10, 18, 9, 30, 5))).toBe('2026-11-18 09:30:05');
});
