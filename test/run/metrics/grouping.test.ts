import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../../functions/monitor/errors.ts';
import { usageEvent } from '../../support/events.ts';
import { togaiOf } from '../../support/memory-togai.ts';
import { metricsMonitor, storedBy } from '../../support/metrics-monitor.ts';
import { at, HOUR, MINUTE, type TestMonitor } from '../../support/monitor.ts';
import { NOT_METERED, twoAccountTraffic } from '../../support/traffic.ts';

/** A Togai that gives no name for events without an account. */
function leavingOutEmptyNames(monitor: TestMonitor) {
  return () => {
    const togai = togaiOf(monitor);
    return Promise.resolve({
      ...togai,
      async metrics(...asked: Parameters<typeof togai.metrics>) {
        const { series, points } = await togai.metrics(...asked);
        const nameless = [...series].map(
          ([id, lines]) =>
            [id, lines.map((line) => ({ ...line, group: line.group || undefined }))] as const,
        );
        return { series: new Map(nameless), points };
      },
    });
  };
}

describe('a Togai', () => {
  const answering =
    (
      monitor: TestMonitor,
      change: (groupBy: string | undefined) => 'refuse' | 'do not group' | '',
    ) =>
    () => {
      const togai = togaiOf(monitor);
      return Promise.resolve({
        ...togai,
        metrics(...[range, queries, signal]: Parameters<typeof togai.metrics>) {
          const changes = queries.map(({ groupBy }) => change(groupBy));
          if (changes.includes('refuse')) {
            monitor.requests++;
            return Promise.reject(new TogaiError('refused', 'POST /metrics was answered with 400'));
          }
          const asked = queries.map(({ groupBy, ...query }, index) =>
            changes[index] === '' ? { groupBy, ...query } : query,
          );
          return togai.metrics(range, asked, signal);
        },
      });
    };

  test.each([
    ['refuses to group by status', 'RAW_EVENT_STATUS', 'refuse'],
    ['does not group by status', 'RAW_EVENT_STATUS', 'do not group'],
    ['refuses to group by account', 'ACCOUNT_ID', 'refuse'],
    ['does not group by account', 'ACCOUNT_ID', 'do not group'],
  ] as const)('that %s is counted correctly', async (_, grouping, how) => {
    const monitor = metricsMonitor(
      twoAccountTraffic('06:00', '12:00', { from: '10:10', to: '10:40' }),
    );
    const connect = answering(monitor, (groupBy) => (groupBy === grouping ? how : ''));
    await monitor.runFrom('09:10', '10:15');
    const { outcome, evaluated } = await monitor.runAt('10:20', { connect });
    expect(outcome).toBe('finished');
    expect(evaluated?.counts.byStatus.get(NOT_METERED)).toBe(30);
    expect(monitor.notified).toMatchObject([{ kind: 'fired', value: 30 }]);
  });

  test('that does not group by account makes thresholds by account insufficient, and none of them fires', async () => {
    const monitor = metricsMonitor(
      twoAccountTraffic('06:00', '12:00', { from: '10:10', to: '10:40' }),
      {
        thresholds: 'unmetered by account >= 10',
      },
    );
    const connect = answering(monitor, (groupBy) => (groupBy === 'ACCOUNT_ID' ? 'refuse' : ''));
    const { evaluated } = await monitor.runAt('10:20', { connect });
    expect(evaluated?.evaluations).toMatchObject([{ state: 'insufficient', reason: 'truncated' }]);
    expect(monitor.notified.map(({ kind }) => kind)).not.toContain('fired');
  });

  test('that does not group by account is notified as a failure while a threshold needs accounts', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'), {
      thresholds: 'unmetered by account >= 10, unmetered >= 10',
    });
    const connect = answering(monitor, (groupBy) => (groupBy === 'ACCOUNT_ID' ? 'refuse' : ''));
    await monitor.runAt('10:20', { connect });
    await monitor.runAt('10:25', { connect });
    await monitor.runAt('10:30');
    expect(monitor.notified).toMatchObject([
      {
        kind: 'failing',
        reason: expect.stringMatching(/not evaluated: unmetered by account >= 10\./),
      },
      { kind: 'recovered' },
    ]);
  });

  test('that has events without an account counts as one that groups by account', async () => {
    const monitor = metricsMonitor(
      twoAccountTraffic('06:00', '12:00', { from: '10:10', to: '10:40' }),
      {
        thresholds: 'unmetered by account >= 10',
      },
    );
    monitor.events.push(usageEvent({ createdAt: at('10:12'), accountId: '', status: NOT_METERED }));
    await monitor.runAt('10:20', { connect: leavingOutEmptyNames(monitor) });
    expect(monitor.notified).toMatchObject([{ kind: 'fired', groups: [{ name: 'acme' }] }]);
  });

  test('whose unmetered events all lack an account counts as one that groups by account', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'), {
      thresholds: 'unmetered by account >= 2',
    });
    const lost = { accountId: '', status: NOT_METERED };
    monitor.events.push(usageEvent({ createdAt: at('10:12'), ...lost }));
    monitor.events.push(usageEvent({ createdAt: at('10:13'), ...lost }));
    await monitor.runAt('10:20', { connect: leavingOutEmptyNames(monitor) });
    expect(monitor.notified).toMatchObject([{ kind: 'fired', groups: [{ name: '' }] }]);
  });

  test('that does not group is notified once, even if an hour has nothing to group', async () => {
    const monitor = metricsMonitor([], {
      thresholds: 'unmetered by account >= 5',
      repeatMinutes: '0',
    });
    for (let time = at('06:00'); time < at('16:00'); time += 17 * MINUTE) {
      monitor.events.push(usageEvent({ createdAt: time + 1 }));
    }
    const connect = answering(monitor, (groupBy) =>
      groupBy === 'ACCOUNT_ID' ? 'do not group' : '',
    );
    for (let time = at('09:10'); time <= at('15:00'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect });
    }
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['failing']);
  });

  test('whose hours begin with events without an account counts as one that groups by account', async () => {
    const monitor = metricsMonitor([], { thresholds: 'unmetered by account >= 5' });
    for (let hour = at('06:00'); hour < at('16:00'); hour += HOUR) {
      monitor.events.push(usageEvent({ createdAt: hour + 1, accountId: '' }));
      for (let minute = 20; minute < 60; minute++) {
        monitor.events.push(usageEvent({ createdAt: hour + minute * MINUTE }));
      }
    }
    for (let time = at('09:10'); time <= at('13:00'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect: leavingOutEmptyNames(monitor) });
    }
    expect(monitor.notified).toEqual([]);
  });

  test('that stops grouping is notified at once', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'), {
      thresholds: 'unmetered by account >= 10',
    });
    await monitor.runFrom('09:10', '10:30');
    const connect = answering(monitor, (groupBy) =>
      groupBy === 'ACCOUNT_ID' ? 'do not group' : '',
    );
    await monitor.runAt('10:35', { connect });
    expect(monitor.notified).toMatchObject([{ kind: 'failing', at: '2026-11-18T10:35:00.000Z' }]);
  });

  test('that has an hour of events without an account is asked for the accounts of other hours', async () => {
    const monitor = metricsMonitor(
      twoAccountTraffic('06:00', '10:00', { from: '09:10', to: '09:40' }),
      {
        thresholds: 'unmetered by account >= 10',
        windowMinutes: '120',
      },
    );
    monitor.events.push(usageEvent({ createdAt: at('10:12'), accountId: '' }));
    const connect = () => {
      const togai = togaiOf(monitor);
      return Promise.resolve({
        ...togai,
        async metrics(...[range, queries, signal]: Parameters<typeof togai.metrics>) {
          const { series, points } = await togai.metrics(range, queries, signal);
          const nameless = [...series].map(
            ([id, lines]) =>
              [id, lines.map((line) => ({ ...line, group: line.group || undefined }))] as const,
          );
          return { series: new Map(nameless), points };
        },
      });
    };
    await monitor.runFrom('09:10', '10:15');
    // The new threshold needs more, so the closed hours are counted again after the open one.
    monitor.texts.thresholds = 'unmetered by account >= 10, failed by account >= 1';
    await monitor.runAt('10:20', { connect });
    const closed = (await storedBy(monitor)).filter(({ start }) => start < at('10:00'));
    expect(closed.slice(-2).map(({ counts }) => counts.accounts.truncated)).toEqual([false, false]);
  });

  test('that refuses all metrics is notified as a failure, with the next step', async () => {
    const monitor = metricsMonitor([]);
    const connect = answering(monitor, () => 'refuse');
    for (let time = at('10:00'); time <= at('10:20'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect });
    }
    expect(monitor.notified).toMatchObject([
      { kind: 'failing', reason: expect.stringMatching(/count events instead of metrics/) },
    ]);
  });
});
