import { describe, expect, test } from 'vitest';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import type { Counts } from '../../functions/monitor/events/counts.ts';
import { evaluate } from '../../functions/monitor/thresholds/evaluate.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { usageEvent } from '../support/events.ts';

const STATUS: Readonly<Record<string, string>> = {
  metered: 'INGESTION_COMPLETED_EVENT_METERED',
  unmetered: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
  failed: 'INGESTION_FAILED',
  duplicate: 'INGESTION_FAILED_DUPLICATE_EVENT',
  in_progress: 'INGESTION_IN_PROGRESS',
  reverted: 'REVERTED',
};

/** A counts of so many events of each kind, all of one account or by account. */
function countsOf(...groups: readonly Readonly<Record<string, number | string>>[]): Counts {
  const counter = createCounter({ accounts: new Set(), schemas: new Set() });
  for (const { account = 'acme', ...events } of groups) {
    for (const [kind, count] of Object.entries(events)) {
      for (let index = 0; index < Number(count); index++) {
        counter.add(usageEvent({ status: STATUS[kind] ?? kind, accountId: String(account) }));
      }
    }
  }
  return counter.finish();
}

function evaluated(
  rule: string,
  counts: Counts,
  options: { whole?: boolean; firing?: string[] } = {},
) {
  const [threshold] = parseThresholds(rule) as [Threshold];
  return evaluate(
    threshold,
    { counts, whole: options.whole ?? true },
    { minimumEvents: 20, firingGroups: options.firing ?? [] },
  );
}

describe('a count', () => {
  test.each([
    ['at the limit, >=', 'unmetered >= 10', { unmetered: 10 }, 'breached'],
    ['below the limit, >=', 'unmetered >= 10', { unmetered: 9 }, 'ok'],
    ['at the limit, >', 'unmetered > 10', { unmetered: 10 }, 'ok'],
    ['above the limit, >', 'unmetered > 10', { unmetered: 11 }, 'breached'],
    ['at the limit, <=', 'metered <= 10', { metered: 10 }, 'breached'],
    ['at the limit, <', 'metered < 10', { metered: 10 }, 'ok'],
    ['no events at all', 'total < 1', {}, 'breached'],
    ['duplicates are not failed', 'failed >= 1', { duplicate: 5 }, 'ok'],
    ['a status that nobody knows', 'unknown >= 1', { INGESTION_PAUSED: 1 }, 'breached'],
    [
      'a pattern',
      'INGESTION_FAILED_* >= 2',
      { INGESTION_FAILED_A: 1, INGESTION_FAILED_B: 1 },
      'breached',
    ],
  ])('%s', (_, rule, events, state) => {
    expect(evaluated(rule, countsOf(events)).state).toBe(state);
  });
});

describe('a share', () => {
  test.each([
    ['at the limit', 'unmetered >= 5%', { unmetered: 5, metered: 95 }, 'breached', 5],
    ['below the limit', 'unmetered >= 5%', { unmetered: 4, metered: 96 }, 'ok', 4],
    [
      'is of settled events, not of all',
      'unmetered >= 5%',
      { unmetered: 5, metered: 95, reverted: 50 },
      'breached',
      5,
    ],
    [
      'in progress is of all events',
      'in_progress >= 25%',
      { in_progress: 30, metered: 70 },
      'breached',
      30,
    ],
    [
      'in progress when nothing is settled',
      'in_progress >= 25%',
      { in_progress: 30 },
      'breached',
      100,
    ],
    [
      'of too few events',
      'unmetered >= 5%',
      { unmetered: 10, metered: 9 },
      'insufficient',
      (100 * 10) / 19,
    ],
    ['of just enough events', 'unmetered >= 5%', { unmetered: 10, metered: 10 }, 'breached', 50],
    ['of no events', 'unmetered >= 5%', {}, 'insufficient', 0],
  ])('%s', (_, rule, events, state, value) => {
    expect(evaluated(rule, countsOf(events))).toMatchObject({ state, value });
  });
});

describe('over a window that is not whole', () => {
  test.each([
    ['a breached >= stands', 'unmetered >= 10', { unmetered: 10 }, 'breached'],
    ['an uncrossed >= is open', 'unmetered >= 10', { unmetered: 9 }, 'insufficient'],
    ['a breached < is open', 'total < 1', {}, 'insufficient'],
    ['a breached share is open', 'unmetered >= 5%', { unmetered: 50, metered: 50 }, 'insufficient'],
  ])('%s', (_, rule, events, state) => {
    expect(evaluated(rule, countsOf(events), { whole: false }).state).toBe(state);
  });
});

describe('while over a tenth is in progress', () => {
  test.each([
    [
      'a breached >= stands',
      'unmetered >= 10',
      { unmetered: 10, in_progress: 20, metered: 70 },
      'breached',
    ],
    [
      'an uncrossed >= is open',
      'unmetered >= 10',
      { unmetered: 9, in_progress: 20, metered: 70 },
      'insufficient',
    ],
    [
      'a share is open',
      'unmetered >= 5%',
      { unmetered: 10, in_progress: 20, metered: 70 },
      'insufficient',
    ],
    [
      'the share in progress is evaluated',
      'in_progress >= 25%',
      { in_progress: 20, metered: 80 },
      'ok',
    ],
    ['the total is evaluated', 'total >= 1000', { in_progress: 20, metered: 80 }, 'ok'],
    ['a < is evaluated', 'total < 1', { in_progress: 20, metered: 80 }, 'ok'],
    [
      'exactly a tenth changes nothing',
      'unmetered >= 10',
      { unmetered: 9, in_progress: 10, metered: 81 },
      'ok',
    ],
  ])('%s', (_, rule, events, state) => {
    expect(evaluated(rule, countsOf(events)).state).toBe(state);
  });
});

describe('by account', () => {
  test('lists those that breached, most events first, and shows the worst value', () => {
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

  test('is open while an account for which it fires has too few events', () => {
    const counts = countsOf({ account: 'tiny', unmetered: 19 }, { account: 'fine', metered: 500 });
    const evaluation = evaluated('unmetered by account >= 50%', counts, { firing: ['tiny'] });
    expect(evaluation.state).toBe('insufficient');
  });

  test('is open while an account for which it fires is missing from truncated counts', () => {
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

describe('by account, where names were truncated', () => {
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
      'problems, with others kept beside them, are all kept',
      'unmetered by account >= 50%',
      [
        { account: 'a', metered: 90, unmetered: 10 },
        { account: 'b', metered: 90 },
      ],
      [],
      'ok',
    ],
    [
      'problems that leave no room may be missing',
      'unmetered by account >= 50%',
      [{ account: 'a', metered: 90, unmetered: 10 }],
      [],
      'insufficient',
    ],
    [
      'what is no problem may be missing',
      'duplicate by account >= 100',
      [{ account: 'a', metered: 90 }],
      [],
      'insufficient',
    ],
    [
      'a lower bound may hide a crossing',
      'unmetered by account >= 50%',
      [
        { account: 'a', unmetered: 90 },
        { account: 'b', metered: 90 },
      ],
      ['a'],
      'insufficient',
    ],
    [
      'what breached has breached',
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
