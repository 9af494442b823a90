import { describe, expect, test } from 'vitest';
import { usageEvent } from '../../support/events.ts';
import type { MetricsTraits } from '../../support/memory-metrics.ts';
import { looksBy, lost, metricsMonitor, rulesIn, windowOf } from '../../support/metrics-monitor.ts';
import { at, HOUR } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

const EVENTS = [
  ...traffic('06:00', '14:00'),
  ...lost(3, '09:45'),
  ...lost(4, '10:07'),
  ...lost(5, '10:40'),
];

describe.each<[string, MetricsTraits]>([
  ['cuts hours at the ends of the range', { ends: 'cut' }],
  ['widens the ends of the range to whole hours', { ends: 'widened' }],
  ['has a zero for each status and hour', { isZeroFilled: true }],
  ['has a zero for each status, and 300 points at most', { isZeroFilled: true, isCutAt300: true }],
  ['has hours that begin at half past', { zoneMinutes: 30 }],
  ['has hours that begin at a quarter to', { zoneMinutes: 45, ends: 'widened' }],
  ['labels events by the sender’s time', { labelledBy: 'timestamp' }],
])('a Togai that %s', (_, traits) => {
  test('is counted right, each event once', async () => {
    const monitor = metricsMonitor(EVENTS);
    monitor.metricsTraits = traits;
    const results = await monitor.runFrom('10:05', '11:10');
    expect(windowOf(results.at(-1) ?? { outcome: 'failed' })).toEqual({
      window: '10:10-11:10',
      unmetered: 5,
      metered: 360,
    });
  });

  test('the levels are those of whole hours', async () => {
    const monitor = metricsMonitor(EVENTS);
    monitor.metricsTraits = traits;
    await monitor.runFrom('10:05', '12:30');
    const levels = new Map<string, number>();
    for (const { changes } of await looksBy(monitor)) {
      for (const { scope, name, label, status, to } of changes) {
        if (scope === 'all') levels.set(`${label} ${name} ${status}`, to);
      }
    }
    const from = at('05:01');
    const all = [...levels].filter(([key]) => Number(key.split(' ')[0]) >= from);
    expect(all.reduce((sum, [, level]) => sum + level, 0)).toBe((6.5 * HOUR) / 10_000 + 12);
  });
});

test('a Togai that does not group by status is not counted by', async () => {
  const monitor = metricsMonitor(EVENTS);
  monitor.metricsTraits = { ungrouped: ['RAW_EVENT_STATUS'] };
  const { outcome, error } = await monitor.runAt('10:05');
  expect([outcome, error?.message]).toEqual([
    'failed',
    expect.stringMatching(/answered with one number for all/),
  ]);
});

describe('events in progress', () => {
  const IN_PROGRESS = 'INGESTION_IN_PROGRESS';
  const progressing = (count: number, thresholds: string) => {
    const events = Array.from({ length: count }, () =>
      usageEvent({ createdAt: at('10:07'), status: IN_PROGRESS }),
    );
    const monitor = metricsMonitor([...traffic('09:00', '14:00'), ...events], { thresholds });
    monitor.metricsTraits = {
      statusAt: ({ status }, now) =>
        status === IN_PROGRESS && now >= at('10:20') ? 'INGESTION_COMPLETED_EVENT_METERED' : status,
    };
    return monitor;
  };

  test('are as many as there are now', async () => {
    const results = await progressing(12, 'in_progress >= 10').runFrom('10:05', '10:20');
    expect(results.flatMap(rulesIn)).toEqual(['ok 0', 'breached 12', 'breached 12', 'ok 0']);
  });

  test('are metered events when they have ended, each once', async () => {
    const results = await progressing(12, 'in_progress >= 10').runFrom('10:05', '10:20');
    expect(results.map((result) => windowOf(result)?.metered)).toEqual([390, 420, 450, 492]);
  });

  test('make a share unknown while they are too many', async () => {
    const results = await progressing(60, 'unmetered >= 10%').runFrom('10:05', '10:20');
    expect(results.flatMap(rulesIn)).toEqual([
      'ok 0',
      'insufficient 0 in progress',
      'insufficient 0 in progress',
      'ok 0',
    ]);
  });

  test('are a share of all events of their hours', async () => {
    const monitor = progressing(60, 'in_progress >= 50%');
    const results = await monitor.runFrom('10:05', '10:10');
    // Of 420 others since nine o'clock and themselves.
    expect(results.flatMap(rulesIn)).toEqual(['ok 0', 'ok 12.5']);
  });
});
