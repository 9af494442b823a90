import type { BucketRecord } from '../events/bucket-record.ts';
import type { LookRecord } from '../events/look-record.ts';
import type { CountDueRequest } from './count-due.ts';

export interface CountRunRequest extends CountDueRequest {
  /** By the clock, epoch ms. */
  readonly now: number;
  /** Accounts whose events are asked for, lost or not: open incidents have them by name. @default none */
  readonly followed?: ReadonlySet<string>;
}

/** The counts of earlier runs; those of this run join them. */
export interface KnownCounts {
  /** By the start of the bucket, epoch ms. */
  readonly known: Map<number, BucketRecord>;
  /** Oldest first. */
  readonly looks: LookRecord[];
}
