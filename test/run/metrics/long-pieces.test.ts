import { describe, expect, test } from 'vitest';
import { logLineOf } from '../../../functions/monitor/run-report.ts';
import { metricsMonitor } from '../../support/metrics-monitor.ts';
import { at, type TestMonitor } from '../../support/monitor.ts';
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

describe('the beginning of a loss in an hour counted as one', () => {
  test('is told as that hour, and goes into JSON with both ends', async () => {
    const { messages, notified } = await youngMonitor('10:10');
    const hour = { onset: '2026-11-18T09:00:00.000Z', onsetUntil: '2026-11-18T10:00:00.000Z' };
    expect(notified[0]).toMatchObject({ ...hour, accounts: [hour] });
    expect(messages[0]?.subject).toContain('since 09:00-10:00 UTC');
    expect(messages[0]?.email).toContain('Began between 18 Nov 09:00 and 10:00 UTC. ');
  });

  test('is in the log with both ends', async () => {
    const monitor = await youngMonitor('10:10');
    const { open } = logLineOf(at('10:15'), await monitor.runAt('10:15'));
    expect(open).toMatchObject([
      { since: '2026-11-18T09:00:00.000Z', sinceUntil: '2026-11-18T10:00:00.000Z' },
    ]);
  });

  test('gives no share of events that came before it', async () => {
    const { messages } = await youngMonitor('10:10');
    expect(messages[0]?.subject).not.toMatch(/ of /);
    expect(messages[0]?.email).toMatch(/^acme: \d+ events are not billed\.$/m);
    expect(messages[0]?.email).toMatch(/^ {2}acme: \d+, since 09:00-10:00 UTC$/m);
  });

  test('is still that hour in later messages', async () => {
    const { messages } = await youngMonitor('10:30');
    expect(messages.at(-1)?.subject).toContain('since 09:00-10:00 UTC');
  });

  test('is a time where the piece is short', async () => {
    const events = traffic('08:00', '12:00', { from: '10:20', to: '12:00' });
    const monitor = metricsMonitor(events);
    await monitor.runFrom('10:05', '10:40');
    expect(monitor.notified[0]).toMatchObject({ onsetUntil: null });
    expect(monitor.messages[0]?.subject).toContain('since 10:20 UTC');
  });
});
