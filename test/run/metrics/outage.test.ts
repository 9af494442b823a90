import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../../functions/monitor/errors.ts';
import { usageEvent } from '../../support/events.ts';
import { togaiOf } from '../../support/memory-togai.ts';
import { metricsMonitor, storedBy } from '../../support/metrics-monitor.ts';
import { at, HOUR, MINUTE, type TestMonitor } from '../../support/monitor.ts';
import { NOT_METERED, twoAccountTraffic } from '../../support/traffic.ts';

/** Connects to a Togai that counts no hour between two times. */
function lose(monitor: TestMonitor, from: string, to: string) {
  return () => {
    const togai = togaiOf(monitor);
    return Promise.resolve({
      ...togai,
      metrics: (...[range, queries, signal]: Parameters<typeof togai.metrics>) =>
        range.start < at(to) && range.end > at(from)
          ? Promise.reject(new TogaiError('unavailable', 'answered with 500'))
          : togai.metrics(range, queries, signal),
    });
  };
}

describe('after an outage', () => {
  test('the missed hours are evaluated in order, and an incident that began and ended is one message', async () => {
    const monitor = metricsMonitor(
      twoAccountTraffic('04:00', '16:00', { from: '08:10', to: '08:40' }),
    );
    await monitor.runFrom('06:10', '07:20');
    await monitor.runAt('14:20');
    expect(monitor.notified).toMatchObject([
      {
        kind: 'fired',
        firedAt: '2026-11-18T09:00:00.000Z',
        resolvedAt: '2026-11-18T12:00:00.000Z',
      },
    ]);
    expect((await storedBy(monitor)).map(({ start }) => start)).toEqual(
      Array.from({ length: 10 }, (_, index) => at('05:00') + index * HOUR),
    );
  });

  test.each(['08:20', '09:05', '09:20', '10:20'])(
    'that ends at %s, an alert keeps firing, for the longest of the missed windows are not known',
    async (back) => {
      const monitor = metricsMonitor([], { thresholds: 'unmetered >= 10', repeatMinutes: '0' });
      for (let time = at('00:00'); time < at('14:00'); time += HOUR / 7) {
        monitor.events.push(usageEvent({ createdAt: Math.ceil(time), status: NOT_METERED }));
      }
      await monitor.runFrom('02:10', '06:55');
      await monitor.runFrom(back, '13:55');
      const alerts = monitor.notified.filter(({ threshold }) => threshold !== null);
      expect(alerts.map(({ kind }) => kind)).toEqual(['fired']);
    },
  );

  test('an hour that fails in three runs while others can be counted is given up', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('04:00', '16:00'));
    await monitor.runFrom('09:10', '10:55');
    const connect = lose(monitor, '10:00', '11:00');
    const backlogs: (number | undefined)[] = [];
    for (let time = at('11:05'); time <= at('11:30'); time += 5 * MINUTE) {
      backlogs.push((await monitor.runAt(time, { connect })).backlogMs);
    }
    expect(backlogs.map((ms = -1) => ms / MINUTE)).toEqual([10, 15, 20, 0, 0, 0]);
    // The counts from its time as the open hour are kept. It is counted again as soon as Togai answers.
    const [, ofTen] = (await storedBy(monitor)).slice(-3);
    expect([ofTen?.start, ofTen?.partial, ofTen?.counts.total]).toEqual([at('10:00'), true, 300]);
    const { evaluated } = await monitor.runAt('11:35');
    expect([evaluated?.whole, evaluated?.counts.total]).toEqual([true, 360 + 180]);
  });

  test('runs that get no answer in time are notified as a failure', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'));
    await monitor.runFrom('09:10', '10:10');
    for (const time of ['10:15', '10:20', '10:25', '10:30']) {
      const softDeadline = new AbortController();
      const connect = () =>
        Promise.resolve({
          ...togaiOf(monitor),
          metrics: () => {
            softDeadline.abort(new Error('out of time'));
            return Promise.reject(softDeadline.signal.reason);
          },
        });
      expect((await monitor.runAt(time, { connect }, softDeadline.signal)).outcome).toBe('failed');
    }
    expect(monitor.notified).toMatchObject([
      { kind: 'failing', reason: expect.stringMatching(/was not answered in the time of a run/) },
    ]);
  });

  test('an hour that was partly counted before a gap does not count as whole', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('02:00', '16:00'), {
      thresholds: 'total < 600',
      windowMinutes: '120',
      maxCatchUpHours: '6',
    });
    await monitor.runFrom('04:10', '05:35');
    await monitor.runAt('12:35');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['gap']);
  });

  test('a longer SettleMinutes keeps all counts', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '16:00'));
    await monitor.runFrom('09:10', '11:10');
    monitor.texts.settleMinutes = '60';
    await monitor.runFrom('11:15', '12:30');
    expect((await storedBy(monitor)).map(({ counts }) => counts.total)).toEqual([
      360, 360, 360, 180,
    ]);
  });

  test('a longer WindowMinutes is filled at once', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('02:00', '16:00'));
    await monitor.runFrom('09:10', '10:25');
    monitor.texts.windowMinutes = '360';
    const { evaluated } = await monitor.runAt('10:30');
    expect([evaluated?.whole, evaluated?.counts.total]).toEqual([true, 6 * 360 + 150]);
  });
});

test('an open hour that cannot be counted is not given up, because every run counts it again', async () => {
  const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'));
  await monitor.runFrom('09:10', '10:10');
  const connect = lose(monitor, '10:00', '11:00');
  // A changed ignore list makes the closed hour due again, so that each run can count something.
  const backlogs: (number | undefined)[] = [];
  for (const [index, time] of ['10:15', '10:20', '10:25', '10:30'].entries()) {
    monitor.texts.ignoredAccounts = `somebody-${index}`;
    backlogs.push((await monitor.runAt(time, { connect })).backlogMs);
  }
  expect(backlogs.map((ms = -1) => ms / MINUTE)).toEqual([5, 10, 15, 20]);
});

describe('hours that cannot be counted', () => {
  test('do not hold up later hours', async () => {
    const monitor = metricsMonitor(
      twoAccountTraffic('06:00', '16:00', { from: '13:00', to: '14:00' }),
    );
    await monitor.runFrom('09:10', '10:00');
    for (let time = at('10:05'); time <= at('13:20'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect: lose(monitor, '10:00', '12:00') });
    }
    const fired = monitor.notified.find(({ kind }) => kind === 'fired');
    expect(fired?.at).toBe('2026-11-18T13:10:00.000Z');
  });

  test('fail the run while one of them is open, even if other hours were counted', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '16:00'));
    await monitor.runFrom('09:10', '10:00');
    // One of these runs takes the last look at a closed hour.
    for (let time = at('10:10'); time <= at('10:55'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect: lose(monitor, '10:00', '11:00') });
    }
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['failing']);
  });
});

test('an hour whose answer lacks a result does not count as empty', async () => {
  const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'), { thresholds: 'total < 10' });
  await monitor.runFrom('09:10', '10:10');
  const connect = () => {
    const togai = togaiOf(monitor);
    return Promise.resolve({
      ...togai,
      async metrics(...asked: Parameters<typeof togai.metrics>) {
        const answer = await togai.metrics(...asked);
        return { ...answer, series: new Map([...answer.series].slice(1)) };
      },
    });
  };
  const { outcome, error } = await monitor.runAt('11:10', { connect });
  expect({ outcome, failure: error }).toMatchObject({
    outcome: 'failed',
    failure: { failure: 'unreadable' },
  });
  expect(monitor.notified).toEqual([]);
});
