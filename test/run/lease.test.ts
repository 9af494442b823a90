import { describe, expect, test } from 'vitest';
import { at, MINUTE, monitorWith, type TestMonitor } from '../support/monitor.ts';
import { bucketsIn } from '../support/stored-counts.ts';
import { traffic } from '../support/traffic.ts';

describe('two runs at once', () => {
  /** The buckets of the second run. The late run may still add buckets that no later run has counted. */
  const bucketsOfTheOther = async ({ store }: TestMonitor) =>
    (await bucketsIn(store, { start: 0, end: at('12:00') })).filter(
      ({ runNumber }) => runNumber === 2,
    );

  test('work one after the other: the second ends at once, without an error', async () => {
    const monitor = monitorWith(traffic('10:00', '12:00', { from: '11:00', to: '12:00' }));
    const results = await Promise.all([monitor.runAt('11:10'), monitor.runAt('11:10')]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['finished', 'held']);
    expect(monitor.notified).toHaveLength(1);
  });

  test('take over the lease of a dead run once it has expired', async () => {
    const monitor = monitorWith([]);
    monitor.onStep = (step) => {
      if (step === 'before readCounts') throw new Error('killed');
    };
    await expect(monitor.runAt('11:10')).rejects.toThrow('killed');
    monitor.onStep = () => {};
    expect((await monitor.runAt('11:10')).outcome).toBe('held');
    monitor.clock.advance(3 * MINUTE);
    expect((await monitor.runAt('11:10')).outcome).toBe('finished');
  });

  test.each([
    'after writeState',
    'before page',
    'after page',
    'before writeBucket',
    'before writeIncident',
    'after writeIncident',
    'before publish',
    'after publish',
  ])('store and notify once if one sleeps through its lease %s', async (where) => {
    const monitor = monitorWith(traffic('10:00', '12:00', { from: '11:00', to: '12:00' }));
    let asleep = false;
    let dumpThen = '';
    let stateThen: unknown;
    let bucketsThen: unknown;
    monitor.onStep = async (step) => {
      if (step !== where || asleep) return;
      asleep = true;
      monitor.clock.advance(5 * MINUTE);
      expect((await monitor.runAt('11:15')).outcome).toBe('finished');
      dumpThen = monitor.store.dump();
      stateThen = await monitor.store.readState();
      bucketsThen = await bucketsOfTheOther(monitor);
    };
    const late = await monitor.runAt('11:10');
    expect(late.outcome).toBe('superseded');
    if (!where.includes('write')) expect(monitor.store.dump()).toBe(dumpThen);
    expect(await monitor.store.readState()).toEqual(stateThen);
    expect(await bucketsOfTheOther(monitor)).toEqual(bucketsThen);
    // A run that fell asleep while it published sends its message a second time, with the same id.
    expect(monitor.notified.length).toBeLessThanOrEqual(where.includes('publish') ? 2 : 1);
    expect(new Set(monitor.notified.map(({ id }) => id)).size).toBe(1);
  });

  test('send each message once if one sleeps between its commit and its messages', async () => {
    const monitor = monitorWith(traffic('10:00', '12:00', { from: '11:00', to: '12:00' }));
    let writes = 0;
    monitor.onStep = async (step) => {
      if (step !== 'after writeState' || ++writes !== 2) return;
      monitor.clock.advance(5 * MINUTE);
      expect((await monitor.runAt('11:15')).outcome).toBe('finished');
    };
    expect((await monitor.runAt('11:10')).outcome).toBe('superseded');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened']);
  });

  test('change nothing if one arrives an hour late', async () => {
    const monitor = monitorWith([]);
    await monitor.runFrom('11:10', '12:10');
    const before = monitor.store.dump();
    expect((await monitor.runAt('11:12')).outcome).toBe('late');
    expect(monitor.store.dump()).toBe(before);
  });
});
