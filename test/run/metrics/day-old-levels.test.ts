import { expect, test } from 'vitest';
import { usageEvent } from '../../support/events.ts';
import { lost, metricsMonitor, unmeteredIn } from '../../support/metrics-monitor.ts';
import { at, HOUR, MINUTE } from '../../support/monitor.ts';

/** A metered event every five minutes of two days. */
const STEADY = Array.from({ length: 576 }, (_, index) => {
  const createdAt = at('00:00') + index * 5 * MINUTE + 1;
  return usageEvent({ createdAt, timestamp: createdAt });
});

test.each([0, 30, 45])(
  'events that were counted a day ago are not counted again, with hours from minute %i on',
  async (zoneMinutes) => {
    // Their sender's clock is ahead, so that they were counted before their hour began.
    const monitor = metricsMonitor([
      ...STEADY,
      ...lost(12, '07:10', { timestamp: at('08:40') }),
      ...lost(12, '07:40', { timestamp: at('09:20') }),
    ]);
    monitor.metricsTraits = { labelledBy: 'timestamp', zoneMinutes };
    for (let time = at('07:00'); time <= at('12:00') + 24 * HOUR; time += 5 * MINUTE) {
      const isNight = time > at('10:00') && time < at('08:00') + 24 * HOUR;
      if (isNight && time % HOUR !== 0) continue;
      const result = await monitor.runAt(time);
      if (time > at('12:00')) expect(unmeteredIn([result])).toEqual([0]);
    }
  },
);
