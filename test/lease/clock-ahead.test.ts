import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withoutTimesAhead } from '../../functions/monitor/lease/drop-times-ahead.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import type { RunResult } from '../../functions/monitor/run.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { isoTime } from '../../functions/monitor/timeline/time.ts';
import { emptyFolder } from '../support/folder.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { togaiOf } from '../support/memory-togai.ts';
import { at, createTestMonitor, MINUTE, type TestMonitor } from '../support/monitor.ts';
import { bucketsIn } from '../support/stored-counts.ts';
import { traffic } from '../support/usage-traffic.ts';

const BUCKET = 5 * MINUTE;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How far ahead the clock was: further than any two clocks differ that are kept right. */
const AHEAD: readonly [string, number][] = [
  ['an hour', HOUR],
  ['a day', DAY],
  ['ten days', 10 * DAY],
];

/** A monitor in a quiet morning; from 11:10 to 12:00 nothing is metered. It has run from 10:00 to 11:00. */
async function morning(store = createMemoryStore(), lostUntil = '12:00'): Promise<TestMonitor> {
  const monitor = createTestMonitor({ thresholds: 'unmetered >= 10' }, store);
  const lost = { start: at('11:10'), end: at(lostUntil) };
  monitor.events.push(...traffic({ start: at('08:00'), end: at('14:00') }, lost));
  await monitor.runFrom('10:00', '11:00');
  return monitor;
}

/** A run on a machine whose clock is ahead. Togai keeps the right time: it knows no event of later. */
async function runAhead(monitor: TestMonitor, time: string, aheadMs: number): Promise<RunResult> {
  const { clock } = monitor;
  clock.advance(Math.max(0, at(time) - clock.now()));
  clock.advance(aheadMs);
  try {
    const togai = togaiOf({ ...monitor, clock: { ...clock, now: () => clock.now() - aheadMs } });
    return await monitor.runAt(clock.now(), { connect: () => Promise.resolve(togai) });
  } finally {
    clock.advance(-aheadMs);
  }
}

/** A run every five minutes; both times belong to it. */
async function runBetween(monitor: TestMonitor, first: number, last: number): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (let time = first; time <= last; time += BUCKET) results.push(await monitor.runAt(time));
  return results;
}

/** The buckets of a range that are neither counted with all 30 events nor in a gap that people were notified of. */
async function unaccounted(monitor: TestMonitor, start: number, end: number): Promise<string[]> {
  const records = await bucketsIn(monitor.store, { start, end });
  const totals = new Map(records.map((record) => [record.start, record.counts.total]));
  const gaps = monitor.messages
    .map(({ json }) => JSON.parse(json))
    .filter(({ topic }) => topic === 'gap')
    .map(({ window }) => ({ start: Date.parse(window.start), end: Date.parse(window.end) }));
  const missing: string[] = [];
  for (let bucket = start; bucket < end; bucket += BUCKET) {
    const isAnnounced = gaps.some((gap) => gap.start <= bucket && gap.end >= bucket + BUCKET);
    if (totals.get(bucket) !== 30 && !isAnnounced) missing.push(isoTime(bucket));
  }
  return missing;
}

describe.each(AHEAD)('after a run while the clock was %s ahead', (_, aheadMs) => {
  test('the next run at the right time counts, and is not late', async () => {
    const monitor = await morning();
    await runAhead(monitor, '11:05', aheadMs);
    const [result] = await monitor.runFrom('11:10', '11:10');
    expect(result).toMatchObject({ outcome: 'finished' });
    expect(result?.counted).toBeGreaterThan(0);
  });

  test('an incident is notified without delay, and resolved when it is over', async () => {
    const monitor = await morning();
    await runAhead(monitor, '11:05', aheadMs);
    monitor.messages.length = 0;
    await monitor.runFrom('11:10', '13:55');
    const incidents = monitor.notified.filter(({ subject }) => subject === 'unmetered');
    expect(incidents).toMatchObject([
      { kind: 'opened', at: '2026-11-18T11:20:00.000Z', value: 30 },
      { kind: 'resolved' },
    ]);
  });

  test('an open incident is resolved when it is over, with all that was lost', async () => {
    const monitor = await morning();
    await monitor.runFrom('11:05', '11:30');
    await runAhead(monitor, '11:35', aheadMs);
    await monitor.runFrom('11:40', '13:55');
    expect(monitor.notified.at(-1)).toMatchObject({ kind: 'resolved', lost: 300 });
    const ids = monitor.notified.flatMap(({ incidentId }) => incidentId ?? []);
    expect(new Set(ids).size).toBe(1);
  });

  test('an open incident whose loss is over stays open for no longer', async () => {
    const monitor = await morning(createMemoryStore(), '11:30');
    await monitor.runFrom('11:05', '11:30');
    await runAhead(monitor, '11:35', aheadMs);
    const [last] = (await monitor.runFrom('11:40', '12:05')).slice(-1);
    expect(last?.open).toEqual([]);
    expect(monitor.notified.at(-1)).toMatchObject({ kind: 'resolved' });
  });

  test('the window holds every event, also those of the stretch that was taken as counted', async () => {
    const monitor = await morning();
    await runAhead(monitor, '11:05', aheadMs);
    const result = (await monitor.runFrom('11:10', '12:00')).at(-1);
    expect(result?.evaluated).toMatchObject({ whole: true, counts: { total: 360 } });
  });

  test('the hours until the clock was set right are counted or announced', async () => {
    const monitor = await morning();
    await runAhead(monitor, '11:05', aheadMs);
    monitor.messages.length = 0;
    // Nothing ran for half an hour, or for two hours.
    await runBetween(monitor, at('11:05') + Math.min(aheadMs / 2, 2 * HOUR), at('13:55'));
    expect(await unaccounted(monitor, at('10:55'), at('13:50'))).toEqual([]);
  });

  test('the time that was counted ahead is counted again when it has come', async () => {
    const monitor = await morning();
    const ahead = at('11:05') + aheadMs;
    monitor.events.push(
      ...traffic({ start: Math.max(at('14:00'), ahead - 2 * HOUR), end: ahead + HOUR }),
    );
    await runAhead(monitor, '11:05', aheadMs);
    await monitor.runFrom('11:10', '11:15');
    await runBetween(monitor, Math.max(at('11:20'), ahead - HOUR), ahead + HOUR);
    expect(await unaccounted(monitor, ahead - HOUR, ahead + HOUR - BUCKET)).toEqual([]);
  });
});

test('in a file, which forgets old buckets, the hours until the clock was set right are counted or announced, too', async () => {
  const store = createFileStore(join(emptyFolder(), 'state.json'), systemClock);
  const monitor = await morning(Object.assign(store, { dump: () => '' }));
  await runAhead(monitor, '11:05', 10 * DAY);
  monitor.messages.length = 0;
  await runBetween(monitor, at('13:00'), at('13:30'));
  expect(await unaccounted(monitor, at('10:55'), at('13:25'))).toEqual([]);
});

test('an ignore entry that was met while the clock was ahead is new again', () => {
  const now = at('11:05');
  const met = { entry: 'accounts acme', since: now + DAY, matchedAt: now + DAY };
  const { ignoreEntries } = withoutTimesAhead({ ...NEW_STATE, ignoreEntries: [met] }, now, HOUR);
  expect(ignoreEntries).toEqual([{ entry: 'accounts acme', since: now, matchedAt: undefined }]);
});

describe('the lease of a run that was killed while the clock was a day ahead', () => {
  test('holds up no later run', async () => {
    const monitor = await morning();
    monitor.onStep = (step) => {
      if (step === 'before readCounts') throw new Error('killed');
    };
    await expect(runAhead(monitor, '11:05', DAY)).rejects.toThrow('killed');
    monitor.onStep = () => {};
    const results = await monitor.runFrom('11:10', '11:20');
    expect(results.map(({ outcome }) => outcome)).toEqual(['finished', 'finished', 'finished']);
    expect(monitor.notified).toMatchObject([{ kind: 'opened', value: 30 }]);
  });
});

describe('clocks that differ by half a minute', () => {
  const HALF = MINUTE / 2;

  test('keep a lease that another run holds', async () => {
    const monitor = await morning();
    const state = (await monitor.store.readState()) ?? NEW_STATE;
    const leaseUntil = at('11:05') + HALF + 2 * MINUTE;
    await monitor.store.writeState({ ...state, leaseUntil }, state.runNumber);
    expect((await monitor.runAt('11:05')).outcome).toBe('held');
  });

  test('do not change that a run is late after a later one', async () => {
    const monitor = await morning();
    await runAhead(monitor, '11:05', HALF);
    const before = monitor.store.dump();
    expect((await monitor.runAt('11:05')).outcome).toBe('late');
    expect(monitor.store.dump()).toBe(before);
  });
});

test('an invocation that arrives two hours late is late: by the clock, nothing is ahead', async () => {
  const monitor = await morning();
  await monitor.runFrom('11:05', '13:15');
  expect((await monitor.runAt('11:12')).outcome).toBe('late');
});
