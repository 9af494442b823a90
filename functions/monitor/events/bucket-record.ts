import type { Counts } from './counts.ts';

/** The stored facts of a counted bucket, without its counts: all that planning needs. */
export interface CountedBucket {
  /** Epoch ms. It is five minutes long. */
  readonly start: number;
  /** How often it was counted, 1 or more. */
  readonly times: number;
  /** The scheduled time of the run that counted it last, epoch ms. */
  readonly countedAt: number;
  /** Events that were in progress at that time. */
  readonly inProgress: number;
  /** The counts are lower bounds. A partial bucket is never counted again, so that it cannot block others. */
  readonly partial: boolean;
  /** Stands for the ignore lists and the time field of its count. Another hash makes a bucket due again. */
  readonly configHash: string;
}

export interface BucketRecord extends CountedBucket {
  /** Of the run that counted it. A write with a lower number is refused. */
  readonly runNumber: number;
  readonly counts: Counts;
}
