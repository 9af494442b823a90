import type { BucketRecord } from '../events/bucket-record.ts';
import type { LookRecord } from '../events/look-record.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { RejectionLimiter, RequestStats } from '../ports.ts';
import type { CountingOptions } from './counting-settings.ts';

/** The part of a run with the lease that counting uses. */
export interface CountingSession {
  readonly state: MonitorState;
  readonly requests: RequestsOfRun;
  change(next: (state: MonitorState) => MonitorState): void;
  /** @throws SupersededError where a later run has counted the bucket */
  saveBucket(record: BucketRecord): Promise<void>;
  /** @throws SupersededError where a later run has looked */
  saveLook(record: LookRecord): Promise<void>;
}

/** The limits that requests of other runs set. */
interface RequestsOfRun {
  readonly rejectionLimiter: RejectionLimiter;
  /** Waits until Togai may be asked again. @throws TogaiError where that takes too long */
  coolDown(
    coolDownMs: number,
    deadlines: { readonly signal: AbortSignal; readonly softDeadline: AbortSignal },
  ): Promise<void>;
  watchRetryAfter(togai: { stats(): RequestStats }): void;
}

/** The part of a run that a list of the due buckets uses. */
export interface CountDueRequest {
  readonly scheduledTime: number;
  readonly settings: CountingOptions;
  readonly signal: AbortSignal;
  readonly softDeadline: AbortSignal;
}

/** The part of a run that both sources use. */
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
