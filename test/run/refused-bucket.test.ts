import { describe, expect, test } from 'vitest';
import { RefusedItemError } from '../../functions/monitor/errors.ts';
import type { RunResult } from '../../functions/monitor/run.ts';
import { logLineOf } from '../../functions/monitor/run-report.ts';
import { at, createTestMonitor, MINUTE, type TestMonitor } from '../support/monitor.ts';
import { refusing } from '../support/refusing-store.ts';
import { bucketsIn } from '../support/stored-counts.ts';
import { traffic } from '../support/usage-traffic.ts';

const REFUSED = at('11:05');
const isRefused = (start: number) => start === REFUSED;
const OF_THE_BUCKET = /2026-11-18[T ]11:05/;

/** A monitor that has run from 10:00 to 11:10, before the bucket that is refused. */
async function monitorBefore(thresholds = 'unmetered >= 10'): Promise<TestMonitor> {
  const monitor = createTestMonitor({ thresholds });
  const lost = { start: at('11:15'), end: at('12:00') };
  monitor.events.push(...traffic({ start: at('08:00'), end: at('14:00') }, lost));
  await monitor.runFrom('10:00', '11:10');
  return monitor;
}

/** Runs every five minutes while the store refuses the bucket. @returns the results, and the texts of each run */
async function runRefused(monitor: TestMonitor, first: string, last: string) {
  const store = refusing(monitor.store, isRefused);
  const results: RunResult[] = [];
  const said: string[] = [];
  for (let time = at(first); time <= at(last); time += 5 * MINUTE) {
    const before = monitor.messages.length;
    const result = await monitor.runAt(time, { store });
    results.push(result);
    const messages = monitor.messages.slice(before).map(({ email }) => email);
    said.push([JSON.stringify(logLineOf(time, result)), ...messages].join('\n'));
  }
  return { results, said };
}

describe('a bucket that the store refuses', () => {
  test('fails alone: the others are counted, and the runs go on', async () => {
    const monitor = await monitorBefore();
    const { results } = await runRefused(monitor, '11:15', '11:30');
    const outcomes = results.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['finished', 'finished', 'finished', 'finished']);
    const records = await bucketsIn(monitor.store, { start: at('11:10'), end: at('11:25') });
    expect(records.map(({ counts }) => counts.total)).toEqual([30, 30, 30]);
  });

  test('is named by the run that met it, with the reason', async () => {
    const monitor = await monitorBefore();
    const { said } = await runRefused(monitor, '11:15', '11:15');
    expect(said[0]).toMatch(OF_THE_BUCKET);
    expect(said[0]).toMatch(/refused|larger than/);
  });

  test('is given up after three runs, as a lower bound, and holds up no incident', async () => {
    const monitor = await monitorBefore();
    await runRefused(monitor, '11:15', '11:30');
    const [bucket] = await bucketsIn(monitor.store, { start: REFUSED, end: REFUSED + 1 });
    expect(bucket).toMatchObject({ partial: true });
    await runRefused(monitor, '11:35', '11:35');
    expect(monitor.notified.filter(({ threshold }) => threshold !== null)).toMatchObject([
      { kind: 'opened', threshold: 'unmetered >= 10' },
    ]);
  });

  test('leaves the state of its run stored: nothing is counted or notified twice', async () => {
    const monitor = await monitorBefore('metered >= 1');
    monitor.messages.length = 0;
    await runRefused(monitor, '11:15', '11:45');
    expect(monitor.notified.filter(({ kind }) => kind === 'opened')).toEqual([]);
    expect(await monitor.store.readState()).toMatchObject({ leaseUntil: 0, unfinished: 0 });
  });
});

test('a look that the store refuses makes the run a failed one, which says why', async () => {
  const monitor = createTestMonitor({ thresholds: 'unmetered >= 10', counting: 'metrics' });
  monitor.events.push(...traffic({ start: at('08:00'), end: at('14:00') }));
  await monitor.runAt('10:10');
  const store = {
    ...monitor.store,
    writeLook: () => Promise.reject(new RefusedItemError('the look is larger than 400 KB')),
  };
  const { outcome, error } = await monitor.runAt('10:15', { store });
  expect([outcome, error?.message]).toEqual(['failed', 'the look is larger than 400 KB']);
});

test('a store that refuses every bucket makes the run a failed one, which says why', async () => {
  const monitor = await monitorBefore();
  const store = refusing(monitor.store, () => true);
  const { outcome, error } = await monitor.runAt('11:15', { store });
  expect(outcome).toBe('failed');
  expect(error?.message).toMatch(/refused|larger than/);
});

test('a store that is out of reach stops the run, because that is no failure of one bucket', async () => {
  const monitor = await monitorBefore();
  const store = refusing(monitor.store, isRefused, () => new Error('connect ECONNREFUSED'));
  await expect(monitor.runAt('11:15', { store })).rejects.toThrow('ECONNREFUSED');
});
