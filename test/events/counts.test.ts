import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import type { Counts, IgnoreLists } from '../../functions/monitor/events/counts.ts';
import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import { MAX_GROUPS } from '../../functions/monitor/events/truncated-groups.ts';
import { usageEvent } from '../support/events.ts';

const NOBODY: IgnoreLists = { accounts: new Set(), schemas: new Set() };
const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

function counts(events: readonly Parameters<typeof usageEvent>[0][], ignoreLists = NOBODY): Counts {
  const counter = createCounter(ignoreLists);
  for (const event of events) counter.add(usageEvent(event));
  return counter.finish();
}

test('counts by status, by account and by schema', () => {
  const result = counts([
    { accountId: 'acme', schemaName: 'ride' },
    { accountId: 'acme', schemaName: 'call', status: UNMETERED },
    { accountId: 'globex', schemaName: 'ride', status: UNMETERED },
  ]);
  expect(result.total).toBe(3);
  expect(result.byStatus.get(UNMETERED)).toBe(2);
  expect(result.accounts.byName.get('acme')?.byStatus.get(UNMETERED)).toBe(1);
  expect(result.schemas.byName.get('ride')?.byStatus.get(UNMETERED)).toBe(1);
});

test('counts an unknown status under its own name', () => {
  expect(counts([{ status: 'INGESTION_PAUSED' }]).byStatus.get('INGESTION_PAUSED')).toBe(1);
});

test('counts names such as __proto__ like any other', () => {
  const result = counts([{ status: '__proto__', accountId: 'constructor' }]);
  expect(result.byStatus.get('__proto__')).toBe(1);
  expect(result.accounts.byName.get('constructor')?.byStatus.get('__proto__')).toBe(1);
});

describe('endless new statuses', () => {
  const result = counts([
    ...Array.from({ length: 150 }, (_, index) => ({ status: `S${index}` })),
    { status: UNMETERED },
  ]);

  test('are counted as UNKNOWN after the first hundred', () => {
    expect(result.total).toBe(151);
    expect(result.byStatus.get('UNKNOWN')).toBe(50);
  });

  test('do not stop a documented status from being counted by its name', () => {
    expect(result.byStatus.get(UNMETERED)).toBe(1);
  });
});

test('counts events of ignored accounts and schemas apart from all other numbers', () => {
  const ignoreLists = { accounts: new Set(['acme']), schemas: new Set(['test']) };
  const result = counts(
    [{ accountId: 'acme' }, { accountId: 'globex', schemaName: 'test' }, { accountId: 'globex' }],
    ignoreLists,
  );
  expect(result).toMatchObject({ total: 1, ignored: 2 });
  expect([...result.accounts.byName.keys()]).toEqual(['globex']);
});

test('keeps the newest few samples of each problem status', () => {
  const result = counts(
    Array.from({ length: 9 }, (_, index) => ({ createdAt: index, status: UNMETERED })),
  );
  expect(result.samples.get(UNMETERED)?.map(({ createdAt }) => createdAt)).toEqual([8, 7, 6, 5, 4]);
});

test('keeps 512 characters of an id in a sample', () => {
  const long = 'x'.repeat(513);
  const result = counts([{ status: UNMETERED, referenceId: long, id: long }]);
  const [sample] = result.samples.get(UNMETERED) ?? [];
  expect([sample?.referenceId?.length, sample?.id?.length]).toEqual([512, 512]);
});

test('keeps the same samples of one moment in any order, even without ids', () => {
  const nameless = Array.from({ length: 9 }, (_, index) => ({
    ...usageEvent({ status: UNMETERED, accountId: `account-${index}` }),
    referenceId: undefined,
  }));
  expect(counts(nameless.toReversed()).samples).toEqual(counts(nameless).samples);
});

test('keeps no samples of metered events', () => {
  expect(counts([{}]).samples.size).toBe(0);
});

test('counts Togai’s descriptions of problems', () => {
  const description = { status: UNMETERED, statusDescription: 'no plan' };
  const result = counts([description, description]);
  expect(result.descriptions.get(UNMETERED)?.get('no plan')).toBe(2);
});

describe('with more accounts than counts keep', () => {
  const crowd = Array.from({ length: MAX_GROUPS + 100 }, (_, index) => ({
    accountId: `account-${index}`,
    status: index % 100 === 0 ? UNMETERED : 'INGESTION_COMPLETED_EVENT_METERED',
  }));

  test('keeps the accounts with problems and is marked as truncated', () => {
    const { accounts } = counts(crowd);
    expect(accounts.truncated).toBe(true);
    expect(accounts.byName.size).toBe(MAX_GROUPS);
    expect(
      crowd.every(
        ({ accountId, status }) => status !== UNMETERED || accounts.byName.has(accountId),
      ),
    ).toBe(true);
  });

  test('still counts every event in the total', () => {
    expect(counts(crowd).total).toBe(crowd.length);
  });

  test('does not keep an account that it counted only in part', () => {
    const counter = createCounter(NOBODY);
    for (let index = 0; index <= 10 * MAX_GROUPS; index++) {
      counter.add(usageEvent({ accountId: `account-${index}` }));
    }
    for (let index = 0; index < 9; index++) counter.add(usageEvent({ accountId: 'account-9999' }));
    expect(counter.finish().accounts.byName.has('account-9999')).toBe(false);
  });

  test('marks an account that was dropped and came back as a lower bound', () => {
    const counter = createCounter(NOBODY);
    for (let index = 0; index <= 10 * MAX_GROUPS; index++) {
      counter.add(usageEvent({ accountId: `account-${index}` }));
    }
    // Accounts that are equal otherwise are kept by name, so this one was dropped.
    counter.add(usageEvent({ accountId: 'account-9999', status: UNMETERED }));
    const { accounts } = counter.finish();
    expect(accounts.byName.get('account-9999')?.exact).toBe(false);
    expect(accounts.byName.get('account-0')?.exact).toBe(true);
  });

  test('a window is truncated if one of its buckets is', () => {
    const merged = mergeCounts([counts(crowd), counts([{ accountId: 'newcomer' }])]);
    expect(merged.accounts.truncated).toBe(true);
    expect(merged.accounts.byName.get('newcomer')?.exact).toBe(false);
    expect(merged.accounts.byName.get('account-0')?.exact).toBe(true);
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
        expect(counts([...others, ...some])).toEqual(counts([...some, ...others]));
      }),
    );
  });

  test('a window equals the counts of all events of its buckets', () => {
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (some, others) => {
        expect(mergeCounts([counts(some), counts(others)])).toEqual(counts([...some, ...others]));
      }),
    );
  });
});
