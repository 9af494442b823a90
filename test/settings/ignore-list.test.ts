import { expect, test } from 'vitest';
import { ignoredAt, parseIgnoreList } from '../../functions/monitor/settings/ignore-list.ts';

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
  expect([...ignoredAt(parseIgnoreList(text), MARCH)]).toEqual(expected);
});

test('an ignore entry applies to the last millisecond of its last day, UTC', () => {
  const ignoreEntries = parseIgnoreList('acme@2027-01-31');
  expect(ignoredAt(ignoreEntries, Date.UTC(2027, 1, 1) - 1).has('acme')).toBe(true);
  expect(ignoredAt(ignoreEntries, Date.UTC(2027, 1, 1)).has('acme')).toBe(false);
});

test.each([['acme@2027-02-30'], ['acme@2027-1-31'], ['acme@2027-13-01']])(
  'refuses %s, whose last day does not exist',
  (text) => {
    expect(() => parseIgnoreList(text)).toThrow(/is not a calendar date/);
  },
);

test('the message about a refused ignore entry is one line, and cuts a long entry', () => {
  const ignoreEntry = `ac\nme\u001b[31m${'x'.repeat(5_000)}@2027-02-30`;
  expect(() => parseIgnoreList(ignoreEntry)).toThrow(
    /^"ac\\u\{a\}me\\u\{1b\}\[31mx{400,500}…": "2027-02-30" is/,
  );
});
