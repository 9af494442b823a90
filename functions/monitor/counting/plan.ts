import type { CountedBucket } from '../events/bucket-record.ts';
import type { Bucket } from '../timeline/bucket.ts';
import { MINUTE_MS, type Range } from '../timeline/time.ts';
import { endOf, isCountedToEnd, isOpen, type Timeline } from '../timeline/timeline.ts';
import { newestSettledEnd } from './settling.ts';

/** How long after a count with events in progress the bucket is looked at again. */
const IN_PROGRESS_RECOUNT_MS = 15 * MINUTE_MS;

export interface PlanInput {
  /** The run's time, epoch ms. */
  readonly scheduledTime: number;
  readonly timeline: Timeline;
  readonly settleMs: number;
  readonly maxCatchUpMs: number;
  /** What buckets are counted under from now on. */
  readonly configHash: string;
  /** The end of the newest bucket before which nothing is outstanding; `undefined` in the first run ever. */
  readonly watermark: number | undefined;
  /** The buckets that were counted before, in any order, at least those from the watermark's window on. */
  readonly counted: Iterable<CountedBucket>;
  /** Where counts are lost: buckets of the newest window are due again there. @default nowhere */
  readonly lost?: readonly Range[];
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
 * Which buckets are due at a time. A bucket is counted at most three times while its config hash
 * stays: once settled; 15 minutes later if something was in progress; and a last time in the older
 * half of the newest window, for late arrivals and changed statuses. An hour is due in every run while it is open, and
 * while it is in the newest window and was given up: it costs one request, and is much to be without.
 */
export function plan(input: PlanInput): Plan {
  const { scheduledTime, timeline, watermark, lost = [] } = input;
  const newestEnd = newestSettledEnd(scheduledTime, input.settleMs);
  const window = timeline.windowOf(newestEnd);
  const known = new Map([...input.counted].map((bucket) => [bucket.start, bucket]));

  const farthest = Math.min(newestEnd - input.maxCatchUpMs, window.start);
  const reach = floorTo(timeline.bucketMs, farthest);
  const from = watermark ?? window.start;
  const gap = from < reach ? { start: from, end: reach } : undefined;

  const fresh: DueBucket[] = [];
  const again: DueBucket[] = [];
  const first = floorTo(timeline.bucketMs, from);
  const oldest = Math.max(reach, Math.min(first, window.start));
  const isFilledIn = ({ start, end }: Bucket) =>
    timeline.fillsIn || lost.some((range) => range.start < end && start < range.end);
  for (const bucket of timeline.bucketsOf({ start: oldest, end: newestEnd })) {
    const before = known.get(bucket.start);
    if (isOpen(bucket, timeline)) {
      // With a longer time to settle, it may have been counted farther before.
      if (!before || endOf(before) <= bucket.end) fresh.push({ bucket, reason: 'open' });
    } else if (!before || !isCountedToEnd(before, bucket)) {
      const isWanted =
        bucket.start >= first || (bucket.start >= window.start && isFilledIn(bucket));
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
  { scheduledTime, timeline, settleMs, configHash }: PlanInput,
): DueReason | undefined {
  const inNewestWindow = bucket.start >= window.start;
  if (before.partial) return timeline.fillsIn && inNewestWindow ? 'partial' : undefined;
  if (before.configHash !== configHash) return inNewestWindow ? 'stale' : undefined;
  const waited = scheduledTime - before.countedAt >= IN_PROGRESS_RECOUNT_MS;
  if (before.times === 1 && before.inProgress > 0 && waited) return 'in-progress';
  const middleOf = (end: number) => end - timeline.windowMs / 2;
  const newestEndThen = newestSettledEnd(before.countedAt, settleMs);
  const aged = bucket.end <= middleOf(window.end) && bucket.end > middleOf(newestEndThen);
  return inNewestWindow && aged ? 'last-look' : undefined;
}

function floorTo(unitMs: number, time: number): number {
  return Math.floor(time / unitMs) * unitMs;
}
