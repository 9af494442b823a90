import type { TimeField } from './events/event.ts';
import type { Alert } from './incidents/alert.ts';
import type { OpenGap } from './notifications/gap.ts';
import type { FailureKind, MonitorFailure } from './notifications/monitor-failures.ts';
import type { Notification } from './notifications/notification.ts';
import type { Range } from './timeline/time.ts';
import type { Counting } from './timeline/timeline.ts';

/** Everything the monitor remembers, but for its buckets. One item; times are epoch ms. */
export interface MonitorState {
  /** Raised by each run; a write with a lower one is refused. */
  readonly runNumber: number;
  /** The run that holds, or held, the lease. */
  readonly runId: string;
  /** Until when that run may work; 0 once it has given the lease back. By the clock, not by the run's time. */
  readonly leaseUntil: number;
  /** Until when the next run sends nothing, by the clock: the requests of the last one still count. */
  readonly coolDownUntil?: number | undefined;
  /** From when until when Togai has asked for no requests, by the clock. */
  readonly retryAfter?: Range | undefined;
  /** The time of the newest run that committed. */
  readonly committedAt: number | undefined;
  /** Runs in a row that began and did not finish, and the time of the first of them. */
  readonly unfinished: number;
  readonly unfinishedSince: number | undefined;
  /** Why the last of them could not count, where it lived to say so. */
  readonly problem: { readonly what: string; readonly cause: string } | undefined;
  /** How events were counted last; before there was a choice, one by one. */
  readonly counting?: Counting | undefined;
  /** By which time Togai was seen to filter. */
  readonly timeField: TimeField | undefined;
  /** The end of the newest bucket before which nothing is outstanding. */
  readonly watermark: number | undefined;
  /** The newest window end that was evaluated. */
  readonly evaluatedTo: number | undefined;
  readonly alerts: readonly Alert[];
  /** Decided, not delivered. */
  readonly outbox: readonly Notification[];
  /** How often a bucket could not be counted in a run in which others could, by its start. */
  readonly bucketFailures: Readonly<Record<string, number>>;
  /** A MuteUntil that was refused: what was too far ahead does not become valid by waiting. */
  readonly refusedMute: string | undefined;
  /** Tokens that Togai rejected in the last half hour. */
  readonly rejections: readonly Rejection[];
  /** What is being skipped, as long as it grows. */
  readonly gap: OpenGap | undefined;
  /** What is the matter with the monitor itself, by kind, as far as people were told. */
  readonly monitorFailures: Readonly<Partial<Record<FailureKind, MonitorFailure>>>;
}

export interface Rejection {
  readonly digest: string;
  /** The last time, by the clock. */
  readonly at: number;
  /** How many requests with it were rejected; before they were counted, one. */
  readonly count?: number;
}

export const NEW_STATE: MonitorState = {
  runNumber: 0,
  runId: '',
  leaseUntil: 0,
  committedAt: undefined,
  unfinished: 0,
  unfinishedSince: undefined,
  problem: undefined,
  timeField: undefined,
  watermark: undefined,
  evaluatedTo: undefined,
  alerts: [],
  outbox: [],
  bucketFailures: {},
  refusedMute: undefined,
  rejections: [],
  gap: undefined,
  monitorFailures: {},
};
