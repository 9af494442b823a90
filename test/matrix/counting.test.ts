import { expect, test } from 'vitest';
import { MonitorError } from '../../functions/monitor/errors.ts';
import { GENERATIONS, type Generation } from '../../simulator/behaviour-switches.ts';
import {
  expectationOf,
  expectTrueBuckets,
  expectTrueLooks,
  expectTrueWindows,
} from './expectation.ts';
import { play } from './play.ts';
import { type Case, isFlood, LATENESS, type Lateness, VOLUMES, type Volume } from './world.ts';

const GENERATION_NAMES = Object.keys(GENERATIONS) as Generation[];
const COUNTINGS = ['auto', 'listing', 'metrics'] as const;

/**
 * Cases of the same events stand together, so that these are counted once. Three kinds of cases are
 * left out, since others show the same. A list of a flood fails with late events and without. Late
 * events of a flood are a matter of one volume. Togai metrics need the list of a generation only
 * where a run may find no new event.
 */
const CASES: readonly Case[] = (Object.keys(VOLUMES) as Volume[])
  .flatMap((volume) =>
    (Object.keys(LATENESS) as Lateness[]).flatMap((lateness) =>
      GENERATION_NAMES.flatMap((generation) =>
        COUNTINGS.map((counting) => ({ generation, counting, volume, lateness })),
      ),
    ),
  )
  .filter(({ generation, counting, volume, lateness }) => {
    if (volume === '100 events a second' && lateness !== 'as they come') return false;
    if (counting === 'metrics') return generation === '2024' || volume === 'one event an hour';
    return counting === 'auto' || !isFlood(volume) || lateness === 'as they come';
  });

/** Why a list of a flood is not counted, and what to do. */
const TOO_MANY =
  /did not come to the end of the oldest bucket in the time of a run: there are more events than a list can count.*; let Togai metrics count/;
/** Why a list that is no list by arrival is not counted, and what to do. */
const NOT_BY_ARRIVAL =
  /ignored the range and does not list newest first by createdAt.*; ask Togai to honour start_time and end_time for your organisation, or count with POST \/metrics$/;

test.each(CASES)('$volume, $lateness: generation $generation by $counting', async (row) => {
  const played = await play(row);
  const stored = await played.store.readCounts({ start: 0, end: Number.MAX_SAFE_INTEGER });
  const { buckets, looks } = stored;
  expectTrueLooks(played, row, looks);
  expectTrueBuckets(played, row, buckets);
  const windows = expectTrueWindows(played, row, stored);
  const results = [...played.runs.values()];
  switch (expectationOf(row)) {
    case 'looks':
      for (const { outcome, source } of results) {
        expect([outcome, source]).toEqual(['finished', 'metrics']);
      }
      expect(windows).toBeGreaterThanOrEqual(3);
      return;
    case 'list':
      for (const { outcome, source } of results) {
        expect([outcome, source]).toEqual(['finished', 'listing']);
      }
      expect(buckets.filter(({ partial }) => !partial).length).toBeGreaterThanOrEqual(
        results.length,
      );
      return;
    case 'either':
      for (const { outcome } of results) expect(outcome).toBe('finished');
      expect(buckets.length + looks.length).toBeGreaterThan(0);
      return;
    case 'some list':
      for (const { outcome, error } of results) {
        if (outcome === 'finished') continue;
        expect(error).toBeInstanceOf(MonitorError);
        expect(error?.message).toMatch(NOT_BY_ARRIVAL);
      }
      return;
    case 'error':
      for (const { error, partial = 0 } of results) {
        // Lower bounds are no numbers of all events, and messages say so.
        if (partial > 0) continue;
        expect(error).toBeInstanceOf(MonitorError);
        expect(error?.message).toMatch(isFlood(row.volume) ? TOO_MANY : NOT_BY_ARRIVAL);
      }
      expect(buckets.filter(({ partial }) => !partial)).toEqual([]);
  }
});
