import type { TogaiError } from '../errors.ts';
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
  /** The time by which events were given to it. */
  readonly timeField: TimeField;
}

export interface Count {
  /** Counted to their last page, in the order of the request. */
  readonly complete: readonly BucketCount[];
  /** Begun and not ended: lower bounds. */
  readonly unfinished: readonly BucketCount[];
  /** Buckets that could not be counted though others could, and why. */
  readonly failed: readonly { readonly bucket: Bucket; readonly error: TogaiError }[];
  /** Why the count ended early, where it did: what Togai said, not that time was up. */
  readonly stopped: TogaiError | undefined;
  /** The time by which events were given to buckets. */
  readonly timeField: TimeField;
  /** The server ignored the time filter, and the events were picked out here. */
  readonly filteredHere: boolean;
}

/** Failures that may be of one bucket alone; any other would meet the rest of them too. */
export const FAILURES_OF_A_BUCKET: readonly TogaiError['failure'][] = [
  'unavailable',
  'unreadable',
  'uncountable',
];
