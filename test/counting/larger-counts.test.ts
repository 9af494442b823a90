import { expect, test } from 'vitest';
import { largerCounts } from '../../functions/monitor/counting/larger-counts.ts';
import { countsOf } from '../support/evaluated-counts.ts';

const LOST = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

test('the larger number of each status stands', () => {
  const one = countsOf({ unmetered: 3, metered: 5 });
  const other = countsOf({ unmetered: 4, failed: 1 });
  expect(largerCounts(one, other)).toMatchObject({
    total: 10,
    byStatus: new Map([
      [LOST, 4],
      ['INGESTION_COMPLETED_EVENT_METERED', 5],
      ['INGESTION_FAILED', 1],
    ]),
  });
});

test('the larger number of each account stands', () => {
  const one = countsOf({ account: 'acme', unmetered: 3 }, { account: 'globex', unmetered: 2 });
  const other = countsOf({ account: 'acme', unmetered: 5 }, { account: 'hooli', unmetered: 1 });
  const { byName } = largerCounts(one, other).accounts;
  expect([...byName].map(([name, { byStatus }]) => [name, byStatus.get(LOST)])).toEqual([
    ['acme', 5],
    ['globex', 2],
    ['hooli', 1],
  ]);
});

test('the larger number of ignored events stands, with all their names', () => {
  const ignoring = (ignored: number, name: string) => ({
    ...countsOf(),
    ignored,
    ignoredNames: { accounts: new Set([name]), schemas: new Set<string>() },
  });
  expect(largerCounts(ignoring(2, 'a'), ignoring(3, 'b'))).toMatchObject({
    ignored: 3,
    ignoredNames: { accounts: new Set(['a', 'b']) },
  });
});

test('an account that one count alone has stays in no share there', () => {
  const withoutTotal = new Map([[LOST, 2]]);
  const other = countsOf({ account: 'globex', unmetered: 2 });
  const [[, group] = []] = other.accounts.byName;
  if (!group) throw new Error('there is no account');
  const byName = new Map([['globex', { ...group, withoutTotal }]]);
  const joined = largerCounts(countsOf(), { ...other, accounts: { byName, truncated: false } });
  expect(joined.accounts.byName.get('globex')?.withoutTotal).toEqual(withoutTotal);
});

test('an account that was listed is in shares with its listed events', () => {
  const withoutTotal = new Map([[LOST, 2]]);
  const listed = countsOf({ account: 'acme', unmetered: 2 });
  const byName = new Map([['acme', { byStatus: new Map([[LOST, 2]]), exact: true, withoutTotal }]]);
  const looked = { ...countsOf(), accounts: { byName, truncated: false } };
  expect(largerCounts(listed, looked).accounts.byName.get('acme')).not.toHaveProperty(
    'withoutTotal',
  );
});
