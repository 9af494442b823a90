import { describe, expect, test } from 'vitest';
import { judge } from '../../functions/monitor/steps/judge.ts';
import { createTallier, type Tally } from '../../functions/monitor/steps/tally.ts';
import { parseThresholds, type Threshold } from '../../functions/monitor/steps/threshold.ts';
import { usageEvent } from '../support/events.ts';

const STATUS: Readonly<Record<string, string>> = {
  metered: 'INGESTION_COMPLETED_EVENT_METERED',
  unmetered: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
  failed: 'INGESTION_FAILED',
  duplicate: 'INGESTION_FAILED_DUPLICATE_EVENT',
  in_progress: 'INGESTION_IN_PROGRESS',
  reverted: 'REVERTED',
};

/** A tally of so many events of each kind, all of one account or by account. */
function tallyOf(...groups: readonly Readonly<Record<string, number | string>>[]): Tally {
  const tallier = createTallier({ accounts: new Set(), schemas: new Set() });
  for (const { account = 'acme', ...counts } of groups) {
    for (const [kind, count] of Object.entries(counts)) {
      for (let index = 0; index < Number(count); index++) {
        tallier.add(usageEvent({ status: STATUS[kind] ?? kind, accountId: String(account) }));
      }
    }
  }
  return tallier.finish();
}

function judged(rule: string, tally: Tally, options: { whole?: boolean; firing?: string[] } = {}) {
  const [threshold] = parseThresholds(rule) as [Threshold];
  return judge(
    threshold,
    { tally, whole: options.whole ?? true },
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
  ])('%s', (_, rule, counts, state) => {
    expect(judged(rule, tallyOf(counts)).state).toBe(state);
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
  ])('%s', (_, rule, counts, state, value) => {
    expect(judged(rule, tallyOf(counts))).toMatchObject({ state, value });
  });
});

describe('over a window that is not whole', () => {
  test.each([
    ['a crossed >= stands', 'unmetered >= 10', { unmetered: 10 }, 'breached'],
    ['an uncrossed >= is open', 'unmetered >= 10', { unmetered: 9 }, 'insufficient'],
    ['a crossed < is open', 'total < 1', {}, 'insufficient'],
    ['a crossed share is open', 'unmetered >= 5%', { unmetered: 50, metered: 50 }, 'insufficient'],
  ])('%s', (_, rule, counts, state) => {
    expect(judged(rule, tallyOf(counts), { whole: false }).state).toBe(state);
  });
});

describe('while over a tenth is in progress', () => {
  test.each([
    [
      'a crossed >= stands',
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
      'the share in progress is judged',
      'in_progress >= 25%',
      { in_progress: 20, metered: 80 },
      'ok',
    ],
    ['the total is judged', 'total >= 1000', { in_progress: 20, metered: 80 }, 'ok'],
    ['a < is judged', 'total < 1', { in_progress: 20, metered: 80 }, 'ok'],
    [
      'exactly a tenth changes nothing',
      'unmetered >= 10',
      { unmetered: 9, in_progress: 10, metered: 81 },
      'ok',
    ],
  ])('%s', (_, rule, counts, state) => {
    expect(judged(rule, tallyOf(counts)).state).toBe(state);
  });
});

describe('by account', () => {
  test('lists those that crossed, most events first, and shows the worst value', () => {
    const verdict = judged(
      'unmetered by account >= 50%',
      tallyOf(
        { account: 'small', unmetered: 30, metered: 10 },
        { account: 'large', unmetered: 100, metered: 100 },
        { account: 'fine', metered: 500 },
      ),
    );
    expect(verdict).toMatchObject({ state: 'breached', value: 75 });
    expect(verdict.groups).toEqual([
      { name: 'large', value: 50, events: 100 },
      { name: 'small', value: 75, events: 30 },
    ]);
  });

  test('an account with too few events is not judged by share', () => {
    const tally = tallyOf({ account: 'tiny', unmetered: 19 }, { account: 'fine', metered: 500 });
    expect(judged('unmetered by account >= 50%', tally)).toMatchObject({ state: 'ok', groups: [] });
  });

  test('is open while an account for which it fires has too few events', () => {
    const tally = tallyOf({ account: 'tiny', unmetered: 19 }, { account: 'fine', metered: 500 });
    const verdict = judged('unmetered by account >= 50%', tally, { firing: ['tiny'] });
    expect(verdict.state).toBe('insufficient');
  });

  test('is open while an account for which it fires is missing from a cut tally', () => {
    const tally = tallyOf({ metered: 100 });
    const cut = { ...tally, accounts: { ...tally.accounts, cut: true } };
    expect(judged('unmetered by account >= 1', cut, { firing: ['gone'] }).state).toBe(
      'insufficient',
    );
    expect(judged('unmetered by account >= 1', tally, { firing: ['gone'] }).state).toBe('ok');
  });

  test('a lower bound crosses a count and proves no share', () => {
    const tally = tallyOf({ unmetered: 60, metered: 40 });
    const acme = tally.accounts.counts.get('acme');
    const counts = new Map([['acme', { byStatus: acme?.byStatus ?? new Map(), exact: false }]]);
    const inexact = { ...tally, accounts: { counts, cut: true } };
    expect(judged('unmetered by account >= 50', inexact).state).toBe('breached');
    expect(judged('unmetered by account >= 50%', inexact).state).not.toBe('breached');
  });
});

describe('by account, where the tally was cut', () => {
  const cutTally = (
    groups: readonly Readonly<Record<string, number | string>>[],
    inexact: string[] = [],
  ) => {
    const tally = tallyOf(...groups);
    const counts = new Map(
      [...tally.accounts.counts].map(([name, group]) => [
        name,
        { ...group, exact: !inexact.includes(name) },
      ]),
    );
    return { ...tally, accounts: { counts, cut: true } };
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
      'what crossed has crossed',
      'unmetered by account >= 50',
      [{ account: 'a', unmetered: 90 }],
      ['a'],
      'breached',
    ],
  ] as const)('%s', (_, rule, groups, inexact, state) => {
    const tally = cutTally([...groups], [...inexact]);
    expect(judged(rule, tally).state).toBe(state);
  });
});
