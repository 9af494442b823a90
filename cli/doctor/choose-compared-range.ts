import { PAGE_SIZE } from '../../functions/monitor/events/page-size.ts';
import { BUCKET_MS } from '../../functions/monitor/timeline/bucket.ts';
import {
  DAY_MS,
  HOUR_MS,
  hourStart,
  MINUTE_MS,
  type Range,
} from '../../functions/monitor/timeline/time.ts';
import { type Answers, answerOf } from './answers.ts';

/** Togai metrics may lag behind. */
const CLOSED_FOR_MS = 10 * MINUTE_MS;
/** A range with more events is not compared. */
const MOST_EVENTS = 500;
/** Of the list, the last pages of its parts included. */
export const MAX_PAGES = MOST_EVENTS / PAGE_SIZE + 3;
/** With about seven for the other questions. */
export const MOST_REQUESTS = MAX_PAGES + 7;
/** For a part of an hour whose density is not known. */
const AIMED_AT = MOST_EVENTS / 2;
const HOURS_BEFORE = [4, 8];

/** The newest hour that Togai metrics hold as a whole. */
export function closedHour(now: number): Range {
  const end = hourStart(now - CLOSED_FOR_MS);
  return { start: end - HOUR_MS, end };
}

export function isSmallEnough(events: number): boolean {
  return events > 0 && events <= MOST_EVENTS;
}

/**
 * Where a range has no effect, the list is read from its newest event on.
 *
 * @returns the pages that it takes to reach the start of a range
 */
export function pagesToReach({ start }: Range, { now, metrics }: Answers): number {
  const events = answerOf(metrics)?.events ?? 0;
  return Math.ceil((events * (now - start)) / HOUR_MS / PAGE_SIZE);
}

/**
 * The end of a busy hour, in whole buckets, that probably holds a few pages.
 *
 * @returns `undefined` where even a bucket holds too many, or Togai metrics do not honour a part of an hour
 */
export function partOf({ hour, metrics, halves }: Answers): Range | undefined {
  const events = answerOf(metrics)?.events ?? 0;
  const [first, second] = answerOf(halves) ?? [0, 0];
  if (events === 0 || first + second !== events) return undefined;
  const perBucket = (events * BUCKET_MS) / HOUR_MS;
  if (perBucket > MOST_EVENTS) return undefined;
  const buckets = Math.max(1, Math.floor(AIMED_AT / perBucket));
  return { start: hour.end - buckets * BUCKET_MS, end: hour.end };
}

/** Other hours of the same day, which may be quieter. */
export function earlierHours({ start }: Range): Range[] {
  const midnight = Math.floor(start / DAY_MS) * DAY_MS;
  return HOURS_BEFORE.map((hours) => start - hours * HOUR_MS)
    .filter((earlier) => earlier >= midnight)
    .map((earlier) => ({ start: earlier, end: earlier + HOUR_MS }));
}
