import { BUCKET_MS, type Bucket, bucketStart, bucketsOf } from './bucket.ts';
import { MINUTE_MS, type Range } from './time.ts';

/** How long after a count with events in progress the bucket is looked at again. */
const IN_PROGRESS_RECOUNT_MS = 15 * MINUTE_MS;

/** What is remembered of a bucket that was counted before; all that planning needs of it. */
export interface CountedBucket {
  readonly start: number;
  /** How often it was counted, 1 or more. */
  readonly times: number;
  /** The time of the run that counted it last, epoch ms. */
  readonly countedAt: number;
  /** Events that were still in progress then. */
  readonly inProgress: number;
  /** Saved for good as a lower bound: it is never counted again. */
  readonly partial: boolean;
  /** What it was counted under (waivers, time field); a bucket of another fingerprint is stale. */
  readonly fingerprint: string;
}

export interface PlanInput {
  /** The run's time, epoch ms. */
  readonly at: number;
  readonly windowMs: number;
  readonly settleMs: number;
  readonly maxCatchUpMs: number;
  /** What buckets are counted under from now on. */
  readonly fingerprint: string;
  /** The end of the newest bucket before which nothing is outstanding; `undefined` in the first run ever. */
  readonly frontier: number | undefined;
  /** The buckets that were counted before, in any order, at least those from the frontier's window on. */
  readonly counted: Iterable<CountedBucket>;
}

/** Why a bucket is due. */
type DueReason = 'new' | 'in-progress' | 'last-look' | 'stale';

export interface DueBucket {
  readonly bucket: Bucket;
  readonly reason: DueReason;
}

export interface Plan {
  /** In the order of counting: new buckets before repeated ones, each oldest first. */
  readonly due: readonly DueBucket[];
  /** The end of the newest bucket that has had its time to settle, epoch ms. */
  readonly newestEnd: number;
  /** What was missed and is too old to catch up with: skipped, and to be announced. */
  readonly gap: Range | undefined;
}

/**
 * Which buckets are due at a time. A bucket is counted at most three times while its fingerprint
 * stays: once settled; 15 minutes later if something was in progress; and a last time in the older
 * half of the newest window, for late arrivals and changed statuses.
 */
export function plan(input: PlanInput): Plan {
  const { at, windowMs, frontier } = input;
  const newestEnd = newestSettledEnd(at, input.settleMs);
  const known = new Map([...input.counted].map((bucket) => [bucket.start, bucket]));

  const reach = bucketStart(newestEnd - Math.max(input.maxCatchUpMs, windowMs));
  const from = frontier ?? newestEnd - windowMs;
  const gap = from < reach ? { start: from, end: reach } : undefined;

  const fresh: DueBucket[] = [];
  const again: DueBucket[] = [];
  const oldest = Math.max(reach, Math.min(from, newestEnd - windowMs));
  for (const bucket of bucketsOf({ start: oldest, end: newestEnd })) {
    const before = known.get(bucket.start);
    if (!before) {
      if (bucket.start >= from) fresh.push({ bucket, reason: 'new' });
      continue;
    }
    const reason = reasonToRepeat(bucket, before, newestEnd, input);
    if (reason) again.push({ bucket, reason });
  }
  return { due: [...fresh, ...again], newestEnd, gap };
}

function reasonToRepeat(
  bucket: Bucket,
  before: CountedBucket,
  newestEnd: number,
  { at, windowMs, settleMs, fingerprint }: PlanInput,
): DueReason | undefined {
  if (before.partial) return undefined;
  const inNewestWindow = bucket.start >= newestEnd - windowMs;
  if (before.fingerprint !== fingerprint) return inNewestWindow ? 'stale' : undefined;
  const waited = at - before.countedAt >= IN_PROGRESS_RECOUNT_MS;
  if (before.times === 1 && before.inProgress > 0 && waited) return 'in-progress';
  const middle = newestEnd - windowMs / 2;
  const middleThen = newestSettledEnd(before.countedAt, settleMs) - windowMs / 2;
  const aged = bucket.end <= middle && bucket.end > middleThen;
  return inNewestWindow && aged ? 'last-look' : undefined;
}

function newestSettledEnd(at: number, settleMs: number): number {
  return Math.floor((at - settleMs) / BUCKET_MS) * BUCKET_MS;
}
