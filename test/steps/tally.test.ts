import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createTallier,
  MAX_GROUPS,
  mergeTallies,
  type Tally,
  type Waived,
} from '../../functions/monitor/steps/tally.ts';
import { usageEvent } from '../support/events.ts';

const NOBODY: Waived = { accounts: new Set(), schemas: new Set() };
const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

function tally(events: readonly Parameters<typeof usageEvent>[0][], waived = NOBODY): Tally {
  const tallier = createTallier(waived);
  for (const event of events) tallier.add(usageEvent(event));
  return tallier.finish();
}

test('counts by status, by account and by schema', () => {
  const result = tally([
    { accountId: 'acme', schemaName: 'ride' },
    { accountId: 'acme', schemaName: 'call', status: UNMETERED },
    { accountId: 'globex', schemaName: 'ride', status: UNMETERED },
  ]);
  expect(result.total).toBe(3);
  expect(result.byStatus.get(UNMETERED)).toBe(2);
  expect(result.accounts.counts.get('acme')?.byStatus.get(UNMETERED)).toBe(1);
  expect(result.schemas.counts.get('ride')?.byStatus.get(UNMETERED)).toBe(1);
});

test('counts a status that nobody knows under its own name', () => {
  expect(tally([{ status: 'INGESTION_PAUSED' }]).byStatus.get('INGESTION_PAUSED')).toBe(1);
});

test('counts names that objects have already like any other', () => {
  const result = tally([{ status: '__proto__', accountId: 'constructor' }]);
  expect(result.byStatus.get('__proto__')).toBe(1);
  expect(result.accounts.counts.get('constructor')?.byStatus.get('__proto__')).toBe(1);
});

describe('statuses without end', () => {
  const result = tally([
    ...Array.from({ length: 150 }, (_, index) => ({ status: `S${index}` })),
    { status: UNMETERED },
  ]);

  test('are counted as UNKNOWN after the first hundred', () => {
    expect(result.total).toBe(151);
    expect(result.byStatus.get('UNKNOWN')).toBe(50);
  });

  test('do not keep a documented one from being counted by its name', () => {
    expect(result.byStatus.get(UNMETERED)).toBe(1);
  });
});

test('counts events of waived accounts and schemas apart, and in no other number', () => {
  const waived = { accounts: new Set(['acme']), schemas: new Set(['test']) };
  const result = tally(
    [{ accountId: 'acme' }, { accountId: 'globex', schemaName: 'test' }, { accountId: 'globex' }],
    waived,
  );
  expect(result).toMatchObject({ total: 1, ignored: 2 });
  expect([...result.accounts.counts.keys()]).toEqual(['globex']);
});

test('keeps the newest few samples of each problem status', () => {
  const result = tally(
    Array.from({ length: 9 }, (_, index) => ({ createdAt: index, status: UNMETERED })),
  );
  expect(result.samples.get(UNMETERED)?.map(({ createdAt }) => createdAt)).toEqual([8, 7, 6, 5, 4]);
});

test('keeps the same samples of one moment in whatever order they come, also without ids', () => {
  const nameless = Array.from({ length: 9 }, (_, index) => ({
    ...usageEvent({ status: UNMETERED, accountId: `account-${index}` }),
    referenceId: undefined,
  }));
  expect(tally(nameless.toReversed()).samples).toEqual(tally(nameless).samples);
});

test('keeps no samples of what is no problem', () => {
  expect(tally([{}]).samples.size).toBe(0);
});

test('counts Togai’s descriptions of problems', () => {
  const description = { status: UNMETERED, statusDescription: 'no plan' };
  const result = tally([description, description]);
  expect(result.descriptions.get(UNMETERED)?.get('no plan')).toBe(2);
});

describe('with more accounts than a tally names', () => {
  const crowd = Array.from({ length: MAX_GROUPS + 100 }, (_, index) => ({
    accountId: `account-${index}`,
    status: index % 100 === 0 ? UNMETERED : 'INGESTION_COMPLETED_EVENT_METERED',
  }));

  test('keeps those with problems and says that it was cut', () => {
    const { accounts } = tally(crowd);
    expect(accounts.cut).toBe(true);
    expect(accounts.counts.size).toBe(MAX_GROUPS);
    expect(
      crowd.every(
        ({ accountId, status }) => status !== UNMETERED || accounts.counts.has(accountId),
      ),
    ).toBe(true);
  });

  test('still counts every event in the total', () => {
    expect(tally(crowd).total).toBe(crowd.length);
  });

  test('does not count from the middle on what it knows no beginning of', () => {
    const tallier = createTallier(NOBODY);
    for (let index = 0; index <= 10 * MAX_GROUPS; index++) {
      tallier.add(usageEvent({ accountId: `account-${index}` }));
    }
    for (let index = 0; index < 9; index++) tallier.add(usageEvent({ accountId: 'account-9999' }));
    expect(tallier.finish().accounts.counts.has('account-9999')).toBe(false);
  });

  test('marks as a lower bound what came back after others were let go', () => {
    const tallier = createTallier(NOBODY);
    for (let index = 0; index <= 10 * MAX_GROUPS; index++) {
      tallier.add(usageEvent({ accountId: `account-${index}` }));
    }
    // Equal in all else, accounts are kept by name: this one was let go.
    tallier.add(usageEvent({ accountId: 'account-9999', status: UNMETERED }));
    const { accounts } = tallier.finish();
    expect(accounts.counts.get('account-9999')?.exact).toBe(false);
    expect(accounts.counts.get('account-0')?.exact).toBe(true);
  });

  test('a window knows that an account may be missing from a cut bucket', () => {
    const merged = mergeTallies([tally(crowd), tally([{ accountId: 'newcomer' }])]);
    expect(merged.accounts.cut).toBe(true);
    expect(merged.accounts.counts.get('newcomer')?.exact).toBe(false);
    expect(merged.accounts.counts.get('account-0')?.exact).toBe(true);
  });
});

describe('for any events', () => {
  const event = fc.record({
    accountId: fc.constantFrom('a', 'b', 'c'),
    schemaName: fc.constantFrom('x', 'y'),
    status: fc.constantFrom(UNMETERED, 'INGESTION_FAILED', 'INGESTION_COMPLETED_EVENT_METERED'),
    createdAt: fc.integer({ min: 0, max: 20 }),
    referenceId: fc.uuid(),
  });

  test('the order of events does not matter', () => {
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (some, others) => {
        expect(tally([...others, ...some])).toEqual(tally([...some, ...others]));
      }),
    );
  });

  test('a window equals the tally of all events of its buckets', () => {
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (some, others) => {
        expect(mergeTallies([tally(some), tally(others)])).toEqual(tally([...some, ...others]));
      }),
    );
  });
});
