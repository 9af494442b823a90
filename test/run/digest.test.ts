import { describe, expect, test } from 'vitest';
import { usageEvent } from '../support/events.ts';
import { at, createTestMonitor, HOUR, type TestMonitor } from '../support/monitor.ts';
import { NOT_METERED } from '../support/traffic.ts';

const DAY = 24 * HOUR;
/** The digest of the week from Wednesday to Wednesday. */
const WEDNESDAY = at('08:00:00') + 7 * DAY;
const IN_TIME = WEDNESDAY + 20 * 60_000;

/** A leak of an event every four hours, in a monitor that runs every six. */
async function leakyWeek(): Promise<TestMonitor> {
  const monitor = createTestMonitor({ digestDay: 'WED', maxCatchUpHours: '24' });
  for (let time = at('08:00:00'); time < WEDNESDAY; time += HOUR) {
    const isLost = (time / HOUR) % 4 === 0;
    monitor.events.push(
      usageEvent({ createdAt: time + 1, ...(isLost && { status: NOT_METERED }) }),
    );
  }
  for (let time = at('08:20:00'); time < WEDNESDAY; time += 6 * HOUR) await monitor.runAt(time);
  return monitor;
}

const digests = ({ notified }: TestMonitor) => notified.filter(({ topic }) => topic === 'digest');

describe('the digest of a week', () => {
  test('tells what no limit reached, once', async () => {
    const monitor = await leakyWeek();
    await monitor.runAt(IN_TIME);
    await monitor.runAt(IN_TIME + 6 * HOUR);
    expect(digests(monitor).map(({ reason }) => reason)).toEqual([
      expect.stringMatching(
        /^The week to 2026-11-25: 42 events lost, 42 not on the bill\.[\s\S]*acme 42[\s\S]*42 lost events stayed below every limit/,
      ),
    ]);
  });

  test('comes with the same id where the run died that published it', async () => {
    const monitor = await leakyWeek();
    monitor.onStep = (step) => {
      if (step === 'after publish') throw new Error('died');
    };
    await monitor.runAt(IN_TIME).catch(() => {});
    monitor.onStep = () => {};
    await monitor.runAt(IN_TIME + 5 * 60_000);
    expect(digests(monitor).map(({ id }) => id)).toEqual([
      'digest-20261125T0800',
      'digest-20261125T0800',
    ]);
  });

  test('is made by the next run where its week could not be read', async () => {
    const monitor = await leakyWeek();
    let reads = 0;
    monitor.onStep = (step) => {
      if (step === 'before readCounts' && ++reads > 1) throw new Error('throttled');
    };
    const { outcome, problems } = await monitor.runAt(IN_TIME);
    expect([outcome, problems]).toEqual(['finished', ['the digest: throttled']]);
    monitor.onStep = () => {};
    await monitor.runAt(IN_TIME + 5 * 60_000);
    expect(digests(monitor)).toHaveLength(1);
  });

  test('does not come where nobody wants it', async () => {
    const monitor = createTestMonitor();
    await monitor.runAt('08:20:00');
    await monitor.runAt(IN_TIME);
    expect(digests(monitor)).toEqual([]);
  });
});
