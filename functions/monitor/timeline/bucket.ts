import { MINUTE_MS, type Range } from './time.ts';

/** The unit of fetching, storing, retrying and catching up. */
export const BUCKET_MS = 5 * MINUTE_MS;

/** A fixed piece of the timeline, aligned to the clock (UTC), half-open, at most {@link BUCKET_MS} long. */
export type Bucket = Range;

/** The start of the bucket that holds a time. */
export function bucketStart(time: number): number {
  return Math.floor(time / BUCKET_MS) * BUCKET_MS;
}

/**
 * A range cut at the clock's five-minute marks, oldest first, without gap or overlap. The pieces at
 * the edges are shorter where the range does not begin or end on a mark.
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

/**
 * The newest first, the others in their order: to be tried after one that failed, for what cannot be read is seldom one
 * bucket alone, and those next to it say nothing of the rest.
 */
export function newestFirst(buckets: readonly Bucket[]): Bucket[] {
  const newest = Math.max(...buckets.map(({ start }) => start));
  return buckets.toSorted((a, b) => Number(b.start === newest) - Number(a.start === newest));
}
