import { expect } from 'vitest';
import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import { ALL, type LookRecord } from '../../functions/monitor/events/look-record.ts';
import { MINUTE_MS } from '../../functions/monitor/timeline/time.ts';
import { truthOf } from '../../simulator/truth.ts';
import type { Played } from './play.ts';
import { type ByStatus, seenByLooks, settled, sumOf } from './seen-by-looks.ts';
import { type Case, LATENESS } from './world.ts';

const BUCKET_MS = 5 * MINUTE_MS;

export interface Stored {
  readonly buckets: readonly BucketRecord[];
  readonly looks: readonly LookRecord[];
}

/**
 * The end that a case must have.
 *
 * - `looks`: windows hold exactly the events that became visible in Togai metrics
 * - `list`: buckets hold exactly the events that were created in them
 * - `some list`: the same where the list shows it, or a sentence, or buckets that say that they lack late events
 * - `either`: one of the two, by the source that the run names
 * - `error`: a sentence, and no number
 */
export function expectationOf({ generation, counting, volume }: Case) {
  const isCreatedFirst = generation === '2022' || generation === '2024-created';
  const isLittle = volume === 'one event an hour' || volume === '0.5 events a second';
  if (counting === 'metrics') return 'looks';
  if (counting === 'listing' && generation === '2024' && isLittle) return 'some list';
  if (counting === 'listing') return isCreatedFirst && isLittle ? 'list' : 'error';
  return isCreatedFirst && volume === 'one event an hour' ? 'either' : 'looks';
}

/** Each stored look has, for each hour that it asks for, exactly the events that were visible at its time. */
export function expectTrueLooks(played: Played, row: Case, looks: readonly LookRecord[]): void {
  const levels = new Map<number, Map<string, number>>();
  const seen = seenBy(played, row, looks);
  for (const { end, changes } of looks) {
    for (const { scope, label, status, to } of changes) {
      if (scope !== ALL) continue;
      const level = levels.get(label) ?? new Map<string, number>();
      levels.set(label, level.set(status, to));
    }
    const hours = seen.get(end)?.hours ?? new Map<number, ByStatus>();
    const stored = [...hours.keys()].map(
      (hour) => [hour, settled(levels.get(hour) ?? new Map())] as const,
    );
    expect({ end, hours: new Map(stored) }).toEqual({ end, hours });
  }
}

/**
 * Each listed bucket has exactly the events that were created in it, or says that it may have fewer. One that was listed by the
 * senders' time has those whose senders' time was in it.
 */
export function expectTrueBuckets(
  { traffic }: Played,
  row: Case,
  buckets: readonly BucketRecord[],
) {
  for (const { start, countedAt, partial, counts, configHash } of buckets) {
    const range = { start, end: start + BUCKET_MS };
    const isByTimestamp = configHash.endsWith('.timestamp');
    const field = isByTimestamp ? 'timestamp' : 'createdAt';
    const { total, byStatus } = truthOf(traffic, range, field, countedAt);
    const comesLate = LATENESS[row.lateness].lags.length > 0;
    const mayLack = partial || (counts.lacksLate && !isByTimestamp && comesLate);
    if (mayLack) expect(counts.total).toBeLessThanOrEqual(total);
    else expect([start, counts.byStatus]).toEqual([start, byStatus]);
  }
}

/**
 * Each newest window has exactly the events that became visible in it. Windows that begin before the first look, or that hold
 * a listed bucket, are left out.
 *
 * @returns how many windows were compared
 */
export function expectTrueWindows(played: Played, row: Case, { looks, buckets }: Stored): number {
  const seen = [...seenBy(played, row, looks)];
  const first = looks[0]?.end ?? Number.POSITIVE_INFINITY;
  let compared = 0;
  for (const { evaluated } of played.runs.values()) {
    if (!evaluated || evaluated.window.start < first) continue;
    const { start, end } = evaluated.window;
    if (buckets.some((bucket) => bucket.start >= start && bucket.start < end)) continue;
    const within = seen.filter(([time]) => time > start && time <= end);
    expect({ end, counted: settled(evaluated.counts.byStatus) }).toEqual({
      end,
      counted: sumOf(within.map(([, { news }]) => news)),
    });
    compared++;
  }
  return compared;
}

function seenBy({ traffic }: Played, { lateness }: Case, looks: readonly LookRecord[]) {
  const { metricsTime } = LATENESS[lateness];
  return seenByLooks(
    traffic,
    metricsTime,
    looks.map(({ end }) => end),
  );
}
