import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import { togaiOf } from '../support/memory-togai.ts';
import {
  at,
  createTestMonitor,
  MINUTE,
  monitorWith,
  notifiedBy,
  type TestMonitor,
} from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

describe('a monitor that cannot count', () => {
  const failing = (monitor: TestMonitor, error: Error) => ({
    connect: () =>
      Promise.resolve({
        ...togaiOf(monitor),
        // biome-ignore lint/correctness/useYield: it fails before it has anything to give
        async *pages() {
          await Promise.resolve();
          throw error;
        },
      }),
  });
  const down = new TogaiError('unavailable', 'Togai is down');

  test('notifies that it fails after three failed runs in fifteen minutes, and later that it counts again', async () => {
    const monitor = monitorWith([]);
    await monitor.runAt('10:00');
    for (const time of ['10:05', '10:10', '10:15'])
      await monitor.runAt(time, failing(monitor, down));
    expect(monitor.notified).toEqual([]);
    await monitor.runAt('10:20', failing(monitor, down));
    await monitor.runAt('10:25', failing(monitor, down));
    expect(monitor.notified).toMatchObject([
      { kind: 'opened', reason: expect.stringContaining('Togai is down') },
    ]);
    await monitor.runFrom('10:30', '10:40');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
  });

  test('names the cause in the subject', async () => {
    const monitor = monitorWith([]);
    const error = new TogaiError('unauthorized', `GET /events was answered with ${'x'.repeat(90)}`);
    await monitor.runAt('10:00', failing(monitor, error));
    expect(monitor.messages[0]?.subject).toMatch(
      /^CRITICAL Monitoring is broken since 10:00 UTC: Togai does not accept the token$/,
    );
  });

  test('notifies of a rejected token at once', async () => {
    const monitor = monitorWith([]);
    await monitor.runAt('10:00', failing(monitor, new TogaiError('unauthorized', 'no such token')));
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened']);
  });

  test('counts killed runs as failed runs', async () => {
    const monitor = monitorWith([]);
    await monitor.runAt('10:00');
    monitor.onStep = (step) => {
      if (step === 'before page') throw new Error('killed');
    };
    for (const time of ['10:05', '10:10', '10:15', '10:20'])
      await monitor.runAt(time).catch(() => {});
    monitor.onStep = () => {};
    await monitor.runAt('10:25');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
  });

  test('ends no incident', async () => {
    const monitor = monitorWith(traffic('08:00', '14:00', { from: '10:00', to: '11:00' }));
    await monitor.runFrom('09:10', '10:30');
    for (let time = at('10:35'); time <= at('13:00'); time += 5 * MINUTE) {
      await monitor.runAt(time, failing(monitor, down));
    }
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10', 'opened monitor']);
  });

  test('breaches "no events" only with a complete count', async () => {
    const monitor = monitorWith([], 'total < 1');
    await monitor.runAt('10:00', failing(monitor, down));
    expect(monitor.notified).toEqual([]);
    await monitor.runAt('10:05');
    expect(notifiedBy(monitor)).toEqual(['opened total < 1']);
  });
});

describe('settings that are wrong at run time', () => {
  test.each([
    [
      'an ignore entry to a day that is none',
      { ignoredAccounts: 'x@2027-02-30' },
      /IgnoredAccounts: .* is not a calendar date/,
    ],
  ])('%s is notified as a failure, and the run goes on', async (_, texts, reason) => {
    const monitor = createTestMonitor({ thresholds: 'unmetered >= 10', ...texts });
    monitor.events.push(...traffic('10:00', '12:00', { from: '10:00', to: '12:00' }));
    await monitor.runAt('11:10');
    expect(notifiedBy(monitor).sort()).toEqual(['opened monitor', 'opened unmetered >= 10']);
    expect(monitor.notified.find(({ subject }) => subject === 'monitor')?.reason).toMatch(reason);
  });

  test('thresholds that cannot be read do not change incidents', async () => {
    const monitor = monitorWith(traffic('08:00', '14:00', { from: '10:00', to: '14:00' }));
    await monitor.runFrom('09:10', '10:30');
    monitor.texts.thresholds = 'unmeterd >= 10';
    await monitor.runAt('10:35');
    monitor.texts.thresholds = 'unmetered >= 10';
    await monitor.runAt('10:40');
    expect(notifiedBy(monitor)).toEqual([
      'opened unmetered >= 10',
      'opened monitor',
      'resolved monitor',
    ]);
  });
});

describe('failures of the monitor', () => {
  test('a second wrong setting is notified as well', async () => {
    const monitor = createTestMonitor({
      thresholds: 'failed >= 1',
      ignoredAccounts: 'x@2027-02-30',
    });
    await monitor.runAt('10:00');
    monitor.texts.thresholds = 'faild >= 1';
    await monitor.runFrom('10:05', '10:15');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened', 'changed']);
    expect(monitor.notified[1]?.reason).toMatch(/Thresholds: "faild >= 1"/);
  });

  test('a rejected token is notified at once, even if Togai was down before', async () => {
    const monitor = monitorWith([]);
    const fail = (failure: 'unavailable' | 'unauthorized') => ({
      connect: () => Promise.reject(new TogaiError(failure, failure)),
    });
    for (const time of ['10:00', '10:05', '10:10', '10:15'])
      await monitor.runAt(time, fail('unavailable'));
    await monitor.runAt('10:20', fail('unauthorized'));
    expect(
      monitor.notified.map(({ reason }) => /unavailable|unauthorized/.exec(reason)?.[0]),
    ).toEqual(['unavailable', 'unauthorized']);
  });

  test('a rejected token is notified once, also if a run is killed in between', async () => {
    const monitor = monitorWith([]);
    const rejected = {
      connect: () => Promise.reject(new TogaiError('unauthorized', 'no such token')),
    };
    await monitor.runAt('10:00', rejected);
    await monitor
      .runAt('10:05', { connect: () => Promise.reject(new Error('killed')) })
      .catch(() => {});
    for (const time of ['10:10', '10:15', '10:20']) await monitor.runAt(time, rejected);
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened']);
  });

  test('a failure is notified again every RepeatMinutes', async () => {
    const monitor = createTestMonitor({ thresholds: 'faild >= 1', repeatMinutes: '60' });
    await monitor.runFrom('10:00', '11:30');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened', 'reminder']);
  });

  test('a failure whose message could not be delivered is described in the recovery', async () => {
    const monitor = monitorWith([]);
    const down = {
      channels: [{ name: 'sns', publish: () => Promise.reject(new Error('SNS is down')) }],
    };
    const rejected = () => Promise.reject(new TogaiError('unauthorized', 'no such token'));
    await monitor.runAt('10:00', { connect: rejected, ...down });
    await monitor.runAt('10:05', down);
    await monitor.runAt('10:10');
    expect(monitor.notified).toMatchObject([
      {
        kind: 'resolved',
        reason: expect.stringMatching(
          /^"Togai does not accept the token" is over\. Counting works again/,
        ),
      },
    ]);
  });
});

test('an incident that happened while thresholds could not be read is notified afterwards', async () => {
  const monitor = monitorWith(traffic('08:00', '14:00', { from: '10:00', to: '10:20' }));
  await monitor.runFrom('09:10', '09:55');
  monitor.texts.thresholds = 'unmeterd >= 10';
  await monitor.runFrom('10:00', '12:00');
  monitor.texts.thresholds = 'unmetered >= 10';
  await monitor.runAt('12:05');
  expect(monitor.notified.at(-1)).toMatchObject({
    kind: 'resolved',
    subject: 'unmetered',
    lost: 120,
    onset: '2026-11-18T10:00:00.000Z',
    endedAt: '2026-11-18T10:20:00.000Z',
  });
});

test('a rejected token is a second message in a run that has notified of another failure', async () => {
  const monitor = monitorWith(traffic('08:00', '11:00'));
  const failing = (failure: 'unavailable' | 'unauthorized') => ({
    connect: () => Promise.reject(new TogaiError(failure, `it is ${failure}`)),
  });
  for (const time of ['10:00', '10:05', '10:10']) {
    await monitor.runAt(time, failing('unavailable'));
  }
  await monitor.runAt('10:15', failing('unauthorized'));
  expect(monitor.notified).toMatchObject([
    { kind: 'opened', reason: expect.stringContaining('it is unavailable') },
    { kind: 'changed', reason: expect.stringContaining('it is unauthorized') },
  ]);
  expect(new Set(monitor.notified.map(({ id }) => id)).size).toBe(2);
});

test('a token that stays rejected is notified once every RepeatMinutes', async () => {
  const monitor = createTestMonitor({ repeatMinutes: '60' });
  const connect = () => Promise.reject(new TogaiError('unauthorized', 'no such token'));
  for (let time = at('06:00'); time <= at('08:30'); time += 5 * MINUTE)
    await monitor.runAt(time, { connect });
  expect(monitor.notified.map(({ at: notified }) => notified.slice(11, 16))).toEqual([
    '06:00',
    '07:00',
    '08:00',
  ]);
});
