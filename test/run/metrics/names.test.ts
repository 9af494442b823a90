import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../../functions/monitor/events/event.ts';
import { lost, metricsMonitor, rulesIn } from '../../support/metrics-monitor.ts';
import { at, type TestMonitor } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

const GLOBEX = { accountId: 'globex' };

function monitorOf(thresholds: string, ...events: UsageEvent[]): TestMonitor {
  return metricsMonitor([...traffic('08:00', '14:00'), ...events], { thresholds });
}

const rulesFrom = async (monitor: TestMonitor, first: string, last: string) =>
  (await monitor.runFrom(first, last)).flatMap(rulesIn);

describe('a rule by account', () => {
  test('counts the events of each account', async () => {
    const events = [...lost(11, '10:07', GLOBEX), ...lost(4, '10:07')];
    const monitor = monitorOf('unmetered by account >= 10', ...events);
    expect(await rulesFrom(monitor, '10:05', '10:10')).toEqual(['ok 0', 'breached 11']);
  });

  test('names the accounts that lose events', async () => {
    const events = [...lost(11, '10:07', GLOBEX), ...lost(4, '10:07')];
    const monitor = monitorOf('unmetered by account >= 10', ...events);
    await monitor.runFrom('10:05', '10:10');
    expect(monitor.notified[0]?.accounts.map(({ name }) => name)).toEqual(['globex']);
  });

  test('in percent goes by all events of the account, from its second look on', async () => {
    const events = [...lost(30, '10:07'), ...lost(30, '10:12')];
    const monitor = monitorOf('unmetered by account >= 50%', ...events);
    expect(await rulesFrom(monitor, '10:05', '10:15')).toEqual(['ok 0', 'ok 0', 'breached 50']);
  });

  test('in percent goes by all events of the account from the beginning of an hour on', async () => {
    const monitor = monitorOf('unmetered by account >= 50%', ...lost(30, '11:02'));
    expect(await rulesFrom(monitor, '11:00', '11:05')).toEqual(['ok 0', 'breached 50']);
  });

  test('in percent follows an account for as long as its losses are in the window', async () => {
    const monitor = monitorOf('unmetered by account >= 40%', ...lost(30, '11:02'));
    expect(await rulesFrom(monitor, '11:00', '11:10')).toEqual([
      'ok 0',
      'breached 50',
      `ok ${(100 * 30) / 90}`,
    ]);
  });
});

test('a rule by schema counts the events of each schema', async () => {
  const monitor = monitorOf(
    'unmetered by schema >= 10',
    ...lost(11, '10:07', { schemaName: 'sms' }),
    ...lost(9, '10:07'),
  );
  expect(await rulesFrom(monitor, '10:05', '10:10')).toEqual(['ok 0', 'breached 11']);
});

describe('where Togai does not tell accounts apart', () => {
  const unnamed = (count: number) => {
    const monitor = monitorOf('unmetered by account >= 10', ...lost(count, '10:07'));
    monitor.metricsTraits = { ungrouped: ['ACCOUNT_ID', 'SCHEMA_NAME'] };
    return monitor;
  };

  test('a rule by account is unknown once its limit may be reached', async () => {
    expect(await rulesFrom(unnamed(12), '10:05', '10:10')).toEqual([
      'ok 0',
      'insufficient 0 truncated',
    ]);
  });

  test('a rule by account is ok while all losses together are below its limit', async () => {
    expect(await rulesFrom(unnamed(9), '10:05', '10:10')).toEqual(['ok 0', 'ok 0']);
  });

  test('people are notified that the rule is not evaluated', async () => {
    const monitor = unnamed(12);
    await monitor.runFrom('10:05', '10:10');
    expect(monitor.notified.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['opened', expect.stringMatching(/does not tell accounts apart/)],
    ]);
  });

  test('a rule without accounts counts as ever', async () => {
    const monitor = monitorOf('unmetered >= 10', ...lost(12, '10:07'));
    monitor.metricsTraits = { ungrouped: ['ACCOUNT_ID', 'SCHEMA_NAME'] };
    expect(await rulesFrom(monitor, '10:05', '10:10')).toEqual(['ok 0', 'breached 12']);
  });
});

describe('more accounts than an answer has room for', () => {
  const many = (each: number) =>
    Array.from({ length: 400 }, (_, index) => lost(each, '10:07', { accountId: `a-${index}` }));

  test('those that are named are counted, and the others may breach', async () => {
    const monitor = monitorOf('unmetered by account >= 10', ...many(1).flat());
    monitor.metricsTraits = { isCutAt300: true };
    expect(await rulesFrom(monitor, '10:05', '10:10')).toEqual([
      'ok 0',
      'insufficient 1 truncated',
    ]);
  });

  test('a breach among those that are named is one', async () => {
    const events = [...lost(20, '10:07', GLOBEX), ...many(1).flat()];
    const monitor = monitorOf('unmetered by account >= 10', ...events);
    monitor.metricsTraits = { isCutAt300: true };
    expect(await rulesFrom(monitor, '10:05', '10:10')).toEqual(['ok 0', 'breached 20']);
  });
});

test('losses in an older hour are named where there are many of them', async () => {
  const monitor = monitorOf(
    'unmetered by account >= 10',
    ...lost(12, '11:02', { ...GLOBEX, timestamp: at('08:30') }),
  );
  monitor.metricsTraits = { labelledBy: 'timestamp' };
  await monitor.runFrom('10:05', '11:55');
  expect(await rulesFrom(monitor, '12:00', '12:00')).toEqual(['breached 12']);
});

test('a few losses in an older hour are nobody’s, because each old hour costs a request', async () => {
  const monitor = monitorOf(
    'unmetered by account >= 5',
    ...lost(9, '11:02', { ...GLOBEX, timestamp: at('08:30') }),
  );
  monitor.metricsTraits = { labelledBy: 'timestamp' };
  await monitor.runFrom('10:05', '11:55');
  expect(await rulesFrom(monitor, '12:00', '12:00')).toEqual(['insufficient 0 truncated']);
});

test('losses of an account before its hour was counted stay unnamed when others have names', async () => {
  const sentAt = { timestamp: at('09:30') };
  const monitor = monitorOf(
    'unmetered by account >= 10',
    ...lost(50, '09:30'),
    // Late ones of that hour: a metered event, while an event of the next hour is lost, and then a lost one.
    ...lost(1, '10:37', { ...sentAt, status: 'INGESTION_COMPLETED_EVENT_METERED' }),
    ...lost(1, '10:37'),
    ...lost(1, '10:42', sentAt),
  );
  monitor.texts.windowMinutes = '30';
  monitor.metricsTraits = { labelledBy: 'timestamp' };
  expect(await rulesFrom(monitor, '10:35', '10:45')).toEqual(['ok 0', 'ok 1', 'ok 1']);
});

test('losses before the first look of an hour are nobody’s, and no news', async () => {
  const monitor = monitorOf('unmetered by account >= 10', ...lost(12, '08:30', GLOBEX));
  expect(await rulesFrom(monitor, '10:05', '10:10')).toEqual(['ok 0', 'ok 0']);
});
