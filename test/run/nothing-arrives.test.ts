import { describe, expect, test } from 'vitest';
import type { MonitorState } from '../../functions/monitor/monitor-state.ts';
import { at, createTestMonitor, HOUR, type TestMonitor } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

/** Live since ten days, with events until 10:00 and, where `again` is given, from then on. */
async function silentSince10(
  counting: 'listing' | 'metrics',
  again = '23:00',
): Promise<TestMonitor> {
  const monitor = createTestMonitor({ thresholds: 'unmetered >= 10', counting });
  monitor.events.push(...traffic('07:00', '10:00'), ...traffic(again, '23:30'));
  await monitor.runAt('09:30');
  const state = (await monitor.store.readState()) as MonitorState;
  const { arrivals } = state;
  if (!arrivals) throw new Error('no arrivals');
  const since = at('09:30') - 240 * HOUR;
  await monitor.store.writeState({ ...state, arrivals: { ...arrivals, since } }, state.runNumber);
  return monitor;
}

describe.each(['listing', 'metrics'] as const)('with %s, no event for two hours', (counting) => {
  test('is told as a failure of the monitor', async () => {
    const monitor = await silentSince10(counting);
    await monitor.runFrom('09:35', '12:15');
    expect(monitor.notified.map(({ kind, failure, reason }) => [kind, failure, reason])).toEqual([
      [
        'opened',
        'nothing_arrives',
        expect.stringContaining('no usage event for 2 h. The cause is not known: '),
      ],
    ]);
  });

  test('is told to be over when events arrive', async () => {
    const monitor = await silentSince10(counting, '13:00');
    await monitor.runFrom('09:35', '13:15');
    expect(monitor.notified.map(({ kind, reason }) => [kind, reason]).at(-1)).toEqual([
      'resolved',
      expect.stringMatching(
        /^"Togai shows no usage event for 3 h" is over\. Events arrive again, .* Ask the senders /,
      ),
    ]);
  });
});

test('Togai metrics that are old say nothing about events', async () => {
  const monitor = await silentSince10('metrics');
  monitor.events.push(...traffic('10:00', '13:00'));
  monitor.metricsTraits = { asOf: (now) => Math.min(now, at('10:00')) };
  await monitor.runFrom('09:35', '12:30');
  expect(monitor.notified.map(({ failure }) => failure)).not.toContain('nothing_arrives');
});
