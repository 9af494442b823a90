import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../../functions/monitor/events/event.ts';
import {
  looksBy,
  lost,
  metricsMonitor,
  rulesIn,
  unmeteredIn,
  windowOf,
} from '../../support/metrics-monitor.ts';
import type { TestMonitor } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

const TEST_ACCOUNT = { accountId: 'test' };
const TEST_SCHEMA = { schemaName: 'heartbeat' };

function ignoring(
  texts: TestMonitor['texts'],
  events: readonly UsageEvent[],
  thresholds = 'unmetered >= 10',
): TestMonitor {
  return metricsMonitor([...traffic('08:00', '14:00'), ...events], { thresholds, ...texts });
}

describe('ignored events', () => {
  test('of an account are in no number', async () => {
    const events = [...lost(12, '10:07', TEST_ACCOUNT), ...lost(3, '10:07')];
    const monitor = ignoring({ ignoredAccounts: 'test' }, events);
    expect(unmeteredIn(await monitor.runFrom('10:05', '10:10'))).toEqual([0, 3]);
  });

  test('of a schema are in no number', async () => {
    const events = [...lost(12, '10:07', TEST_SCHEMA), ...lost(3, '10:07')];
    const monitor = ignoring({ ignoredSchemas: 'heartbeat' }, events);
    expect(unmeteredIn(await monitor.runFrom('10:05', '10:10'))).toEqual([0, 3]);
  });

  test('of an account and a schema are taken out once', async () => {
    const texts = { ignoredAccounts: 'test', ignoredSchemas: 'heartbeat' };
    const both = { ...TEST_ACCOUNT, ...TEST_SCHEMA };
    const monitor = ignoring(texts, [...lost(12, '10:07', both), ...lost(15, '10:07')]);
    expect(unmeteredIn(await monitor.runFrom('10:05', '10:10'))).toEqual([0, 15]);
  });

  test('are counted apart, with their account', async () => {
    const monitor = ignoring({ ignoredAccounts: 'test' }, lost(12, '09:50', TEST_ACCOUNT));
    const [result] = await monitor.runFrom('10:05', '10:05');
    expect(result?.evaluated?.counts).toMatchObject({
      ignored: 12,
      ignoredNames: { accounts: new Set(['test']) },
    });
  });

  test('of an account are no group of a rule by account', async () => {
    const events = lost(12, '10:07', TEST_ACCOUNT);
    const monitor = ignoring({ ignoredAccounts: 'test' }, events, 'unmetered by account >= 10');
    const results = await monitor.runFrom('10:05', '10:10');
    expect(results.map(rulesIn)).toEqual([['ok 0'], ['ok 0']]);
  });

  test('of a schema are taken out of the accounts that sent them', async () => {
    const events = [...lost(12, '10:07', TEST_SCHEMA), ...lost(4, '10:07')];
    const monitor = ignoring({ ignoredSchemas: 'heartbeat' }, events, 'unmetered by account >= 10');
    const results = await monitor.runFrom('10:05', '10:10');
    expect(results.map(rulesIn)).toEqual([['ok 0'], ['ok 4']]);
  });

  test.each([
    ['of a schema', 'an account', TEST_SCHEMA, { ignoredSchemas: 'heartbeat' }],
    ['of an account', 'a schema', TEST_ACCOUNT, { ignoredAccounts: 'test' }],
  ])('%s are in no share of %s', async (_, of, fields, texts) => {
    const metered = { ...fields, status: 'INGESTION_COMPLETED_EVENT_METERED' };
    const events = [...lost(1, '10:02'), ...lost(60, '10:07'), ...lost(900, '10:07', metered)];
    const monitor = ignoring(texts, events, `unmetered by ${of.replace(/^an? /, '')} >= 9%`);
    const [, later] = (await monitor.runFrom('10:05', '10:10')).map(rulesIn);
    // In the window are 420 events beside the lost ones, and 900 ignored ones.
    expect(later).toEqual([expect.stringMatching(/^breached 12\.68/)]);
  });

  test('of an account are taken out of the schemas that they belong to', async () => {
    const events = [...lost(12, '10:07', TEST_ACCOUNT), ...lost(4, '10:07')];
    const monitor = ignoring({ ignoredAccounts: 'test' }, events, 'unmetered by schema >= 10');
    const results = await monitor.runFrom('10:05', '10:10');
    expect(results.map(rulesIn)).toEqual([['ok 0'], ['ok 4']]);
  });
});

describe('an account that is ignored from a time on', () => {
  const EVENTS = [...lost(8, '10:07', TEST_ACCOUNT), ...lost(9, '10:17', TEST_ACCOUNT)];

  test('keeps its earlier counts', async () => {
    const monitor = ignoring({}, EVENTS);
    await monitor.runFrom('10:05', '10:10');
    monitor.texts.ignoredAccounts = 'test';
    expect(unmeteredIn(await monitor.runFrom('10:15', '10:20'))).toEqual([8, 8]);
  });

  test('does not take out events from before it was ignored', async () => {
    const monitor = ignoring({}, [...lost(8, '10:07', TEST_ACCOUNT), ...lost(5, '10:13')]);
    await monitor.runFrom('10:05', '10:10');
    monitor.texts.ignoredAccounts = 'test';
    expect(unmeteredIn(await monitor.runFrom('10:15', '10:15'))).toEqual([13]);
  });
});

describe('an account that is not ignored any more', () => {
  test('counts from then on', async () => {
    const monitor = ignoring({ ignoredAccounts: 'test' }, lost(9, '10:17', TEST_ACCOUNT));
    await monitor.runFrom('10:05', '10:15');
    delete monitor.texts.ignoredAccounts;
    await monitor.runAt('10:16');
    expect(unmeteredIn(await monitor.runFrom('10:20', '10:20'))).toEqual([9]);
  });

  test('keeps the events of its ignored time ignored', async () => {
    const monitor = ignoring({ ignoredAccounts: 'test' }, lost(12, '10:07', TEST_ACCOUNT));
    await monitor.runFrom('10:05', '10:10');
    delete monitor.texts.ignoredAccounts;
    expect(unmeteredIn(await monitor.runFrom('10:15', '10:30'))).toEqual([0, 0, 0, 0]);
  });

  test('is asked for once more, because the time since the look before was its time', async () => {
    const monitor = ignoring({ ignoredAccounts: 'test' }, lost(12, '10:07', TEST_ACCOUNT));
    await monitor.runFrom('10:05', '10:10');
    delete monitor.texts.ignoredAccounts;
    await monitor.runFrom('10:15', '10:20');
    const exceptions = (await looksBy(monitor)).map((look) =>
      look.exceptions.map(({ accounts, hasEnded }) => [...accounts, hasEnded ?? false]),
    );
    expect(exceptions).toEqual([[['test', false]], [['test', false]], [['test', true]], []]);
  });

  test('and is ignored once more loses nothing between the two times', async () => {
    const monitor = ignoring({ ignoredAccounts: 'test' }, [
      ...lost(4, '10:07', TEST_ACCOUNT),
      ...lost(5, '10:17', TEST_ACCOUNT),
      ...lost(6, '10:27', TEST_ACCOUNT),
    ]);
    await monitor.runFrom('10:05', '10:10');
    delete monitor.texts.ignoredAccounts;
    await monitor.runFrom('10:15', '10:20');
    monitor.texts.ignoredAccounts = 'test';
    expect(unmeteredIn(await monitor.runFrom('10:25', '10:30'))).toEqual([5, 5]);
  });
});

describe('a Togai that pays no heed to the filter by', () => {
  test.each([
    ['account', 'accounts', { ignoredAccounts: 'test' }, /\(ACCOUNT_ID\).*clear IgnoredAccounts/],
    ['schema', 'schema', { ignoredSchemas: 'heartbeat' }, /\(SCHEMA_NAME\).*clear IgnoredSchemas/],
  ] as const)('%s is found out: nothing is counted', async (_, ignoredFilter, texts, message) => {
    const monitor = ignoring(texts, lost(3, '10:02', { ...TEST_ACCOUNT, ...TEST_SCHEMA }));
    monitor.metricsTraits = { ignoredFilter };
    const result = await monitor.runAt('10:05');
    expect(result.error?.message).toMatch(message);
    expect(await looksBy(monitor)).toEqual([]);
  });

  test('account from a time on is found out in the next hour', async () => {
    const monitor = ignoring({ ignoredAccounts: 'test' }, lost(3, '10:02', TEST_ACCOUNT));
    await monitor.runFrom('10:05', '10:50');
    monitor.metricsTraits = { ignoredFilter: 'accounts' };
    const results = await monitor.runFrom('10:55', '11:00');
    expect(results.map(({ outcome }) => outcome)).toEqual(['finished', 'failed']);
  });

  test('account is no matter where nothing is ignored', async () => {
    const monitor = ignoring({}, lost(3, '10:02'));
    monitor.metricsTraits = { ignoredFilter: 'accounts' };
    const result = await monitor.runAt('10:05');
    expect([result.outcome, windowOf(result)?.unmetered]).toEqual(['finished', 3]);
  });

  test('account makes Counting auto list events', async () => {
    const monitor = ignoring({ ignoredAccounts: 'test', counting: 'auto' }, lost(3, '09:50'));
    monitor.metricsTraits = { ignoredFilter: 'accounts' };
    const result = await monitor.runAt('10:05');
    expect([result.source, windowOf(result)?.unmetered]).toEqual(['listing', 3]);
  });
});
