import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import { togaiOf } from '../support/memory-togai.ts';
import { lost, metricsMonitor, rulesIn, windowOf } from '../support/metrics-monitor.ts';
import { covers, createTestMonitor, type TestMonitor } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

/** A monitor that is a quarter of an hour old. Ten events were lost three hours before that. */
async function young(counting: 'listing' | 'metrics'): Promise<TestMonitor> {
  const texts = { thresholds: 'unmetered >= 10', counting };
  const monitor = counting === 'metrics' ? metricsMonitor([], texts) : createTestMonitor(texts);
  monitor.events.push(...traffic('00:00', '12:00'), ...lost(10, '07:03'));
  await monitor.runFrom('10:05', '10:20');
  return monitor;
}

const SIX_HOURS = '360';

describe.each(['listing', 'metrics'] as const)(
  'a window that becomes longer, with %s',
  (source) => {
    test('is complete in the run that sees it', async () => {
      const monitor = await young(source);
      monitor.texts.windowMinutes = SIX_HOURS;
      expect((await monitor.runAt('10:25')).evaluated?.whole).toBe(true);
    });

    test('shows the loss before the first run', async () => {
      const monitor = await young(source);
      monitor.texts.windowMinutes = SIX_HOURS;
      expect(rulesIn(await monitor.runAt('10:25'))).toEqual(['breached 10']);
    });

    test('stays complete', async () => {
      const monitor = await young(source);
      monitor.texts.windowMinutes = SIX_HOURS;
      const results = await monitor.runFrom('10:25', '12:00');
      expect(results.map(({ evaluated }) => evaluated?.whole)).not.toContain(false);
    });

    test('costs nothing in the run after that', async () => {
      const monitor = await young(source);
      monitor.texts.windowMinutes = SIX_HOURS;
      await monitor.runAt('10:25');
      const before = monitor.requests;
      await monitor.runAt('10:30');
      expect(monitor.requests - before).toBeLessThanOrEqual(2);
    });
  },
);

test.each([
  // 1,715 events, 50 a page.
  ['listing', 46],
  ['metrics', 1],
] as const)('with %s, a longer window costs at most %i requests', async (source, most) => {
  const monitor = await young(source);
  monitor.texts.windowMinutes = SIX_HOURS;
  const before = monitor.requests;
  await monitor.runAt('10:25');
  expect(monitor.requests - before).toBeLessThanOrEqual(most);
});

test('with Togai metrics a longer window begins with an hour of Togai', async () => {
  const monitor = await young('metrics');
  monitor.texts.windowMinutes = SIX_HOURS;
  expect(windowOf(await monitor.runAt('10:25'))?.window).toBe('04:00-10:25');
});

test('hours that cannot be listed leave rules without enough data, and the newest bucket is counted', async () => {
  const monitor = await young('listing');
  monitor.texts.windowMinutes = SIX_HOURS;
  const togai = togaiOf(monitor);
  const result = await monitor.runAt('10:25', {
    connect: () =>
      Promise.resolve({
        ...togai,
        stats: () => togai.stats(),
        pages(query, signal) {
          if (covers(query, '07:00')) throw new TogaiError('unavailable', 'no page');
          return togai.pages(query, signal);
        },
      }),
  });
  expect([result.outcome, result.backlogMs, result.evaluated?.whole]).toEqual([
    'finished',
    0,
    false,
  ]);
});
