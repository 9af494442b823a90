import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../../functions/monitor/events/event.ts';
import { lost, windowOf } from '../../support/metrics-monitor.ts';
import { at, createTestMonitor, MINUTE, type TestMonitor } from '../../support/monitor.ts';
import { bucketsIn } from '../../support/stored-counts.ts';
import { traffic } from '../../support/traffic.ts';

function monitorOf(counting: string, ...events: UsageEvent[]): TestMonitor {
  const monitor = createTestMonitor({ thresholds: 'unmetered >= 10', counting });
  monitor.events.push(...traffic('08:00', '12:00'), ...events);
  return monitor;
}

describe('from listing to Togai metrics by the setting', () => {
  test('the time that the list had not reached is counted in the first run', async () => {
    const monitor = monitorOf('listing');
    await monitor.runFrom('10:00', '10:10');
    monitor.texts.counting = 'metrics';
    expect((await monitor.runAt('10:15')).backlogMs).toBe(0);
  });

  test('events before and after the change are counted once', async () => {
    const monitor = monitorOf('listing', ...lost(5, '09:40'), ...lost(4, '10:07'));
    await monitor.runFrom('10:00', '10:10');
    monitor.texts.counting = 'metrics';
    expect(windowOf(await monitor.runAt('10:15'))).toMatchObject({ unmetered: 9 });
  });
});

describe('from Togai metrics to listing by the setting', () => {
  test('each event is counted once', async () => {
    const monitor = monitorOf('metrics', ...lost(5, '10:12'), ...lost(4, '10:17'));
    await monitor.runFrom('10:00', '10:20');
    monitor.texts.counting = 'listing';
    const results = await monitor.runFrom('10:25', '10:40');
    expect(results.map((result) => windowOf(result)?.unmetered)).toEqual([9, 9, 9, 9]);
  });

  test('the two buckets before the change are listed, too', async () => {
    const monitor = monitorOf('metrics');
    await monitor.runFrom('10:00', '10:20');
    monitor.texts.counting = 'listing';
    await monitor.runFrom('10:25', '10:30');
    const listed = await bucketsIn(monitor.store, { start: at('09:00'), end: at('11:00') });
    expect(listed.map(({ start }) => start)).toEqual([at('10:10'), at('10:15'), at('10:20')]);
  });

  test('an event that the last look has not seen yet is listed', async () => {
    const monitor = monitorOf('metrics', ...lost(4, '10:19'));
    const visibleFrom = ({ createdAt }: UsageEvent) => createdAt + 2 * MINUTE;
    monitor.metricsTraits = { visibleFrom };
    await monitor.runFrom('10:00', '10:20');
    monitor.texts.counting = 'listing';
    const results = await monitor.runFrom('10:25', '10:35');
    expect(results.map((result) => windowOf(result)?.unmetered).at(-1)).toBe(4);
  });

  test('nothing is outstanding once events had their time to settle', async () => {
    const monitor = monitorOf('metrics');
    await monitor.runFrom('10:00', '10:20');
    monitor.texts.counting = 'listing';
    const results = await monitor.runFrom('10:25', '10:40');
    expect(results.at(-1)).toMatchObject({ outcome: 'finished', backlogMs: 0, source: 'listing' });
  });
});

describe('with Counting auto', () => {
  test('Togai metrics count first, and the reason is said', async () => {
    const { source, sourceReason } = await monitorOf('auto').runAt('10:00');
    expect([source, sourceReason]).toEqual([
      'metrics',
      expect.stringMatching(/^Nothing has shown yet that the list of events holds those/),
    ]);
  });

  test('events are listed while Togai metrics are refused', async () => {
    const monitor = monitorOf('auto', ...lost(5, '09:40'));
    const { TogaiError } = await import('../../../functions/monitor/errors.ts');
    monitor.onStep = (step) => {
      if (step === 'before metrics') throw new TogaiError('forbidden', 'POST /metrics: 403');
    };
    const result = await monitor.runAt('10:05');
    expect(result).toMatchObject({ source: 'listing', outcome: 'finished' });
    expect(windowOf(result)).toMatchObject({ unmetered: 5 });
  });

  test('after a day without an answer, the list has no gap', async () => {
    const monitor = monitorOf('metrics');
    monitor.texts.maxCatchUpHours = '24';
    await monitor.runAt('10:00');
    monitor.texts.counting = 'listing';
    const day = 86_400_000;
    const runs = [9 * 60 + 50, 9 * 60 + 55, 10 * 60, 10 * 60 + 5, 10 * 60 + 10, 10 * 60 + 15];
    for (const minutes of runs) await monitor.runAt(at('00:00') + day + minutes * MINUTE);
    expect(monitor.notified.map(({ kind }) => kind)).not.toContain('gap');
  });

  test('Togai metrics that were forbidden are asked again a day later', async () => {
    const monitor = monitorOf('auto');
    const { TogaiError } = await import('../../../functions/monitor/errors.ts');
    let asked = 0;
    monitor.onStep = (step) => {
      if (step !== 'before metrics') return;
      asked++;
      throw new TogaiError('forbidden', 'POST /metrics: 403');
    };
    for (const time of [at('10:05'), at('20:05'), at('10:00') + 86_400_000]) {
      await monitor.runAt(time);
    }
    expect(asked).toBe(1);
    await monitor.runAt(at('10:05') + 86_400_000);
    expect(asked).toBe(2);
  });
});
