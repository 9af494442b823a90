import type { BucketRecord } from '../events/bucket-record.ts';
import type { LookRecord } from '../events/look-record.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { RejectionLimiter, RequestStats } from '../ports.ts';

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
