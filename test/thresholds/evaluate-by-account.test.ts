import { describe, expect, test } from 'vitest';
import { countsOf, evaluated } from '../support/evaluated-counts.ts';

describe('by account', () => {
  test('lists the accounts that breached, most events first, and shows the worst value', () => {
    const evaluation = evaluated(
      'unmetered by account >= 50%',
      countsOf(
        { account: 'small', unmetered: 30, metered: 10 },
        { account: 'large', unmetered: 100, metered: 100 },
        { account: 'fine', metered: 500 },
      ),
    );
    expect(evaluation).toMatchObject({ state: 'breached', value: 75 });
    expect(evaluation.groups).toEqual([
      { name: 'large', value: 50, events: 100 },
      { name: 'small', value: 75, events: 30 },
    ]);
  });

  test('an account with too few events is not evaluated by share', () => {
    const counts = countsOf({ account: 'tiny', unmetered: 19 }, { account: 'fine', metered: 500 });
    expect(evaluated('unmetered by account >= 50%', counts)).toMatchObject({
      state: 'ok',
      groups: [],
    });
  });

  test('is insufficient while an account of the firing alert has too few events', () => {
    const counts = countsOf({ account: 'tiny', unmetered: 19 }, { account: 'fine', metered: 500 });
    const evaluation = evaluated('unmetered by account >= 50%', counts, { firing: ['tiny'] });
    expect(evaluation.state).toBe('insufficient');
  });

  test('is insufficient while an account of the firing alert is missing from truncated counts', () => {
    const counts = countsOf({ metered: 100 });
    const truncated = { ...counts, accounts: { ...counts.accounts, truncated: true } };
    expect(evaluated('unmetered by account >= 1', truncated, { firing: ['gone'] }).state).toBe(
      'insufficient',
    );
    expect(evaluated('unmetered by account >= 1', counts, { firing: ['gone'] }).state).toBe('ok');
  });

  test('a lower bound breaches a count and proves no share', () => {
    const counts = countsOf({ unmetered: 60, metered: 40 });
    const acme = counts.accounts.byName.get('acme');
    const byName = new Map([['acme', { byStatus: acme?.byStatus ?? new Map(), exact: false }]]);
    const inexact = { ...counts, accounts: { byName, truncated: true } };
    expect(evaluated('unmetered by account >= 50', inexact).state).toBe('breached');
    expect(evaluated('unmetered by account >= 50%', inexact).state).not.toBe('breached');
  });
});

describe('by account, with truncated names', () => {
  const truncatedCounts = (
    groups: readonly Readonly<Record<string, number | string>>[],
    inexact: string[] = [],
  ) => {
    const counts = countsOf(...groups);
    const byName = new Map(
      [...counts.accounts.byName].map(([name, group]) => [
        name,
        { ...group, exact: !inexact.includes(name) },
      ]),
    );
    return { ...counts, accounts: { byName, truncated: true } };
  };

  test.each([
    [
      'all accounts with problems are kept if others are kept as well',
      'unmetered by account >= 50%',
      [
        { account: 'a', metered: 90, unmetered: 10 },
        { account: 'b', metered: 90 },
      ],
      [],
      'ok',
    ],
    [
      'accounts with problems may be missing if no others are kept',
      'unmetered by account >= 50%',
      [{ account: 'a', metered: 90, unmetered: 10 }],
      [],
      'insufficient',
    ],
    [
      'accounts without problems may be missing',
      'duplicate by account >= 100',
      [{ account: 'a', metered: 90 }],
      [],
      'insufficient',
    ],
    [
      'a lower bound may hide a breach',
      'unmetered by account >= 50%',
      [
        { account: 'a', unmetered: 90 },
        { account: 'b', metered: 90 },
      ],
      ['a'],
      'insufficient',
    ],
    [
      'a breached account stays breached',
      'unmetered by account >= 50',
      [{ account: 'a', unmetered: 90 }],
      ['a'],
      'breached',
    ],
  ] as const)('%s', (_, rule, groups, inexact, state) => {
    const counts = truncatedCounts([...groups], [...inexact]);
    expect(evaluated(rule, counts).state).toBe(state);
  });
});
