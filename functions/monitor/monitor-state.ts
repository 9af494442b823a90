import type { ChosenSource } from './events/counting-source.ts';
import type { TimeField } from './events/event.ts';
import type { KnownEntry } from './events/ignore-entries.ts';
import type { Alert } from './incidents/advance-alert.ts';
import type { Incident } from './incidents/incident.ts';
import type { FailureKey } from './incidents/monitor-failures.ts';
import type { SilentChannel } from './incidents/note-which-channels-work.ts';
import type { Arrivals } from './incidents/nothing-arrives.ts';
import type { DigestMemory } from './notifications/digest-schedule.ts';
import type { OpenGap } from './notifications/gap-notices.ts';
import type { Notice } from './notifications/one-time-notice.ts';
import type { KnownSilence } from './notifications/silence-notices.ts';
import type { Range } from './timeline/time.ts';

/**
 * Everything that the monitor remembers, except its buckets and incidents. It is stored as one item, so that it changes as a
 * whole. Times are epoch ms.
 */
export interface MonitorState {
  /** Raised by each run. A write with a lower number is refused. */
  readonly runNumber: number;
  /** The run that holds, or held, the lease. */
  readonly runId: string;
  /** The end of the lease; 0 once the run has given it back. By the clock, because a scheduled time does not pass. */
  readonly leaseUntil: number;
  /**
   * The next run sends nothing to Togai before this time, by the clock: the last requests of this run still count in their
   * second.
   */
  readonly coolDownUntil?: number | undefined;
  /** The time in which Togai asked for no requests (`Retry-After`), by the clock. */
  readonly retryAfter?: Range | undefined;
  /** The scheduled time of the newest run that committed. */
  readonly committedAt: number | undefined;
  /** The scheduled time of the newest run that could count. Left out before there was one. */
  readonly completeAt?: number | undefined;
  /** Runs in a row that began and did not finish. */
  readonly unfinished: number;
  /** The scheduled time of the first of them. */
  readonly unfinishedSince: number | undefined;
  /** Why the last of them could not count. `undefined` where it was killed before it could store a reason. */
  readonly problem: { readonly what: string; readonly cause: string } | undefined;
  /** The counting source of the last run. Left out in states of 0.1.0, which listed events. */
  readonly chosen?: ChosenSource | undefined;
  /** The end of the newest look at Togai metrics. */
  readonly lookedTo?: number | undefined;
  /** Why Togai metrics could not be used, and until when nobody asks again. */
  readonly metricsProblem?: { readonly until: number; readonly what: string } | undefined;
  /** The field whose times Togai filters, as its answers have shown. */
  readonly timeField: TimeField | undefined;
  /** The scheduled time of the run in which that was proven last. */
  readonly timeFieldProvenAt?: number | undefined;
  /** The end of the newest bucket before which nothing is outstanding. */
  readonly watermark: number | undefined;
  /** The newest window end that was evaluated. */
  readonly evaluatedTo: number | undefined;
  /** Marks the counts that are void because the clock was ahead. `undefined` if it never was. */
  readonly voided?: VoidedCounts | undefined;
  /** Those that are pending or firing. */
  readonly alerts: readonly Alert[];
  /** A digest of the rules and ignore lists that were evaluated last. */
  readonly rules?: string | undefined;
  /** The incidents that are open, and those that ended in the last hours: each is an item of its own. */
  readonly incidentIds: readonly string[];
  /** The last digest and the incidents since then; left out where nobody wants digests. */
  readonly digest?: DigestMemory | undefined;
  /** When people were notified that the monitor watches. */
  readonly watchingSince?: number | undefined;
  /** Notices that wait for delivery on a channel. */
  readonly notices: readonly Notice[];
  /** By the start of a bucket: the runs in which it failed and others did not. */
  readonly bucketFailures: Readonly<Record<string, number>>;
  /** The silences that people know of, by id. */
  readonly knownSilences: Readonly<Record<string, KnownSilence>>;
  /** The entries of the ignore lists as runs saw them, to say once which are probably mistakes. */
  readonly ignoreEntries?: readonly KnownEntry[] | undefined;
  /** Tokens that Togai rejected in the last half hour. */
  readonly rejections: readonly Rejection[];
  /** The range that is being skipped, as long as it grows. */
  readonly gap: OpenGap | undefined;
  /** The scheduled time of the newest check of subscriptions. */
  readonly subscriptionsCheckedAt?: number | undefined;
  /** When events came in the last week. */
  readonly arrivals?: Arrivals | undefined;
  /** The channels that messages do not reach, by their names. */
  readonly silentChannels?: Readonly<Record<string, SilentChannel>> | undefined;
  /**
   * Failures of the monitor itself. One that is over stays until every channel knows of its end.
   */
  readonly failures: Readonly<Partial<Record<FailureKey, Incident>>>;
}

/**
 * Counts that are void because the clock was ahead: runs up to `runNumber` counted them later than
 * `after`.
 */
export interface VoidedCounts {
  readonly runNumber: number;
  /** The clock's time when it was right again, epoch ms. */
  readonly after: number;
}

/** The requests with one token that Togai rejected. */
export interface Rejection {
  /** Names the token without revealing it. */
  readonly digest: string;
  /** The time of the last one, by the clock. */
  readonly at: number;
  /** How many. Items from before they were counted stand for one. */
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
  incidentIds: [],
  notices: [],
  bucketFailures: {},
  knownSilences: {},
  rejections: [],
  gap: undefined,
  failures: {},
};
