import { BUCKET_MS, type Bucket } from './bucket.ts';
import { MINUTE_MS, type Range } from './time.ts';
import { type CountedPiece, endOf, type Timeline } from './timeline.ts';

/** How long after a count with events in progress the bucket is looked at again. */
const IN_PROGRESS_RECOUNT_MS = 15 * MINUTE_MS;

/** What is remembered of a bucket that was counted before; all that planning needs of it. */
export interface CountedBucket extends CountedPiece {
  /** How often it was counted, 1 or more; 0 for an hour that was open so far. */
  readonly times: number;
  /** The time of the run that counted it last, epoch ms. */
  readonly countedAt: number;
  /** Events that were still in progress then. */
  readonly inProgress: number;
  /** Saved as a lower bound; a bucket of five minutes is never counted again. */
  readonly partial: boolean;
  /** What it was counted under (waivers, time field, queries); a bucket of another fingerprint is stale. */
  readonly fingerprint: string;
}

export interface PlanInput {
  /** The run's time, epoch ms. */
  readonly at: number;
  readonly timeline: Timeline;
  readonly settleMs: number;
  readonly maxCatchUpMs: number;
  /** What buckets are counted under from now on. */
  readonly fingerprint: string;
  /** The end of the newest bucket before which nothing is outstanding; `undefined` in the first run ever. */
  readonly frontier: number | undefined;
  /** The buckets that were counted before, in any order, at least those from the frontier's window on. */
  readonly counted: Iterable<CountedBucket>;
}

/** Why a bucket is due; `open`: an hour that is not over. */
type DueReason = 'new' | 'open' | 'partial' | 'in-progress' | 'last-look' | 'stale';

export interface DueBucket {
  readonly bucket: Bucket;
  readonly reason: DueReason;
}

export interface Plan {
  /** In the order of counting: new buckets before repeated ones, each oldest first. */
  readonly due: readonly DueBucket[];
  /** What was missed and is too old to catch up with: skipped, and to be announced. */
  readonly gap: Range | undefined;
}

/**
 * Which buckets are due at a time. A bucket is counted at most three times while its fingerprint
 * stays: once settled; 15 minutes later if something was in progress; and a last time in the older
 * half of the newest window, for late arrivals and changed statuses. An hour is due in every run while it is open, and
 * while it is in the newest window and was given up: it costs one request, and is much to be without.
 */
export function plan(input: PlanInput): Plan {
  const { at, timeline, frontier } = input;
  const newestEnd = newestSettledEnd(at, input.settleMs);
  const window = timeline.windowOf(newestEnd);
  const known = new Map([...input.counted].map((bucket) => [bucket.start, bucket]));

  const farthest = Math.min(newestEnd - input.maxCatchUpMs, window.start);
  const reach = floorTo(timeline.bucketMs, farthest);
  const from = frontier ?? window.start;
  const gap = from < reach ? { start: from, end: reach } : undefined;

  const fresh: DueBucket[] = [];
  const again: DueBucket[] = [];
  const first = floorTo(timeline.bucketMs, from);
  const oldest = Math.max(reach, Math.min(first, window.start));
  for (const bucket of timeline.bucketsOf({ start: oldest, end: newestEnd })) {
    const before = known.get(bucket.start);
    const isOpen = bucket.end - bucket.start < timeline.bucketMs;
    if (isOpen) {
      // With a longer time to settle, it may have been counted farther before.
      if (!before || endOf(before) <= bucket.end) fresh.push({ bucket, reason: 'open' });
    } else if (!before || endOf(before) < bucket.end) {
      const isWanted = bucket.start >= first || (timeline.fillsIn && bucket.start >= window.start);
      if (isWanted) fresh.push({ bucket, reason: 'new' });
    } else {
      const reason = reasonToRepeat(bucket, before, window, input);
      if (reason) again.push({ bucket, reason });
    }
  }
  return { due: [...fresh, ...again], gap };
}

function reasonToRepeat(
  bucket: Bucket,
  before: CountedBucket,
  window: Range,
  { at, timeline, settleMs, fingerprint }: PlanInput,
): DueReason | undefined {
  const inNewestWindow = bucket.start >= window.start;
  if (before.partial) return timeline.fillsIn && inNewestWindow ? 'partial' : undefined;
  if (before.fingerprint !== fingerprint) return inNewestWindow ? 'stale' : undefined;
  const waited = at - before.countedAt >= IN_PROGRESS_RECOUNT_MS;
  if (before.times === 1 && before.inProgress > 0 && waited) return 'in-progress';
  const middleOf = (end: number) => end - timeline.windowMs / 2;
  const newestEndThen = newestSettledEnd(before.countedAt, settleMs);
  const aged = bucket.end <= middleOf(window.end) && bucket.end > middleOf(newestEndThen);
  return inNewestWindow && aged ? 'last-look' : undefined;
}

/** The end of the newest bucket of five minutes that has had its time to settle, epoch ms. */
export function newestSettledEnd(at: number, settleMs: number): number {
  return floorTo(BUCKET_MS, at - settleMs);
}

function floorTo(unitMs: number, time: number): number {
  return Math.floor(time / unitMs) * unitMs;
}
