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

/** A run whose time is over when it reads stored counts for the `reads`th time. The first time is not for the digest. */
async function runOutOfTime(monitor: TestMonitor, time: number, reads: number) {
  const deadline = new AbortController();
  let left = reads;
  monitor.onStep = (step) => {
    if (step === 'before readCounts' && --left === 0) deadline.abort(new Error('no time'));
  };
  const result = await monitor.runAt(time, {}, deadline.signal);
  monitor.onStep = () => {};
  return result;
}

const digests = ({ notified }: TestMonitor) => notified.filter(({ topic }) => topic === 'digest');

describe('the digest of a week', () => {
  test('has the loss that reached no limit, once', async () => {
    const monitor = await leakyWeek();
    await monitor.runAt(IN_TIME);
    await monitor.runAt(IN_TIME + 6 * HOUR);
    expect(digests(monitor).map(({ reason }) => reason)).toEqual([
      expect.stringMatching(
        /^The week to 25 Nov: 42 of 168 events not billed \(25%; acme\)\.[\s\S]*acme 42[\s\S]*42 of the lost events stayed below every limit/,
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

  test('waits for a run that has the time to read all of its week', async () => {
    const monitor = await leakyWeek();
    const { outcome, problems } = await runOutOfTime(monitor, IN_TIME, 3);
    expect([outcome, problems, digests(monitor)]).toEqual([
      'finished',
      ['the digest: there was no time to read all of its week'],
      [],
    ]);
    await monitor.runAt(IN_TIME + 5 * 60_000);
    expect(digests(monitor).map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^The week to 25 Nov: 42 of 168 events not billed/),
    ]);
  });

  test('says "at least" if no run had that time for a day', async () => {
    const monitor = await leakyWeek();
    await runOutOfTime(monitor, IN_TIME, 3);
    await runOutOfTime(monitor, IN_TIME + DAY, 5);
    expect(digests(monitor).map(({ reason }) => reason)).toEqual([
      expect.stringMatching(
        /^The week to 25 Nov: at least [1-9]\d? of \d+ events not billed[\s\S]*Only what was counted from/,
      ),
    ]);
  });

  test('does not come where nothing of its week was read', async () => {
    const monitor = await leakyWeek();
    await runOutOfTime(monitor, IN_TIME + DAY, 1);
    expect(digests(monitor)).toEqual([]);
  });

  test('does not come where nobody wants it', async () => {
    const monitor = createTestMonitor();
    await monitor.runAt('08:20:00');
    await monitor.runAt(IN_TIME);
    expect(digests(monitor)).toEqual([]);
  });
});
