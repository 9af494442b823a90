import { describe, expect, test } from 'vitest';
import { metricsMonitor } from '../../support/metrics-monitor.ts';
import type { TestMonitor } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

/** A steady loss since 09:28. The first look of a new monitor sees the hour from 09:00 on as one piece. */
async function youngMonitor(to: string): Promise<TestMonitor> {
  const monitor = metricsMonitor(traffic('08:00', '12:00', { from: '09:28', to: '12:00' }), {
    thresholds: 'unmetered >= 10',
    repeatMinutes: '20',
  });
  await monitor.runFrom('10:05', to);
  return monitor;
}

describe('the trend of a steady loss', () => {
  test('is unknown while an hour counted as one is in the last twenty minutes', async () => {
    const { messages, notified } = await youngMonitor('10:10');
    expect(notified[0]?.lately).toBeNull();
    expect(messages[0]?.email).not.toMatch(/Steady|Growing|Falling/);
  });

  test('is steady as soon as the last twenty minutes were counted in small pieces', async () => {
    const { messages, notified } = await youngMonitor('10:30');
    expect(notified.at(-1)?.kind).toBe('reminder');
    expect(messages.at(-1)?.email).toMatch(/Steady/);
  });

  test('goes on, as the newest piece shows', async () => {
    const { messages } = await youngMonitor('10:10');
    expect(messages[0]?.email).toContain('Still going on.');
  });
});
