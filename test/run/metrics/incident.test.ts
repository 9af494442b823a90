import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../../functions/monitor/errors.ts';
import { usageEvent } from '../../support/events.ts';
import { togaiOf } from '../../support/memory-togai.ts';
import { metricsMonitor, storedBy } from '../../support/metrics-monitor.ts';
import { at, HOUR } from '../../support/monitor.ts';
import { NOT_METERED, twoAccountTraffic } from '../../support/traffic.ts';

describe('a quiet run', () => {
  test('sends one request at any volume', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'));
    await monitor.runFrom('09:10', '10:25');
    monitor.requests = 0;
    await monitor.runAt('10:30');
    expect(monitor.requests).toBe(1);
  });

  test('sends one more request for the last look at an hour', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'));
    await monitor.runFrom('09:10', '10:30');
    monitor.requests = 0;
    await monitor.runFrom('10:35', '11:30');
    expect(monitor.requests).toBe(12 + 1);
  });

  test('counts each closed hour exactly', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'));
    await monitor.runFrom('09:10', '11:20');
    expect((await storedBy(monitor)).map(({ counts }) => counts.total)).toEqual([
      360, 360, 360, 90,
    ]);
  });
});

describe('an incident', () => {
  const events = () => twoAccountTraffic('06:00', '15:00', { from: '10:10', to: '10:40' });

  test('is notified once as soon as it has settled, and resolved when it has left the window', async () => {
    const monitor = metricsMonitor(events());
    await monitor.runFrom('09:10', '14:00');
    // The windows that end from 12:00 to 12:55 are an hour of windows without the incident.
    expect(monitor.notified.map(({ kind, at: time }) => `${kind} ${time}`)).toEqual([
      'fired 2026-11-18T10:20:00.000Z',
      'resolved 2026-11-18T13:00:00.000Z',
    ]);
  });

  test('that reaches the limit only in the longest windows is one alert', async () => {
    const monitor = metricsMonitor([], { thresholds: 'unmetered >= 10', repeatMinutes: '0' });
    for (let time = at('00:00'); time < at('12:00'); time += HOUR / 7) {
      monitor.events.push(usageEvent({ createdAt: Math.ceil(time), status: NOT_METERED }));
    }
    await monitor.runFrom('02:10', '11:55');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired']);
  });

  test('of too little traffic is evaluated over a window of exactly its length, and fires', async () => {
    const monitor = metricsMonitor([], {
      thresholds: 'total < 100 for 30m',
      repeatMinutes: '0',
    });
    for (let time = at('00:00'); time < at('12:00'); time += time < at('06:00') ? 10_000 : 40_000) {
      monitor.events.push(usageEvent({ createdAt: time }));
    }
    await monitor.runFrom('02:10', '11:55');
    // The first hour with 90 events ends at 07:00.
    expect(monitor.notified).toMatchObject([
      { kind: 'fired', value: 90, firedAt: '2026-11-18T07:30:00.000Z' },
    ]);
    expect(JSON.parse(monitor.messages[0]?.json ?? '').window).toEqual({
      start: '2026-11-18T06:00:00.000Z',
      end: '2026-11-18T07:00:00.000Z',
    });
  });

  test('has samples even if its message is delivered later', async () => {
    const monitor = metricsMonitor(events());
    await monitor.runFrom('09:10', '10:15');
    const publisher = { publish: () => Promise.reject(new Error('SNS is down')) };
    await monitor.runAt('10:20', { publisher });
    await monitor.runAt('10:25');
    const { samples } = JSON.parse(monitor.messages[0]?.json ?? '').summary;
    expect(samples).toHaveLength(5);
  });

  test('is notified with the range that was counted', async () => {
    const monitor = metricsMonitor(events());
    await monitor.runFrom('09:10', '10:20');
    expect(JSON.parse(monitor.messages[0]?.json ?? '').window).toEqual({
      start: '2026-11-18T09:00:00.000Z',
      end: '2026-11-18T10:15:00.000Z',
    });
    expect(monitor.messages[0]?.subject).toContain('30 unmetered events in 75 min');
  });

  test('is notified with samples and descriptions from one page of its events', async () => {
    const monitor = metricsMonitor(events());
    await monitor.runFrom('09:10', '10:20');
    const { samples } = JSON.parse(monitor.messages[0]?.json ?? '').summary;
    expect(samples).toHaveLength(5);
    expect(samples[0]).toMatchObject({ accountId: 'acme', status: NOT_METERED });
    expect(monitor.messages[0]?.email).toMatch(/30 x "no plan"/);
    expect(monitor.messages[0]?.email).toMatch(/samples and Togai's words are of 30 events/);
  });

  test('of one account has samples of that account only', async () => {
    const monitor = metricsMonitor(events(), { thresholds: 'unmetered by account >= 20' });
    monitor.events.push(
      ...Array.from({ length: 19 }, () =>
        usageEvent({ createdAt: at('10:14'), accountId: 'initech', status: NOT_METERED }),
      ),
    );
    await monitor.runFrom('09:10', '10:20');
    const { samples } = JSON.parse(monitor.messages[0]?.json ?? '').summary;
    expect(samples.map(({ accountId }: { accountId: string }) => accountId)).toEqual(
      Array.from({ length: 5 }, () => 'acme'),
    );
  });

  test('shows no failed events of an account if they were not asked for', async () => {
    const monitor = metricsMonitor(events());
    await monitor.runFrom('09:10', '10:20');
    const [message] = monitor.messages;
    expect(JSON.parse(message?.json ?? '').summary.topAccounts[0].failed).toBeNull();
    expect(message?.email).toMatch(/Accounts \(unmetered of all\)\n {2}acme: 30 of 30\n/);
    expect(message?.slack).toMatch(/30 unmetered of 30/);
  });

  test('has no samples of other events even if Togai ignores the filters', async () => {
    const monitor = metricsMonitor(events());
    const connect = () => {
      const togai = togaiOf(monitor);
      return Promise.resolve({
        ...togai,
        pages: (...[, signal]: Parameters<typeof togai.pages>) => togai.pages({}, signal),
      });
    };
    await monitor.runFrom('09:10', '10:15');
    monitor.events.push(usageEvent({ createdAt: at('10:14'), status: 'INGESTION_FAILED' }));
    await monitor.runAt('10:20', { connect });
    const email = monitor.messages[0]?.email ?? '';
    const [, described] = /(\d+) x "no plan"/.exec(email) ?? [];
    const [, looked] = /are of (\d+) events/.exec(email) ?? [];
    expect(looked).toBe(described);
  });

  test('is notified without samples if Togai does not list events', async () => {
    const monitor = metricsMonitor(events());
    const connect = () =>
      Promise.resolve({
        ...togaiOf(monitor),
        // biome-ignore lint/correctness/useYield: it fails before it has anything to give
        async *pages() {
          await Promise.resolve();
          throw new TogaiError('forbidden', 'not allowed');
        },
      });
    await monitor.runFrom('09:10', '10:15');
    await monitor.runAt('10:20', { connect });
    expect(monitor.notified).toMatchObject([{ kind: 'fired', value: 30 }]);
  });
});
