import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../../functions/monitor/errors.ts';
import { looksBy, lost, metricsMonitor, windowOf } from '../../support/metrics-monitor.ts';
import { at, HOUR, notifiedBy, type TestMonitor } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

describe('after an outage of ten hours', () => {
  async function afterOutage(...events: Parameters<typeof lost>[]): Promise<TestMonitor> {
    const all = [...traffic('08:00', '23:00'), ...events.flatMap((event) => lost(...event))];
    const monitor = metricsMonitor(all);
    await monitor.runFrom('10:05', '10:15');
    await monitor.runFrom('20:15', '20:30');
    return monitor;
  }

  test('one message describes an incident that began and ended meanwhile', async () => {
    const monitor = await afterOutage([12, '13:20']);
    expect(monitor.notified).toMatchObject([
      {
        kind: 'resolved',
        sequence: 1,
        onset: '2026-11-18T13:00:00.000Z',
        endedAt: '2026-11-18T14:00:00.000Z',
      },
    ]);
  });

  test('losses of several hours are not added up to one', async () => {
    const monitor = await afterOutage([6, '13:20'], [6, '15:20'], [6, '17:20']);
    expect(notifiedBy(monitor)).toEqual([]);
  });

  test('nothing is outstanding after one look', async () => {
    const monitor = metricsMonitor(traffic('08:00', '23:00'));
    await monitor.runFrom('10:05', '10:15');
    const [result] = await monitor.runFrom('20:15', '20:15');
    expect(result).toMatchObject({ outcome: 'finished', backlogMs: 0 });
  });

  test('the window holds the events of its own hours only', async () => {
    const monitor = metricsMonitor([...traffic('08:00', '23:00'), ...lost(9, '13:20')]);
    await monitor.runFrom('10:05', '10:15');
    const [result] = await monitor.runFrom('20:15', '20:15');
    expect(result && windowOf(result)).toEqual({
      window: '19:00-20:15',
      unmetered: 0,
      metered: 450,
    });
  });
});

test('a reminder in an outage longer than MaxCatchUpHours shows the last window that was counted', async () => {
  const monitor = metricsMonitor(traffic('08:00', '10:05'), {
    thresholds: 'total >= 10',
  });
  await monitor.runFrom('10:05', '10:10');
  const connect = () => Promise.reject(new TogaiError('unavailable', 'down'));
  await monitor.runAt(at('14:10') + 30 * HOUR, { connect });
  const values = monitor.notified.flatMap(({ kind, value }) =>
    kind === 'opened' || kind === 'reminder' ? [[kind, value]] : [],
  );
  const [opened, reminder] = values;
  expect([reminder?.[0], reminder?.[1]]).toEqual(['reminder', opened?.[1]]);
});

describe('after an outage longer than MaxCatchUpHours', () => {
  async function afterGap(): Promise<TestMonitor> {
    const monitor = metricsMonitor([...traffic('00:00', '23:00'), ...lost(12, '06:30')], {
      thresholds: 'unmetered >= 10',
      maxCatchUpHours: '6',
    });
    await monitor.runFrom('02:05', '02:10');
    return monitor;
  }

  test('the gap is notified', async () => {
    const monitor = await afterGap();
    await monitor.runAt('10:10');
    const gaps = monitor.notified.filter(({ topic }) => topic === 'gap');
    expect(gaps.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['notice', expect.stringMatching(/02:10.*04:00/)],
    ]);
  });

  test('the gap is notified once, although the first runs after it cannot count either', async () => {
    const monitor = await afterGap();
    const connect = () => Promise.reject(new TogaiError('unauthorized', 'no such token'));
    await monitor.runAt('10:00', { connect });
    await monitor.runAt('10:05', { connect });
    await monitor.runAt('10:10');
    const gaps = monitor.notified.filter(({ topic }) => topic === 'gap');
    expect(gaps.map(({ reason }) => /02:10.*04:00/.test(reason))).toEqual([true]);
  });

  test('the loss within MaxCatchUpHours is notified', async () => {
    const monitor = await afterGap();
    await monitor.runAt('10:10');
    expect(notifiedBy(monitor)).toContain('resolved unmetered >= 10');
  });

  test('counting begins anew', async () => {
    const monitor = await afterGap();
    const result = await monitor.runAt('10:10');
    expect([(await looksBy(monitor)).at(-1)?.isFirst, windowOf(result)?.unmetered]).toEqual([
      true,
      0,
    ]);
  });

  test('nothing is outstanding', async () => {
    const monitor = await afterGap();
    expect(await monitor.runAt('10:10')).toMatchObject({ outcome: 'finished', backlogMs: 0 });
  });
});
