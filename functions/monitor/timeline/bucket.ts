import { MINUTE_MS, type Range } from './time.ts';

/** Events are fetched, counted, stored and caught up with in buckets of this length. */
export const BUCKET_MS = 5 * MINUTE_MS;

/**
 * A piece of the timeline between two five-minute marks of the clock (UTC). It is half-open, so that an event on a mark belongs
 * to one bucket and not to two.
 */
export type Bucket = Range;

/** The start of the bucket that holds a time. Epoch ms, UTC. */
export function bucketStart(time: number): number {
  return Math.floor(time / BUCKET_MS) * BUCKET_MS;
}

/**
 * Cuts a range at the clock's five-minute marks.
 *
 * @returns oldest first, without gap or overlap; the first and the last are shorter where the range does not begin or end on a
 *   mark
 */
export function bucketsOf(range: Range): Bucket[] {
  const buckets: Bucket[] = [];
  for (let start = range.start; start < range.end; ) {
    const end = Math.min(bucketStart(start) + BUCKET_MS, range.end);
    buckets.push({ start, end });
    start = end;
  }
  return buckets;
}
