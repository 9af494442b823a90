import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../../functions/monitor/errors.ts';
import { metricsMonitor, storedBy } from '../../support/metrics-monitor.ts';
import { at, HOUR, MINUTE } from '../../support/monitor.ts';
import { NOT_METERED, twoAccountTraffic } from '../../support/traffic.ts';

describe('a change of the counting source', () => {
  test.each([
    ['events', 'metrics'],
    ['metrics', 'events'],
  ])('from %s to %s counts the newest window again, and alerts keep firing', async (from, to) => {
    const monitor = metricsMonitor(
      twoAccountTraffic('06:00', '15:00', { from: '10:10', to: '11:30' }),
      {
        thresholds: 'unmetered >= 10, unmetered >= 5%',
        counting: from,
      },
    );
    await monitor.runFrom('09:10', '11:05');
    monitor.texts.counting = to;
    const { evaluated, backlogMs } = await monitor.runAt('11:10');
    expect([evaluated?.whole, backlogMs]).toEqual([true, 0]);
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'fired']);
  });

  test('leaves the window outstanding until it can be counted', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '15:00'));
    await monitor.runFrom('09:10', '11:00');
    monitor.texts.counting = 'events';
    const connect = () => Promise.reject(new TogaiError('unavailable', 'answered with 500'));
    const { backlogMs } = await monitor.runAt('11:05', { connect });
    expect(backlogMs).toBe(HOUR);
  });

  test('notifies nothing about windows that were not evaluated', async () => {
    const monitor = metricsMonitor(
      twoAccountTraffic('06:00', '15:00', { from: '08:00', to: '15:00' }),
      {
        thresholds: 'unmetered >= 10',
        repeatMinutes: '60',
      },
    );
    await monitor.runFrom('09:10', '09:55');
    monitor.texts.counting = 'events';
    const connect = () => Promise.reject(new TogaiError('unavailable', 'answered with 500'));
    for (let time = at('10:00'); time <= at('10:30'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect });
    }
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'failing']);
  });

  test('remembers which time Togai filters by', async () => {
    const monitor = metricsMonitor([]);
    await monitor.runAt('10:00');
    const state = await monitor.store.readState();
    if (!state) throw new Error('nothing is stored');
    await monitor.store.writeState({ ...state, timeField: 'timestamp' }, state.runNumber);
    await monitor.runAt('10:05');
    expect((await monitor.store.readState())?.timeField).toBe('timestamp');
  });

  test('and back within an hour loses nothing and counts nothing twice', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '15:00'), { counting: 'events' });
    await monitor.runFrom('09:10', '11:05');
    monitor.texts.counting = 'metrics';
    await monitor.runFrom('11:10', '11:20');
    monitor.texts.counting = 'events';
    const { evaluated } = await monitor.runAt('11:25');
    expect([evaluated?.whole, evaluated?.counts.total]).toEqual([true, 360]);
  });

  test('keeps earlier uncounted hours outstanding', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('04:00', '15:00'), { counting: 'events' });
    await monitor.runFrom('06:10', '07:05');
    monitor.texts.counting = 'metrics';
    await monitor.runAt('11:10');
    expect((await storedBy(monitor)).filter(({ end }) => end).map(({ start }) => start)).toEqual(
      ['07:00', '08:00', '09:00', '10:00', '11:00'].map(at),
    );
  });
});

describe('settings that do not fit metrics', () => {
  test.each([
    ['windowMinutes', '30', /WindowMinutes: .*60 minutes or more, not 30/],
    ['ignoredSchemas', 'api_call', /IgnoredSchemas: schemas cannot be ignored/],
  ] as const)('%s %s is notified as a failure, and the run goes on', async (key, text, reason) => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'), { [key]: text });
    const { outcome, counted } = await monitor.runAt('10:20');
    expect([outcome, counted]).toEqual(['finished', 2]);
    expect(monitor.notified).toMatchObject([
      { kind: 'failing', reason: expect.stringMatching(reason) },
    ]);
  });

  test('a rule about unknown statuses has not enough data, and disturbs no other', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'), {
      thresholds: 'unknown >= 1, total >= 1',
    });
    const { evaluated } = await monitor.runAt('10:20');
    expect(evaluated?.evaluations).toMatchObject([
      { threshold: 'unknown >= 1', state: 'insufficient', reason: 'not asked for' },
      { threshold: 'total >= 1', state: 'breached' },
    ]);
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired']);
  });

  test('hours that were counted under other thresholds do not prove anything about groups', async () => {
    const lost = twoAccountTraffic('02:00', '16:00', { from: '02:00', to: '16:00' });
    const others = lost.map((event) => ({
      ...event,
      status: 'INGESTION_COMPLETED_NO_MATCHING_METERS',
    }));
    const monitor = metricsMonitor(others, {
      thresholds: 'unmetered by account >= 5000',
      windowMinutes: '120',
    });
    await monitor.runFrom('09:10', '10:25');
    monitor.texts.thresholds = `unmetered by account >= 5000, ${NOT_METERED} by account >= 10`;
    await monitor.runAt('14:35');
    expect(monitor.notified).toEqual([]);
  });

  test('a changed threshold by account counts the newest window again', async () => {
    const monitor = metricsMonitor(twoAccountTraffic('06:00', '12:00'));
    await monitor.runFrom('09:10', '10:20');
    monitor.texts.thresholds = 'failed by account >= 10';
    monitor.requests = 0;
    await monitor.runAt('10:25');
    // This threshold needs two requests an hour: for the open hour, and again for the closed one.
    expect(monitor.requests).toBe(4);
  });
});
