import { BUCKET_MS, type Bucket, bucketsOf } from './bucket.ts';
import { HOUR_MS, type Range } from './time.ts';

/** How events are counted: one by one, or by what Togai counts itself (`POST /metrics`). */
export const COUNTINGS = ['events', 'metrics'] as const;
export type Counting = (typeof COUNTINGS)[number];

/** What a bucket is called where people read of it. */
export const BUCKET_NOUN: Readonly<Record<Counting, string>> = {
  events: 'bucket',
  metrics: 'hour',
};

/** How far the timeline is known in one piece: all that a timeline needs of a record. */
export interface CountedPiece {
  /** The start of its bucket. */
  readonly start: number;
  /** Up to where it was counted; left out where that is the whole of a bucket of five minutes. */
  readonly end?: number | undefined;
}

/**
 * How time is cut into buckets, and which buckets make a window. Counting by events they are five minutes long. Counting
 * by metrics they are hours, and the hour that is open at the end of a window belongs to it, up to that end.
 */
export interface Timeline {
  /** Of a bucket that is closed. */
  readonly bucketMs: number;
  /** What a window is long at the least. */
  readonly windowMs: number;
  /** The window that ends at a time. It begins with a bucket. */
  windowOf(end: number): Range;
  /**
   * The newest window of exactly {@link windowMs} by a time: what is said to be less than a limit must not have had more time to
   * become more.
   */
  exactWindowOf(end: number): Range;
  /**
   * How long a threshold must be ok, at the least, before its alert resolves. Windows that are longest at the end of an
   * hour can be ok only because an hour has just begun.
   */
  readonly calmMs: number;
  /** What is missing in the newest window is counted, however long it has been missing. */
  readonly fillsIn: boolean;
  /** The buckets of a range that begins with one; the last may be open. */
  bucketsOf(range: Range): Bucket[];
  /** Whether a record is of this timeline: both kinds are stored under their start. */
  owns(record: CountedPiece): boolean;
  /** The ends at which windows are evaluated after one that was, up to and with the newest, which is evaluated in every run. */
  endsAfter(evaluatedTo: number | undefined, newest: number): number[];
}

/** @param windowMs counting by metrics whole hours */
export function timelineOf(counting: Counting, windowMs: number): Timeline {
  return counting === 'metrics' ? byHours(windowMs) : byFiveMinutes(windowMs);
}

/** Up to where a record was counted. */
export function endOf({ start, end }: CountedPiece): number {
  return end ?? start + BUCKET_MS;
}

/** Whether a record counts its bucket to the end: an hour that was counted while it was open does not. */
export function isCountedToEnd(record: CountedPiece | undefined, bucket: Range): boolean {
  return record !== undefined && endOf(record) >= bucket.end;
}

/** Whether a bucket of a timeline is not over yet: an hour of which only a part can be counted so far. */
export function isOpen({ start, end }: Range, { bucketMs }: Pick<Timeline, 'bucketMs'>): boolean {
  return end - start < bucketMs;
}

/** The start of the hour that holds a time. */
function hourStart(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS;
}

/** The hours that hold a range, the last one up to the end of the range only. */
export function hoursOf({ start, end }: Range): Bucket[] {
  const hours: Bucket[] = [];
  for (let hour = hourStart(start); hour < end; hour += HOUR_MS) {
    hours.push({ start: hour, end: Math.min(hour + HOUR_MS, end) });
  }
  return hours;
}

/** Up to where everything from the bucket on that holds a time was counted; never before that time. */
export function watermarkFrom(
  { bucketMs }: Timeline,
  from: number,
  counted: Iterable<CountedPiece>,
): number {
  const ends = new Map(Array.from(counted, (record) => [record.start, endOf(record)]));
  let watermark = Math.floor(from / bucketMs) * bucketMs;
  // An open hour ends where no bucket begins.
  for (let end = ends.get(watermark); end !== undefined; end = ends.get(end)) watermark = end;
  return Math.max(from, watermark);
}

function byFiveMinutes(windowMs: number): Timeline {
  return {
    bucketMs: BUCKET_MS,
    windowMs,
    windowOf: (end) => ({ start: end - windowMs, end }),
    exactWindowOf: (end) => ({ start: end - windowMs, end }),
    calmMs: 0,
    fillsIn: false,
    bucketsOf,
    owns: ({ end }) => end === undefined,
    endsAfter: (evaluatedTo, newest) => endsAfter(evaluatedTo, newest, (end) => end + BUCKET_MS),
  };
}

function byHours(windowMs: number): Timeline {
  return {
    bucketMs: HOUR_MS,
    windowMs,
    windowOf: (end) => ({ start: hourStart(end) - windowMs, end }),
    exactWindowOf: (end) => ({ start: hourStart(end) - windowMs, end: hourStart(end) }),
    calmMs: HOUR_MS - BUCKET_MS,
    fillsIn: true,
    bucketsOf: hoursOf,
    owns: ({ end }) => end !== undefined,
    // What an open hour held at a time that was missed is not known any more: in between only closed ones are evaluated.
    endsAfter: (evaluatedTo, newest) =>
      endsAfter(evaluatedTo, newest, (end) => Math.min(hourStart(end) + HOUR_MS, newest)),
  };
}

function endsAfter(
  evaluatedTo: number | undefined,
  newest: number,
  next: (end: number) => number,
): number[] {
  if (evaluatedTo === undefined || evaluatedTo === newest) return [newest];
  const ends: number[] = [];
  for (let end = evaluatedTo; end < newest; ) {
    end = next(end);
    ends.push(end);
  }
  return ends;
}
