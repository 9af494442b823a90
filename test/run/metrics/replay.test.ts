import { expect, test } from 'vitest';
import { looksBy, lost, metricsMonitor, windowOf } from '../../support/metrics-monitor.ts';
import { at } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

/** A monitor that plays the past again at 17:00. */
function replayed(...input: Parameters<typeof metricsMonitor>) {
  const monitor = metricsMonitor(...input);
  monitor.clock.advance(at('17:00') - monitor.clock.now());
  return monitor;
}

test('a run of the past counts no event that came after its time', async () => {
  const monitor = replayed([
    ...lost(3, '10:02'),
    ...lost(4, '10:06'),
    ...traffic('09:00', '12:00'),
  ]);
  expect(windowOf(await monitor.runAt('10:05'))).toMatchObject({ unmetered: 3 });
});

test('the next run of the past counts the events between the two', async () => {
  const monitor = replayed([
    ...lost(3, '10:02'),
    ...lost(4, '10:06'),
    ...traffic('09:00', '12:00'),
  ]);
  await monitor.runAt('10:05');
  await monitor.runAt('10:10');
  const newest = (await looksBy(monitor)).at(-1);
  expect(newest?.changes.map(({ from, to }) => [from, to])).toContainEqual([3, 7]);
});

test('a quiet time of the past is counted, even if events came later', async () => {
  const monitor = replayed(traffic('14:00', '16:00'));
  const results = [await monitor.runAt('10:10'), await monitor.runAt('10:15')];
  expect(results.map(({ outcome, backlogMs }) => [outcome, backlogMs])).toEqual([
    ['finished', 0],
    ['finished', 0],
  ]);
});

test('nor does a run of half an hour ago', async () => {
  const monitor = metricsMonitor([...lost(3, '10:02'), ...lost(4, '10:26')]);
  monitor.clock.advance(at('10:35') - monitor.clock.now());
  expect(windowOf(await monitor.runAt('10:05'))).toMatchObject({ unmetered: 3 });
});

test('a message of the past has no samples of today', async () => {
  const monitor = replayed([...lost(12, '10:02'), ...lost(50, '16:50')]);
  await monitor.runAt('10:05');
  const { samples } = JSON.parse(monitor.messages[0]?.json ?? '');
  const days = samples.map(({ createdAt }: { createdAt: string }) => createdAt.slice(11, 16));
  expect(days).toEqual(Array.from({ length: 5 }, () => '10:02'));
});
