import type { Severity } from '../thresholds/threshold.ts';
import type { Onset } from './onset.ts';

/** The kinds of notification about an incident. */
export type IncidentKind = 'opened' | 'escalated' | 'changed' | 'reminder' | 'resolved' | 'closed';

/** One cause, as far as can be seen: the only thing that people are notified of. Times are epoch ms. */
export interface Incident extends Onset {
  /** Short enough to be said aloud: `u-7k2f`. */
  readonly id: string;
  /** The events that its thresholds count, as rules write it: `unmetered`, `INGESTION_FAILED_*`. */
  readonly subject: string;
  /**
   * `loss`: events that are not billed, by account. `level`: any other number on the wrong side of a limit, such as a share of
   * events in progress. `failure`: the monitor itself does not work.
   */
  readonly nature: 'loss' | 'level' | 'failure';
  /** The window end at which it opened. */
  readonly openedAt: number;
  readonly severity: Severity;
  /** The rule that it breaches, the most severe first, as `printThreshold` writes it. */
  readonly threshold: string;
  /** The largest value of that rule so far, in its unit; the smallest for `<` and `<=`. */
  readonly worst: number;
  /** The first value of that rule that breached it, in its unit. Of a level alone, and not always known. */
  readonly firstValue?: number | undefined;
  /** The named accounts. At most 500, those with the greatest loss. Empty for a level. */
  readonly accounts: readonly IncidentAccount[];
  /** All other accounts as one sum; left out where their loss is no part of it. */
  readonly others?: Others | undefined;
  /** The newest window end that it was evaluated at. */
  readonly evaluatedTo: number;
  /** For a loss: nothing of it is in the newest bucket. */
  readonly isQuiet?: boolean | undefined;
  /** For a level: since when there is too little traffic to evaluate. */
  readonly tooFewSince?: number | undefined;
  /** For a level: window ends in a row that were ok. */
  readonly okEnds: readonly number[];
  /** For a level by account or schema: the names that breached last, at most 50. */
  readonly groups: readonly string[];
  readonly failure?: MonitorFailure | undefined;
  /** Why events of it are not billed, as samples showed when people were notified last. */
  readonly why?: readonly Explanation[] | undefined;
  /** When the first billing cycle of an account with a loss closes, as samples showed. */
  readonly cycleEnd?: number | undefined;
  /** How often it was opened again after it had ended. */
  readonly reopened: number;
  readonly end?: IncidentEnd | undefined;
  /** The last notification of each channel, by the name of the channel. */
  readonly notified: Readonly<Record<string, Notified>>;
}

/** Why events are not billed, and the next step, each a sentence. */
export interface Explanation {
  readonly status: string;
  readonly why: string;
  readonly next: string;
}

/** A failure of the monitor itself, as machines read it. */
export type FailureKind =
  | 'cannot_count'
  | 'settings_refused'
  | 'cannot_deliver'
  | 'sources_disagree'
  | 'nothing_arrives';

interface MonitorFailure {
  readonly kind: FailureKind;
  /** The problem and the next step; once it is over, that it is. */
  readonly what: string;
  /** Names the problem, so that people are notified of another one. */
  readonly cause: string;
}

/** The loss of an account, or of all others as one. */
export interface Others {
  readonly facts: LossFacts;
  /** The end of the first bucket after its last loss, once it is mended, as far as can be seen. */
  readonly endedAt?: number | undefined;
  /** When that was seen: the window end of the evaluation. */
  readonly mendedAt?: number | undefined;
}

/** An account whose loss stands out. */
export interface IncidentAccount extends Onset, Others {
  readonly name: string;
  /** The window end at which it was named. */
  readonly joinedAt: number;
  /** Its average revenue of a metered event, in the base currency. `null`: Togai knows too little; left out: not asked for. */
  readonly perEvent?: number | null | undefined;
  /**
   * The window end at which it was seen that the account sends nothing any more. Nobody knows
   * whether it is mended.
   */
  readonly stoppedAt?: number | undefined;
  /**
   * Once it is mended here, and loses events again in a newer incident: those from this time on are no part of this one.
   * Epoch ms.
   */
  readonly leftAt?: number | undefined;
}

export type Part = IncidentAccount | Others;

/**
 * Sums from the onset to a time. Buckets that may still be counted again are not in them: each run
 * adds them anew.
 */
export interface LossFacts {
  /** The end of the newest bucket in the sums. */
  readonly to: number;
  readonly lost: number;
  /** Settled events; a lower bound where not all of them are known. */
  readonly total: number;
  /** Lost events that are in no share, because it is not known how many events there were in all. @default 0 */
  readonly withoutTotal?: number | undefined;
  /** The end of the newest bucket with a loss. */
  readonly lastLoss: number;
  /** Settled events after that. */
  readonly totalSince: number;
  /** The longest time without a loss that more loss followed, in ms. */
  readonly longestPause: number;
  /** The end of the newest bucket that proves nothing: incomplete, healed, without names, or much of it in progress. */
  readonly unprovenTo: number;
  /** The end of the newest bucket with any settled event. */
  readonly lastSeen: number;
  /** Buckets with any settled event. */
  readonly seen: number;
}

/**
 * Why an incident is over.
 *
 * - `resolved`: the loss, or the breach, has ended
 * - `closed`: its end is not known, or nobody asks for it any more: `because` has the reason
 */
export interface IncidentEnd {
  readonly kind: 'resolved' | 'closed';
  /** The end of the loss. */
  readonly at: number;
  /** The window end at which it was seen. */
  readonly seenAt: number;
  /** For `closed`, as the end of a sentence. */
  readonly because?: string | undefined;
  /**
   * A person changed the settings, or silenced it: people who were never notified of it need no
   * end. @default false
   */
  readonly isAsked?: boolean | undefined;
  /**
   * The start and the lost events of each bucket, as counted by then. Later counts of these buckets
   * can open again.
   */
  readonly counted: readonly (readonly [start: number, events: number])[];
}

/** The last notification of a channel. */
export interface Notified {
  /** Of the last message, from 1 on. */
  readonly sequence: number;
  readonly kind: IncidentKind;
  readonly severity: Severity;
  /** The time of the run. */
  readonly at: number;
  /** When people were last notified of accounts: with `opened`, `changed` or `escalated`. */
  readonly changedAt: number;
  /** How many accounts it named then, and how many of them were mended. Left out: not known. */
  readonly named?: number | undefined;
  readonly mended?: number | undefined;
  /** How often the incident had been opened again by then. Left out: never. */
  readonly reopened?: number | undefined;
  /** The window end that the message was about. Accounts that joined or were mended later are news. */
  readonly evaluatedTo: number;
}
