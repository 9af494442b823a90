import type { CountedPiece } from '../timeline/timeline.ts';
import type { Counts } from './counts.ts';

/** What is remembered of a bucket that was counted before; all that planning needs of it. */
export interface CountedBucket extends CountedPiece {
  /** How often it was counted, 1 or more; 0 for an hour that was open so far. */
  readonly times: number;
  /** The time of the run that counted it last, epoch ms. */
  readonly countedAt: number;
  /** Events that were still in progress then. */
  readonly inProgress: number;
  /** Saved as a lower bound; a bucket of five minutes is never counted again. */
  readonly partial: boolean;
  /** What it was counted under (ignore lists, time field, queries); a bucket of another config hash is stale. */
  readonly configHash: string;
}

/** A bucket as it is stored. */
export interface BucketRecord extends CountedBucket {
  /** Of the run that counted it. */
  readonly runNumber: number;
  readonly counts: Counts;
}
