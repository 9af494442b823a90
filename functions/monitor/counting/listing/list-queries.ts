import type { IgnoreLists } from '../../events/counts.ts';
import { createDistinctCounter, type DistinctCounter } from '../../events/distinct-counter.ts';
import { PAGE_SIZE } from '../../events/page-size.ts';
import { BUCKET_MS, type Bucket, bucketStart } from '../../timeline/bucket.ts';
import { MINUTE_MS, type Range, SECOND_MS } from '../../timeline/time.ts';
import type { CountRequest } from './count-request.ts';

/**
 * Time that is not counted is listed as well, if it is short and is not known to hold more than a
 * page. A query of its own would cost more.
 */
const MAX_GAP_MS = 30 * MINUTE_MS;

/** A bucket that is being counted. */
export interface Job {
  readonly bucket: Bucket;
  /** Its place in the order in which buckets are wanted. */
  rank: number;
  /** Of all queries of the bucket: an event may come with several of them, and counts once. */
  readonly counter: DistinctCounter;
  /** The queries of the bucket that are not listed to their end. */
  left: number;
  /** A query that lists it was sent. */
  begun: boolean;
  /** A query that lists no other bucket was sent. */
  alone: boolean;
  /** A query of it failed, so the others are of no use any more. */
  failed: boolean;
}

/** A query of `GET /events`: it lists several buckets, one, or a part of one. */
export interface ListQuery {
  readonly range: Range;
  /** The buckets that are counted in it, oldest first. Between them there may be time that is not counted. */
  readonly jobs: readonly Job[];
}

export function jobOf(bucket: Bucket, rank: number, ignoreLists: IgnoreLists): Job {
  const counter = createDistinctCounter(ignoreLists);
  return { bucket, rank, counter, left: 1, begun: false, alone: false, failed: false };
}

/** @param jobs oldest first, at least one */
export function queryOf(jobs: readonly Job[]): ListQuery {
  const start = jobs[0]?.bucket.start ?? 0;
  return { range: { start, end: jobs.at(-1)?.bucket.end ?? start }, jobs };
}

/**
 * The buckets of a query from the start of the first to the end of the last. A query for a part of
 * one bucket has the whole bucket.
 */
export function bucketsAround({ jobs }: ListQuery): Range {
  return queryOf(jobs).range;
}

/** The bucket of a query that holds a time. */
export function jobAt({ jobs }: ListQuery, time: number): Job | undefined {
  const start = bucketStart(time);
  let low = 0;
  let high = jobs.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const job = jobs[middle];
    if (!job) return undefined;
    const begins = bucketStart(job.bucket.start);
    if (begins === start) return holds(job.bucket, time) ? job : undefined;
    if (begins < start) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

export function holds({ start, end }: Range, time: number): boolean {
  return time >= start && time < end;
}

/**
 * The queries that are listed at first: one for all buckets, unless much time that is not counted lies between them.
 *
 * @param apart the starts of buckets that are listed by themselves, epoch ms
 * @param eventsPerBucket as far as that is known
 */
export function firstQueries(
  jobs: readonly Job[],
  { apart = new Set(), eventsPerBucket = 0 }: Pick<CountRequest, 'apart' | 'eventsPerBucket'> = {},
): ListQuery[] {
  const maxGapMs = Math.min(MAX_GAP_MS, (PAGE_SIZE * BUCKET_MS) / eventsPerBucket);
  return inRuns(jobs, maxGapMs, apart);
}

/** The buckets of a query in rows without time between them that is not counted. */
export function rowsOf({ jobs }: ListQuery): ListQuery[] {
  return inRuns(jobs, 0, new Set());
}

/** Each bucket of a query by itself. */
export function oneByOne({ jobs }: ListQuery): ListQuery[] {
  return jobs.map((job) => queryOf([job]));
}

/** Queries that are wanted first come first; of a bucket, its oldest part. */
export function byRank(a: ListQuery, b: ListQuery): number {
  return rankOf(a) - rankOf(b) || a.range.start - b.range.start;
}

function rankOf({ jobs }: ListQuery): number {
  return Math.min(...jobs.map(({ rank }) => rank));
}

function inRuns(jobs: readonly Job[], maxGapMs: number, apart: ReadonlySet<number>): ListQuery[] {
  const isApart = ({ bucket }: Job) => apart.has(bucket.start);
  const runs: Job[][] = [];
  for (const job of jobs.toSorted((a, b) => a.bucket.start - b.bucket.start)) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    const isNear = before && job.bucket.start - before.bucket.end <= maxGapMs;
    if (isNear && !isApart(before) && !isApart(job)) run?.push(job);
    else runs.push([job]);
  }
  return runs.map(queryOf);
}

/** A query of several buckets in about so many parts, two at least, oldest first. */
export function atBuckets({ jobs }: ListQuery, parts: number): ListQuery[] {
  const each = Math.max(1, Math.round(jobs.length / parts));
  const firsts = Array.from({ length: Math.ceil(jobs.length / each) }, (_, part) => part * each);
  return firsts.map((first) => queryOf(jobs.slice(first, first + each)));
}

/**
 * A query of one bucket in parts of about the same length, oldest first, without gap or overlap. It is cut at whole seconds,
 * because a server may take its bounds by the second.
 *
 * @param parts at most so many
 */
export function atSeconds({ range: { start, end }, jobs }: ListQuery, parts: number): ListQuery[] {
  const marks = Array.from({ length: parts - 1 }, (_, index) => {
    const mark = start + ((end - start) * (index + 1)) / parts;
    return Math.round(mark / SECOND_MS) * SECOND_MS;
  });
  const inner = [...new Set(marks)].filter((mark) => mark > start && mark < end);
  const edges = [start, ...inner, end];
  return edges
    .slice(1)
    .map((edge, index) => ({ range: { start: edges[index] ?? start, end: edge }, jobs }));
}
