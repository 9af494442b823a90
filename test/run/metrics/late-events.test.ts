import { describe, expect, test } from 'vitest';
import { lost, metricsMonitor, unmeteredIn, windowOf } from '../../support/metrics-monitor.ts';
import { at, HOUR, notifiedBy } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

/** Lost events that belong to an hour by their sender's time, and came at another time. */
function lateMonitor(count: number, sent: string, received: string) {
  const monitor = metricsMonitor([
    ...traffic('08:00', '14:00'),
    ...lost(count, received, { timestamp: at(sent) }),
  ]);
  monitor.metricsTraits = { labelledBy: 'timestamp' };
  return monitor;
}

describe('events that come late', () => {
  test('to the hour before count when they come', async () => {
    const monitor = lateMonitor(12, '09:30', '10:12');
    expect(unmeteredIn(await monitor.runFrom('10:05', '10:20'))).toEqual([0, 0, 12, 12]);
  });

  test('to an older hour count in the first look of the next hour', async () => {
    const monitor = lateMonitor(12, '08:30', '11:12');
    await monitor.runFrom('10:05', '11:55');
    expect(unmeteredIn([await monitor.runAt('12:00')])).toEqual([12]);
  });

  test('a day after they were sent count as lost now', async () => {
    const monitor = metricsMonitor([
      ...traffic('00:00', '23:00'),
      ...lost(12, '22:10', { timestamp: at('23:30') - 24 * HOUR }),
    ]);
    monitor.metricsTraits = { labelledBy: 'timestamp' };
    await monitor.runFrom('21:05', '22:55');
    expect(unmeteredIn([await monitor.runAt('23:00')])).toEqual([12]);
  });

  test('are notified', async () => {
    const monitor = lateMonitor(12, '08:30', '11:12');
    await monitor.runFrom('10:05', '12:00');
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10']);
  });

  test('before the first look are no news', async () => {
    const monitor = lateMonitor(12, '05:30', '06:12');
    const results = await monitor.runFrom('10:05', '11:10');
    expect(new Set(unmeteredIn(results))).toEqual(new Set([0]));
  });
});

test('events of a sender whose clock is an hour ahead count when they come', async () => {
  const monitor = lateMonitor(12, '11:05', '10:12');
  expect(unmeteredIn(await monitor.runFrom('10:05', '10:20'))).toEqual([0, 0, 12, 12]);
});

test('events of a sender whose clock is an hour ahead count once, all day', async () => {
  const monitor = lateMonitor(12, '11:05', '10:12');
  expect(unmeteredIn(await monitor.runFrom('10:05', '12:30')).slice(-1)).toEqual([0]);
});

test('a new hour counts from its first event on', async () => {
  const monitor = metricsMonitor([...traffic('08:00', '12:00'), ...lost(7, '11:00:00.001')]);
  const results = await monitor.runFrom('10:55', '11:05');
  expect(unmeteredIn(results)).toEqual([0, 0, 7]);
});

test('the first look counts whole hours, and says since when', async () => {
  const monitor = metricsMonitor([
    ...traffic('08:00', '12:00'),
    ...lost(3, '09:10'),
    ...lost(5, '08:50'),
  ]);
  expect(windowOf(await monitor.runAt('10:35'))).toEqual({
    window: '09:00-10:35',
    unmetered: 3,
    metered: 570,
  });
});

test('a window is as long as asked once looks cover it', async () => {
  const monitor = metricsMonitor(traffic('08:00', '12:00'));
  const results = await monitor.runFrom('10:00', '11:30');
  expect(windowOf(results.at(-1) ?? { outcome: 'failed' })).toEqual({
    window: '10:30-11:30',
    unmetered: 0,
    metered: 360,
  });
});
