import {
  ClockAheadError,
  type MonitorError,
  RefusedItemError,
  SettingError,
  TogaiError,
} from '../errors.ts';
import type { Counts } from '../events/counts.ts';
import type { TimeField } from '../events/event.ts';
import type { Bucket } from '../timeline/bucket.ts';

export interface CountProgress {
  readonly buckets: number;
  readonly bucketsDone: number;
  /** Events so far, those of buckets that are not done included. */
  readonly events: number;
}

export interface BucketCount {
  readonly bucket: Bucket;
  readonly counts: Counts;
  /** The time field that decided which events belong to it. */
  readonly timeField: TimeField;
}

/** A lower bound. */
export interface UnfinishedCount extends BucketCount {
  /** A query was sent that lists no other bucket. */
  readonly alone: boolean;
}

export interface Count {
  /** Counted to their last page, in the order of the request. */
  readonly complete: readonly BucketCount[];
  /** Begun and not ended: lower bounds. */
  readonly unfinished: readonly UnfinishedCount[];
  /** Buckets that could not be counted though others could, and why. */
  readonly failed: readonly { readonly bucket: Bucket; readonly error: MonitorError }[];
  /** The failure of Togai that ended the count early; none if the time was up. */
  readonly stopped: MonitorError | undefined;
  /** The time field that decided which events belong to a bucket. */
  readonly timeField: TimeField;
  /**
   * Whether that is `createdAt`, and proven. One proof is a listed event that lies in the range by `createdAt` alone. The other is
   * a list of all events in the order of `createdAt` that is not in the order of `timestamp`.
   */
  readonly timeFieldProven: boolean;
  /** The server ignored the time filter, and the events were picked out here. */
  readonly filteredHere: boolean;
}

/** Failures of Togai that may be of one bucket alone; any other would meet the rest of them too. */
const FAILURES_OF_A_BUCKET: readonly TogaiError['failure'][] = [
  'unavailable',
  'unreadable',
  'uncountable',
];

/** Whether a failure may be of one bucket alone, so that the others can still be counted. */
export function isOfABucket(error: unknown): error is TogaiError | RefusedItemError {
  if (error instanceof RefusedItemError) return true;
  return error instanceof TogaiError && FAILURES_OF_A_BUCKET.includes(error.failure);
}

/**
 * Whether an error is a reason why nothing could be counted. The run then evaluates earlier counts,
 * and notifies people of the error.
 */
export function isReason(error: unknown): error is MonitorError {
  return [TogaiError, SettingError, ClockAheadError].some((kind) => error instanceof kind);
}
