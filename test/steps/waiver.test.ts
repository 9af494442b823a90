import { expect, test } from 'vitest';
import { parseWaivers, waivedAt } from '../../functions/monitor/steps/waiver.ts';

const MARCH = Date.UTC(2027, 2, 1);

test.each([
  ['names', 'acme, globex', ['acme', 'globex']],
  ['an address as a name', 'bob@example.com', ['bob@example.com']],
  ['an address with a last day', 'bob@example.com@2027-12-31', ['bob@example.com']],
  ['a last day that is over', 'acme@2027-02-28', []],
  ['a last day that is today', 'acme@2027-03-01', ['acme']],
  ['nothing', '', []],
  ['commas too many', ' acme,, ', ['acme']],
])('reads %s', (_, text, expected) => {
  expect([...waivedAt(parseWaivers(text), MARCH)]).toEqual(expected);
});

test('a waiver holds to the last millisecond of its last day, UTC', () => {
  const waivers = parseWaivers('acme@2027-01-31');
  expect(waivedAt(waivers, Date.UTC(2027, 1, 1) - 1).has('acme')).toBe(true);
  expect(waivedAt(waivers, Date.UTC(2027, 1, 1)).has('acme')).toBe(false);
});

test.each([['acme@2027-02-30'], ['acme@2027-1-31'], ['acme@2027-13-01']])(
  'refuses %s, whose last day is no day',
  (text) => {
    expect(() => parseWaivers(text)).toThrow(/is no day of the calendar/);
  },
);

test('the message of a refused waiver stays on one line and is cut where the waiver is long', () => {
  const waiver = `ac\nme\u001b[31m${'x'.repeat(5_000)}@2027-02-30`;
  expect(() => parseWaivers(waiver)).toThrow(
    /^"ac\\u\{a\}me\\u\{1b\}\[31mx{400,500}…": "2027-02-30" is/,
  );
});
