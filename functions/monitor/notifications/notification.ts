import type { Explanation, FailureKind, Incident, IncidentKind } from '../incidents/incident.ts';
import type { Onset } from '../incidents/onset.ts';
import type { Operator, Severity, Unit } from '../thresholds/threshold.ts';
import type { Range } from '../timeline/time.ts';
import type { Summary } from './window-summary.ts';

export type NotificationKind = IncidentKind | 'notice' | 'test';

export type NoticeTopic = 'watching' | 'digest' | 'gap' | 'silence';

/** One message, as facts. Times are epoch ms. */
export interface Notification {
  /** For deduplication: the same for the same message. `u-7k2f.2.resolved.critical` */
  readonly id: string;
  readonly kind: NotificationKind;
  /** The time of the run that decided it. */
  readonly at: number;
  readonly severity: Severity;
  /** The same for all messages of an incident; `undefined` for a notice and a test. */
  readonly incidentId?: string | undefined;
  /** Of the message within its incident and channel, from 1 on; 1 for a notice and a test. */
  readonly sequence: number;
  /** Why people are notified now; for messages of the monitor itself the problem and the next step. Whole sentences. */
  readonly reason: string;
  /** The parts of an SMS of a notice, the most urgent first. @default the lines of the reason */
  readonly brief?: readonly string[] | undefined;
  /** Of an incident about usage events. */
  readonly about?: IncidentFacts | undefined;
  /** Of an incident about the monitor itself. */
  readonly failure?: FailureFacts | undefined;
  /** Of a notice. */
  readonly topic?: NoticeTopic | undefined;
  /** The range that a notice is about. */
  readonly range?: Range | undefined;
}

interface FailureFacts {
  readonly kind: FailureKind;
  readonly onset: number;
  readonly endedAt?: number | undefined;
  /** Nothing is counted while it lasts, so no account is watched. @default false */
  readonly isBlind?: boolean | undefined;
}

/** An incident as a message shows it. */
export interface IncidentFacts extends Onset {
  /** As rules write it: `unmetered`, `INGESTION_FAILED_*`. */
  readonly subject: string;
  readonly nature: 'loss' | 'level';
  /** The rule that it breaches, the most severe one. */
  readonly threshold: string;
  readonly by: 'account' | 'schema' | undefined;
  readonly operator: Operator;
  readonly limit: number;
  readonly unit: Unit;
  /** Of the rule over the window that the message shows, in its unit. */
  readonly value: number;
  /** The worst value so far. */
  readonly worst: number;
  /** The value of a level when it passed its limit. Left out where it is not known. */
  readonly firstValue?: number | undefined;
  /** The events that the rule counts in that window, their share in percent, and the events that it is a share of. */
  readonly events: number;
  readonly percent: number;
  readonly base: number;
  readonly window: Range;
  readonly endedAt?: number | undefined;
  /** For `resolved` and `closed`. */
  readonly ended?:
    | { readonly kind: 'resolved' | 'closed'; readonly because?: string | undefined }
    | undefined;
  /** It had ended, and has begun again. */
  readonly isAgain: boolean;
  /**
   * All events lost since the onset, and all settled events of the accounts that lost them, each
   * until its end; for a level 0.
   */
  readonly lost: number;
  readonly total: number;
  /** The named accounts, those with the greatest loss first; at most 25. */
  readonly accounts: readonly AccountFacts[];
  /** Named accounts beyond those, and their loss. */
  readonly moreAccounts: number;
  readonly moreLost: number;
  /** Lost events of accounts that are not named. */
  readonly othersLost: number;
  /** For a level by account or schema: the names that breach; at most 10. */
  readonly groups: readonly string[];
  /** Events lost in the newest ten minutes, and in the ten before; left out where a longer count hides it. */
  readonly lately?: { readonly now: number; readonly before: number } | undefined;
  /** Whether events were lost in the newest ten minutes; left out where it is not known. */
  readonly goesOn?: boolean | undefined;
  /** Settled events since the last loss: the proof that it is over. */
  readonly since: number;
  /** An estimate of the worth of the lost events; left out where it is not known. */
  readonly worth?: Worth | undefined;
  /** When the first pricing cycle of an account with a loss closes. */
  readonly cycleEnd?: number | undefined;
  /** Accounts without a loss in the window, and their events; `null` where they are not known. */
  readonly unaffected: { readonly accounts: number; readonly events: number } | null;
  /** Other facts of the window: statuses, schemas, samples. */
  readonly summary: Summary;
  /** Why events of it are not billed, as far as samples show. */
  readonly why: readonly Explanation[];
  /** The silences of its parts. Silenced events are in no number of this message. @default none */
  readonly silenced?: readonly SilenceFacts[] | undefined;
  /** Other incidents that are open, and the greatest of them; left out where there is none. */
  readonly stillOpen?: ({ readonly count: number; readonly whose: string } & Onset) | undefined;
}

/** Each lost event counts as much as its account's own average. */
export interface Worth {
  /** In the base currency of Togai, unrounded. */
  readonly amount: number;
  /** How many named accounts it is known of, and how many there are. */
  readonly accounts: number;
  readonly of: number;
}

export interface SilenceFacts {
  /** An account, or `reminders`. */
  readonly what: string;
  readonly until: number;
  readonly by: string;
}

export interface AccountFacts extends Onset {
  /** In its whole length. */
  readonly name: string;
  readonly lost: number;
  /** `null` where it is not known. */
  readonly total: number | null;
  readonly endedAt?: number | undefined;
  /** It sends nothing any more. */
  readonly stoppedAt?: number | undefined;
  /** It joined, or was mended, since the message before. */
  readonly isNews: boolean;
}

/**
 * The id of a message about an incident: the same when it is delivered twice. Where nobody knows
 * whether an end was delivered, the end after a new beginning may have the same sequence.
 */
export function notificationId(
  { id, severity, reopened }: Pick<Incident, 'id' | 'severity' | 'reopened'>,
  sequence: number,
  kind: NotificationKind,
): string {
  const parts = [id, sequence, kind, severity];
  return (reopened > 0 ? [...parts, reopened] : parts).join('.');
}
