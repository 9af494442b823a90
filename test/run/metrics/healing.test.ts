import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../../functions/monitor/events/event.ts';
import { lost, metricsMonitor, rulesIn, windowOf } from '../../support/metrics-monitor.ts';
import { at, notifiedBy, type TestMonitor } from '../../support/monitor.ts';
import { NOT_METERED, traffic } from '../../support/traffic.ts';

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';

/** Lost events of `acme`, which are metered in the end. */
function healingMonitor(
  events: readonly UsageEvent[],
  healedAt: string,
  thresholds = 'unmetered >= 10',
): TestMonitor {
  const monitor = metricsMonitor([...traffic('08:00', '12:00'), ...events], { thresholds });
  monitor.metricsTraits = {
    statusAt: ({ status, createdAt }, now) =>
      status === NOT_METERED && now >= at(healedAt) && createdAt < at(healedAt) ? METERED : status,
  };
  return monitor;
}

describe('lost events that are metered in the end', () => {
  test('are counted as healed', async () => {
    const monitor = healingMonitor(lost(12, '10:07'), '10:17');
    const results = await monitor.runFrom('10:05', '10:20');
    expect(results.at(-1)?.evaluated?.counts.healed).toBe(12);
  });

  test('are not counted as metered: they are no new events', async () => {
    const monitor = healingMonitor(lost(12, '10:07'), '10:17');
    const results = await monitor.runFrom('10:05', '10:20');
    expect(results.map((result) => windowOf(result)?.metered)).toEqual([390, 420, 450, 480]);
  });

  test('stay in the window in which they were lost', async () => {
    const monitor = healingMonitor(lost(12, '10:07'), '10:17');
    const results = await monitor.runFrom('10:05', '10:20');
    expect(results.map((result) => windowOf(result)?.unmetered)).toEqual([0, 12, 12, 12]);
  });

  test('an account that loses events again is counted anew', async () => {
    const events = [...lost(12, '10:07'), ...lost(11, '10:22')];
    const monitor = healingMonitor(events, '10:17', 'unmetered by account >= 10');
    const results = await monitor.runFrom('10:05', '10:25');
    expect(results.flatMap(rulesIn)).toEqual([
      'ok 0',
      'breached 12',
      'breached 12',
      'breached 12',
      'breached 23',
    ]);
  });

  test('and new ones in the same five minutes: the difference is counted', async () => {
    const monitor = healingMonitor([...lost(12, '10:07'), ...lost(15, '10:18')], '10:17');
    const results = await monitor.runFrom('10:05', '10:20');
    expect(windowOf(results.at(-1) ?? { outcome: 'failed' })).toMatchObject({ unmetered: 15 });
  });

  test('do not dilute a share', async () => {
    const monitor = healingMonitor(lost(60, '10:07'), '10:17', 'unmetered >= 10%');
    const results = await monitor.runFrom('10:05', '10:20');
    expect(rulesIn(results.at(-1) ?? { outcome: 'failed' })).toEqual([
      `breached ${(100 * 60) / 540}`,
    ]);
  });

  test('of an older hour are taken out of metered, too', async () => {
    const monitor = healingMonitor(lost(12, '09:07'), '11:02');
    const results = await monitor.runFrom('10:00', '12:00');
    expect(results.at(-1)?.evaluated?.counts).toMatchObject({ healed: 12, total: 360 });
  });
});

test('an incident whose events are metered in the end is over once its account loses no more', async () => {
  const monitor = healingMonitor(lost(12, '10:07'), '10:17');
  await monitor.runFrom('10:05', '12:00');
  expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10', 'resolved unmetered >= 10']);
});
