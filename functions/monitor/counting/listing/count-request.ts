import type { IgnoreLists } from '../../events/counts.ts';
import type { TimeField } from '../../events/event.ts';
import type { Bucket } from '../../timeline/bucket.ts';
import type { BucketCount, CountProgress } from '../count-result.ts';

export interface CountRequest {
  /** Aligned to the clock, without overlap; at least one. The first are counted first, where time may run out. */
  readonly buckets: readonly Bucket[];
  readonly ignoreLists: IgnoreLists;
  /** Those of the start of a bucket, epoch ms. @default `ignoreLists` for all */
  readonly ignoreListsAt?: (start: number) => IgnoreLists;
  /** The time field of the server's filter, as seen before. @default 'createdAt' */
  readonly timeField?: TimeField;
  /** Whether a filter by `createdAt` was proven, and not long ago. @default false */
  readonly isTimeFieldKnown?: boolean;
  /** The starts of buckets that failed before, epoch ms: each is listed by itself. @default none */
  readonly apart?: ReadonlySet<number>;
  /** How many events a bucket held not long ago. @default nothing is known */
  readonly eventsPerBucket?: number | undefined;
  /** How many queries are under way side by side. */
  readonly workers: number;
  /** Ends the count at once. */
  readonly signal: AbortSignal;
  /** Ends the count, but the buckets that are complete by then are kept. */
  readonly softDeadline?: AbortSignal;
  /**
   * Called for each complete bucket at once. Called again for a bucket that is counted anew,
   * because the server turned out to filter by another time.
   */
  readonly onBucket?: (counted: BucketCount) => Promise<void>;
  /** Called once the first page shows how many events there may be, where it does not hold all of them. */
  readonly onEstimate?: (events: number) => void;
  /**
   * Called where the server ignores the time filter, before the list of all events is read. An
   * error of it ends the count.
   */
  readonly onUnfiltered?: () => void;
  /** Called after each page. */
  readonly onProgress?: (progress: CountProgress) => void;
}
