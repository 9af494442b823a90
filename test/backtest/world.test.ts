import { expect, test } from 'vitest';
import { Backtest } from '../../cli/backtest/backtest.ts';
import { readHistory } from '../../cli/backtest/read-history.ts';
import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import type { LookRecord } from '../../functions/monitor/events/look-record.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { proveWorld } from '../../proving/prove-world.ts';
import { createWorld } from '../../proving/world/create-world.ts';
import type { Scenario } from '../../proving/world/scenario.ts';
import { thresholdText } from '../../proving/world/world-settings.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test('a backtest of a proving world finds the messages that its people got', async () => {
  const world: Scenario = { ...createWorld(5, 2), faults: [] };
  const { told, buckets, looks } = await historyOf(world);
  const { settings } = world;
  const store = {
    readState: () => Promise.resolve({ ...NEW_STATE, evaluatedTo: world.end }),
    readCounts: () => Promise.resolve({ buckets, looks }),
  };
  const { history, range } = await readHistory(store, {
    sinceMs: 3 * DAY,
    chunkMs: 4 * DAY,
    windowMs: settings.windowMinutes * MINUTE,
    settleMs: settings.settleMinutes * MINUTE,
    now: world.end,
    onProgress() {},
  });
  const rules = parseThresholds(settings.thresholds.map(thresholdText).join(', '));
  const { notifications } = new Backtest(history, {
    minimumEvents: settings.minimumEvents,
    repeatMs: settings.repeatMinutes * MINUTE,
    from: range.start,
  }).replay(rules);
  expect(told.length).toBeGreaterThan(3);
  expect(
    notifications.map(({ incidentId, kind, severity }) => `${incidentId} ${kind} ${severity}`),
  ).toEqual(told);
});

/** The world's history: its counts as they are stored at its end, and the messages of one channel about lost events. */
async function historyOf(world: Scenario) {
  const buckets = new Map<number, BucketRecord>();
  const looks = new Map<number, LookRecord>();
  const told: string[] = [];
  await proveWorld(world, (entry) => {
    // The judge's type has a part of a stored record; the value is whole.
    if (entry.type === 'bucket') buckets.set(entry.bucket.start, entry.bucket as BucketRecord);
    if (entry.type === 'look') looks.set(entry.look.end, entry.look as LookRecord);
    if (entry.type !== 'published' || entry.channel !== world.channels[0]) return;
    const { incidentId, kind, severity, subject } = entry.message;
    if (incidentId && subject !== 'monitor') told.push(`${incidentId} ${kind} ${severity}`);
  });
  return { told, buckets: inOrder(buckets), looks: inOrder(looks) };
}

function inOrder<T>(byTime: ReadonlyMap<number, T>): T[] {
  return [...byTime].sort(([a], [b]) => a - b).map(([, one]) => one);
}
