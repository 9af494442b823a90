import { describe, expect, test } from 'vitest';
import { SettingError } from '../../functions/monitor/errors.ts';
import { parseIgnoreList } from '../../functions/monitor/settings/ignore-list.ts';
import { IGNORE_LIST_PATTERN } from '../../functions/monitor/settings/parameter-patterns.ts';
import { cli } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { serveAnswers } from '../support/server.ts';

const LAST_DAY = Date.UTC(2027, 1, 1);
const forEver = (...names: readonly string[]) => names.map((name) => ({ name, until: undefined }));

describe('names with commas and blanks can be quoted', () => {
  test.each([
    ['a comma', '"Acme, Inc."', ['Acme, Inc.']],
    ['beside others', 'globex, "Acme, Inc.", initech', ['globex', 'Acme, Inc.', 'initech']],
    ['blanks at the ends', '" acme "', [' acme ']],
    ['a blank inside', '"Acme Inc"', ['Acme Inc']],
    ['a quote inside, written twice', '"Acme ""East"", Inc."', ['Acme "East", Inc.']],
    ['a name that seems to end in a last day', '"acme@2027-01-31"', ['acme@2027-01-31']],
    ['blanks around', ' "Acme, Inc." ,globex ', ['Acme, Inc.', 'globex']],
    ['a name that needs none', '"acme"', ['acme']],
  ])('%s', (_, text, names) => {
    expect(parseIgnoreList(text)).toEqual(forEver(...names));
  });

  test('with a last day behind the quotes', () => {
    expect(parseIgnoreList('"Acme, Inc."@2027-01-31, globex')).toEqual([
      { name: 'Acme, Inc.', until: LAST_DAY },
      { name: 'globex', until: undefined },
    ]);
  });

  test.each([
    ['a quote that does not begin the name', '5" pipe, o\'brien', ['5" pipe', "o'brien"]],
    ['a blank inside without quotes', 'Acme Inc', ['Acme Inc']],
  ])('but need not: %s', (_, text, names) => {
    expect(parseIgnoreList(text)).toEqual(forEver(...names));
  });
});

test.each([
  ['is not closed', '"Acme, Inc., globex'],
  ['is followed by more than a last day', '"Acme, Inc." and more'],
  ['is followed by a day that is none', '"Acme, Inc."@2027-02-30'],
  ['is empty', '"", acme'],
])('a quoted name that %s is refused, with a correction', (_, text) => {
  expect(() => parseIgnoreList(text)).toThrow(SettingError);
  expect(() => parseIgnoreList(text)).toThrow(/write|close|leave/);
});

test.each(['"Acme, Inc.", globex', '"Acme, Inc."@2027-01-31', '" acme "'])(
  'the parameter of the stack takes %s',
  (text) => {
    expect(new RegExp(IGNORE_LIST_PATTERN).test(text)).toBe(true);
  },
);

test('events of an account with a comma in its name are counted apart', async () => {
  const events = [wireEvent({ accountId: 'Acme, Inc.' }), wireEvent({ accountId: 'Inc.' })];
  const { url } = await serveAnswers({ body: { events, nextToken: null } });
  const range = ['--from', '2026-11-18T11:30', '--to', '2026-11-18T11:35'];
  const ignored = ['--ignored-accounts', '"Acme, Inc."'];
  const { stdout } = await cli(['check', '--json', ...range, ...ignored, '--togai-base-url', url]);
  expect(JSON.parse(stdout)).toMatchObject({ total: 1, ignored: 1 });
});
