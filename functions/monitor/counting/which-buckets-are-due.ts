import type { CountedBucket } from '../events/bucket-record.ts';
import { type Bucket, bucketStart, bucketsOf } from '../timeline/bucket.ts';
import { MINUTE_MS, type Range } from '../timeline/time.ts';
import { newestSettledEnd } from './newest-settled-bucket.ts';

/** A bucket with events in progress is counted again so long after its first count. */
const IN_PROGRESS_RECOUNT_MS = 15 * MINUTE_MS;

export interface PlanInput {
  /** The run's time, epoch ms. */
  readonly scheduledTime: number;
  readonly windowMs: number;
  readonly settleMs: number;
  readonly maxCatchUpMs: number;
  /** The config hash of a count of now, by the start of the bucket. */
  readonly configHashAt: (start: number) => string;
  /** The end of the newest bucket before which nothing is outstanding; `undefined` in the first run ever. */
  readonly watermark: number | undefined;
  /**
   * Buckets from here on are counted too if they never were, epoch ms. Those out of reach are no
   * gap. @default the watermark
   */
  readonly listFrom?: number | undefined;
  /** The buckets that were counted before, in any order, at least those from the watermark's window on. */
  readonly counted: Iterable<CountedBucket>;
  /** The ranges that looks at Togai metrics have counted. @default none */
  readonly looked?: readonly Range[];
}

/** Why a bucket is due. */
type DueReason = 'new' | 'in-progress' | 'last-look' | 'stale' | 'missing';

export interface DueBucket {
  readonly bucket: Bucket;
  readonly reason: DueReason;
}

export interface Plan {
  /** In the order of counting: new buckets, repeated ones, those that the window lacks; each oldest first. */
  readonly due: readonly DueBucket[];
  /** The range that was missed and is too old to catch up with: skipped, and to be announced. */
  readonly gap: Range | undefined;
}

/**
 * Which buckets are due at a time. While its config hash stays, a bucket is counted at most three times. The first count is once
 * it has settled. The second follows 15 minutes later, if something was in progress. The last is in the older half of the newest
 * window, for late arrivals and changed statuses.
 *
 * A longer window, or counts that are lost, leave buckets of the newest window without a count: they are due as well.
 */
export function plan(input: PlanInput): Plan {
  const { scheduledTime, windowMs, watermark, looked = [] } = input;
  const newestEnd = newestSettledEnd(scheduledTime, input.settleMs);
  const window = { start: newestEnd - windowMs, end: newestEnd };
  const known = new Map([...input.counted].map((bucket) => [bucket.start, bucket]));

  const reach = bucketStart(Math.min(newestEnd - input.maxCatchUpMs, window.start));
  const from = watermark ?? window.start;
  const gap = from < reach ? { start: from, end: reach } : undefined;

  const fresh: DueBucket[] = [];
  const again: DueBucket[] = [];
  const first = bucketStart(Math.min(from, input.listFrom ?? from));
  const oldest = Math.max(reach, Math.min(first, window.start));
  const missing: DueBucket[] = [];
  const isLooked = ({ start, end }: Bucket) =>
    looked.some((range) => range.start <= start && end <= range.end);
  for (const bucket of bucketsOf({ start: oldest, end: newestEnd })) {
    const before = known.get(bucket.start);
    if (!before) {
      if (bucket.start >= first) fresh.push({ bucket, reason: 'new' });
      else if (bucket.start >= window.start && !isLooked(bucket)) {
        missing.push({ bucket, reason: 'missing' });
      }
    } else {
      const reason = reasonToRepeat(bucket, before, window, input);
      if (reason) again.push({ bucket, reason });
    }
  }
  return { due: [...fresh, ...again, ...missing], gap };
}

function reasonToRepeat(
  bucket: Bucket,
  before: CountedBucket,
  window: Range,
  { scheduledTime, windowMs, settleMs, configHashAt }: PlanInput,
): DueReason | undefined {
  const inNewestWindow = bucket.start >= window.start;
  if (before.partial) return undefined;
  if (before.configHash !== configHashAt(bucket.start)) return inNewestWindow ? 'stale' : undefined;
  const waited = scheduledTime - before.countedAt >= IN_PROGRESS_RECOUNT_MS;
  if (before.times === 1 && before.inProgress > 0 && waited) return 'in-progress';
  const middleOf = (end: number) => end - windowMs / 2;
  const newestEndThen = newestSettledEnd(before.countedAt, settleMs);
  const aged = bucket.end <= middleOf(window.end) && bucket.end > middleOf(newestEndThen);
  return inNewestWindow && aged ? 'last-look' : undefined;
}
