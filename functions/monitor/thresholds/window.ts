import type { BucketRecord } from '../events/bucket-record.ts';
import type { Range } from '../timeline/time.ts';
import { isCountedToEnd, type Timeline } from '../timeline/timeline.ts';
import { isUpperLimit, type Threshold } from './threshold.ts';

/** The window of a threshold at an end. `<` and `<=` get a window of exactly the set length: a longer one could hide a lack. */
export function windowFor(threshold: Threshold, timeline: Timeline, end: number): Range {
  return isUpperLimit(threshold) ? timeline.windowOf(end) : timeline.exactWindowOf(end);
}

/**
 * The records of a window's buckets, oldest first.
 *
 * @param known by the start of the bucket, epoch ms
 * @returns `undefined` for a bucket that was not counted to its end
 */
export function recordsIn(
  known: ReadonlyMap<number, BucketRecord>,
  timeline: Timeline,
  window: Range,
): (BucketRecord | undefined)[] {
  return timeline.bucketsOf(window).map((bucket) => {
    const record = known.get(bucket.start);
    return isCountedToEnd(record, bucket) ? record : undefined;
  });
}
