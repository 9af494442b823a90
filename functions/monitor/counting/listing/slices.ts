import type { Bucket } from '../../timeline/bucket.ts';
import { type Range, SECOND_MS } from '../../timeline/time.ts';

/** Each slice ends with a page that is not full: shorter slices would waste more of the quota than they gain. */
const MIN_PAGES_PER_SLICE = 4;

/** A bucket of so many pages for each worker is fetched by all of them, whatever waits behind it. */
const MANY_PAGES_PER_WORKER = 10;

/** What is known of the work when a bucket is begun, in pages. */
export interface Workload {
  /** Of the bucket. */
  readonly pages: number;
  /** Of the buckets that wait behind it. */
  readonly pagesBehind: number;
  /** How many slices are fetched side by side. */
  readonly workers: number;
}

/**
 * In how many slices a bucket is fetched. The pages of one query follow each other, so one busy bucket alone would
 * leave the quota unused while each answer is on its way; with enough buckets behind it, each is fetched as one.
 */
export function slicesFor({ pages, pagesBehind, workers }: Workload): number {
  // On one worker it would take the time of many: the oldest must not end when time does, with all behind it.
  if (pages >= MANY_PAGES_PER_WORKER * workers) return workers;
  const pagesPerSlice = Math.max(MIN_PAGES_PER_SLICE, (pages + pagesBehind) / (2 * workers));
  return Math.max(1, Math.min(workers, Math.round(pages / pagesPerSlice)));
}

/**
 * A bucket in slices of about the same length, oldest first, without gap or overlap. It is cut at whole seconds: a
 * server may take its bounds by the second.
 */
export function sliced({ start, end }: Bucket, slices: number): Range[] {
  const inner = Array.from({ length: slices - 1 }, (_, index) => {
    const mark = start + ((end - start) * (index + 1)) / slices;
    return Math.round(mark / SECOND_MS) * SECOND_MS;
  });
  const marks = [start, ...inner.filter((mark) => mark > start && mark < end), end];
  return marks
    .slice(1)
    .map((mark, index) => ({ start: marks[index] ?? start, end: mark }))
    .filter((slice) => slice.start < slice.end);
}

/**
 * How many events a range may hold, by the first page of it: as dense as the page, if pages come in the order of
 * time. In any other order a page reaches over the whole range, and this is a low guess.
 *
 * @param times of the events of the page, epoch ms
 */
export function eventsByFirstPage(times: readonly number[], { start, end }: Range): number {
  const within = times.filter((time) => time >= start && time < end);
  if (within.length < 2) return within.length;
  const reach = Math.max(...within) - Math.min(...within);
  // Many of one moment are a burst, and say nothing of the rest.
  return (within.length * (end - start)) / Math.max(SECOND_MS, reach);
}
