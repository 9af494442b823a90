import { expect, test } from 'vitest';
import type { EntryOf } from '../../proving/history.ts';
import { Progress } from '../../proving/judge/progress.ts';
import { beginRun } from '../../proving/judge/run.ts';
import { Sources } from '../../proving/judge/sources.ts';
import { createTraffic } from '../../proving/world/create-traffic.ts';
import { createWorld } from '../../proving/world/create-world.ts';
import { FIRST_GENERATION } from '../../proving/world/generation.ts';
import { BUCKET, MINUTE, type Scenario } from '../../proving/world/scenario.ts';

/** Three runs by the listing, with so many events in each bucket. */
function complaintsAt(weight: number): (string | undefined)[] {
  const created = createWorld(5, 1);
  const { start } = created;
  const world: Scenario = {
    ...created,
    faults: [],
    incidents: [],
    perBucket: 20,
    weight,
    generations: [{ from: start, generation: FIRST_GENERATION }],
  };
  const sources = new Sources(world, createTraffic(world), new Progress(world.settings));
  const noon = Math.ceil(start / 86_400_000) * 86_400_000 + 12 * 60 * MINUTE;
  return [1, 2, 3].map((run) => {
    const at = noon + run * BUCKET;
    const shared = { time: at, run, at, now: at };
    const begun = { ...shared, type: 'begun', mayOversleep: false, counting: 'auto' } as const;
    const watermark = at - 3 * BUCKET;
    const ended = {
      ...shared,
      type: 'ended',
      source: 'listing',
      sourceReason: 'it fits',
    } as unknown as EntryOf<'ended'>;
    return sources.ended(beginRun(begun, { state: undefined, watermark }), ended)?.invariant;
  });
}

test('a list of a page may go on', () => {
  expect(complaintsAt(1)).toEqual([undefined, undefined, undefined]);
});

test('after two runs over two pages the listing is too slow', () => {
  expect(complaintsAt(4)).toEqual([undefined, undefined, 'metrics-where-much-is-due']);
});

test('above twenty pages the listing is too slow at once', () => {
  expect(complaintsAt(100)[0]).toBe('metrics-where-much-is-due');
});
