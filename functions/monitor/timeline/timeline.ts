import { BUCKET_MS, type Bucket, bucketsOf } from './bucket.ts';
import { HOUR_MS, type Range } from './time.ts';

/** The counting source: `events` lists events and counts them here (`GET /events`); `metrics` reads Togai's counts (`POST /metrics`). */
export const COUNTINGS = ['events', 'metrics'] as const;
export type Counting = (typeof COUNTINGS)[number];

/** The word for a bucket in messages. */
export const BUCKET_NOUN: Readonly<Record<Counting, string>> = {
  events: 'bucket',
  metrics: 'hour',
};

/** How far a bucket was counted: all that a timeline needs of its record. Epoch ms. */
export interface CountedPiece {
  /** The start of its bucket. */
  readonly start: number;
  /** The end of the counted part. Left out for a bucket of five minutes, which is always counted as a whole. */
  readonly end?: number | undefined;
}

/**
 * Cuts time into buckets, and says which buckets make a window. Buckets of a listing are five minutes long. Buckets of Togai
 * metrics are hours, the finest period that Togai counts by. A window of hours ends in the open hour, so that a breach shows
 * before the hour is over. It holds the open hour up to its end. Times are epoch ms, lengths ms.
 */
export interface Timeline {
  /** The length of a closed bucket. */
  readonly bucketMs: number;
  /** The least length of a window. */
  readonly windowMs: number;
  /** The window that ends at a time. It begins where a bucket begins. */
  windowOf(end: number): Range;
  /**
   * The newest window of exactly {@link windowMs} that ends by a time. It is for `<` and `<=`: a longer window holds more
   * events, and could hide that there were too few.
   */
  exactWindowOf(end: number): Range;
  /**
   * The least time that a threshold must be ok before its alert resolves. Windows of hours are shortest just after an hour has
   * begun, and may be ok for that reason alone.
   */
  readonly calmMs: number;
  /** A missing bucket of the newest window is due, however long it has been missing. */
  readonly fillsIn: boolean;
  /** The buckets of a range that begins where a bucket begins. The last one may be open. */
  bucketsOf(range: Range): Bucket[];
  /** Whether a record is of this timeline. Needed after a change of the source: both kinds are stored under their start. */
  owns(record: CountedPiece): boolean;
  /**
   * The window ends that are due for evaluation: those after `evaluatedTo`, and the newest one, which every run evaluates
   * again.
   */
  endsAfter(evaluatedTo: number | undefined, newest: number): number[];
}

/** @param windowMs whole hours for Togai metrics */
export function timelineOf(counting: Counting, windowMs: number): Timeline {
  return counting === 'metrics' ? byHours(windowMs) : byFiveMinutes(windowMs);
}

/** The end of the counted part of a bucket, epoch ms. */
export function endOf({ start, end }: CountedPiece): number {
  return end ?? start + BUCKET_MS;
}

/** Whether a bucket was counted to its end. An hour that was counted while it was open was not. */
export function isCountedToEnd(record: CountedPiece | undefined, bucket: Range): boolean {
  return record !== undefined && endOf(record) >= bucket.end;
}

/** Whether a bucket is an open hour, which can be counted only in part so far. */
export function isOpen({ start, end }: Range, { bucketMs }: Pick<Timeline, 'bucketMs'>): boolean {
  return end - start < bucketMs;
}

/** The start of the hour that holds a time. */
function hourStart(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS;
}

/** The hours that hold a range. The last one ends where the range ends. */
export function hoursOf({ start, end }: Range): Bucket[] {
  const hours: Bucket[] = [];
  for (let hour = hourStart(start); hour < end; hour += HOUR_MS) {
    hours.push({ start: hour, end: Math.min(hour + HOUR_MS, end) });
  }
  return hours;
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
    // After an outage nobody knows the counts of an open hour at a past moment. So past ends are those of closed hours.
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
