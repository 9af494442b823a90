import { describe, expect, test } from 'vitest';
import { usageEvent } from '../../support/events.ts';
import { lost, metricsMonitor, windowOf } from '../../support/metrics-monitor.ts';
import { at, HOUR, MINUTE, type TestMonitor } from '../../support/monitor.ts';

/** With Counting auto: an event every two minutes; some come two hours after their sender's time. */
function quietMonitor(): TestMonitor {
  const events = Array.from({ length: 600 }, (_, index) => {
    const createdAt = at('06:00') + index * 2 * MINUTE + 1;
    const lateMs = index % 3 === 0 ? 2 * HOUR : 0;
    return usageEvent({ createdAt, timestamp: createdAt - lateMs });
  });
  return metricsMonitor(events, { thresholds: 'unmetered >= 10', counting: 'auto' });
}

const sources = (results: readonly { source?: string }[]) =>
  results.map(({ source }) => source ?? '');

describe('an account with few events', () => {
  test('is listed once the list has shown that it holds late events', async () => {
    const results = await quietMonitor().runFrom('10:05', '18:00');
    expect(sources(results)).toContain('listing');
  });

  test('has each event counted once around the change', async () => {
    const monitor = quietMonitor();
    const results = await monitor.runFrom('10:05', '18:00');
    const change = sources(results).indexOf('listing');
    const around = results.slice(change - 12, change + 18).map((result) => windowOf(result));
    for (const window of around) {
      const [from = '', to = ''] = window?.window.split('-') ?? [];
      expect(window?.metered).toBe(Math.round((at(to) - at(from)) / (2 * MINUTE)));
    }
  });

  test('is counted by Togai metrics again when many events come, each once', async () => {
    const monitor = quietMonitor();
    const before = await monitor.runFrom('10:05', '17:30');
    monitor.events.push(...lost(1_100, '17:32'));
    const results = await monitor.runFrom('17:35', '17:55');
    expect([sources(before).at(-1), sources(results).at(-1)]).toEqual(['listing', 'metrics']);
    expect(results.map((result) => windowOf(result)?.unmetered).at(-1)).toBe(1_100);
  });
});
