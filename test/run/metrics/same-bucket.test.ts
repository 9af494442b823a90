import { expect, test } from 'vitest';
import { looksBy, lost, metricsMonitor, windowOf } from '../../support/metrics-monitor.ts';
import { traffic } from '../../support/traffic.ts';

test('a second run within five minutes counts all that the first one has counted', async () => {
  const monitor = metricsMonitor([...traffic('08:00', '11:00'), ...lost(8, '10:07')]);
  await monitor.runAt('10:05');
  await monitor.runAt('10:10');
  expect(windowOf(await monitor.runAt('10:12'))).toMatchObject({ unmetered: 8 });
});

test('a second run within five minutes adds the events since the first one', async () => {
  const monitor = metricsMonitor([
    ...traffic('08:00', '11:00'),
    ...lost(8, '10:07'),
    ...lost(2, '10:11'),
  ]);
  await monitor.runAt('10:05');
  await monitor.runAt('10:10');
  expect(windowOf(await monitor.runAt('10:12'))).toMatchObject({ unmetered: 10 });
});

test('the second look of a bucket takes the place of the first one', async () => {
  const monitor = metricsMonitor(traffic('08:00', '11:00'));
  for (const time of ['10:05', '10:10', '10:12']) await monitor.runAt(time);
  expect(await looksBy(monitor)).toHaveLength(2);
});

test('runs every minute count each event once', async () => {
  const monitor = metricsMonitor([...traffic('08:00', '11:00'), ...lost(5, '10:06:30')]);
  let last = await monitor.runAt('10:00');
  for (let minute = 1; minute <= 15; minute++) {
    last = await monitor.runAt(`10:${String(minute).padStart(2, '0')}`);
  }
  expect(windowOf(last)).toEqual({ window: '09:00-10:15', unmetered: 5, metered: 450 });
});
