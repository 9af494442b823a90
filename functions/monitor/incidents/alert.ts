import { digest } from '../text/digest.ts';
import type { Severity } from '../thresholds/threshold.ts';
import { isoTime } from '../timeline/time.ts';

/** A threshold's state over time: `ok` → `pending` → `firing` → `ok`. Times are epoch ms. */
export interface Alert {
  /** The threshold's one spelling. */
  readonly threshold: string;
  readonly state: 'ok' | 'pending' | 'firing';
  /** The newest window end that was evaluated. */
  readonly lastEnd: number;
  /** While pending: the first window end at which it was breached. */
  readonly pendingSince?: number | undefined;
  /** While firing. */
  readonly firing?: Firing | undefined;
  /** A firing that has ended, until people have been notified of its end or need not be. */
  readonly ended?: Ended | undefined;
}

/** One firing, from the window end at which it began. */
export interface Firing {
  /** The same from fired to resolved. */
  readonly alertId: string;
  readonly firedAt: number;
  /** The newest window end at which the threshold was breached. */
  readonly breachedAt: number;
  readonly severity: Severity;
  /** The largest value so far, in the threshold's unit. */
  readonly peak: number;
  /** The groups that breached at the newest breach, by {@link keptName}. At most {@link MAX_NOTIFIED_GROUPS}. */
  readonly groups: readonly string[];
  /** Whether people were notified that it fires, or the message is on its way. */
  readonly notified: boolean;
  /** The critical threshold of the same subject that speaks for it, as long as nothing else has happened since. */
  readonly shadow?: string | undefined;
  /** People were notified of that critical, and so of this alert. */
  readonly overruled: boolean;
  /** When a message of it was last delivered, by the time of that run. */
  readonly lastDeliveredAt?: number | undefined;
  /** Digests of the names of groups that people were notified of. At most {@link MAX_NOTIFIED_GROUPS}. */
  readonly notifiedGroups: readonly string[];
  /** When groups that joined were last announced, by the time of that run. */
  readonly grewAt?: number | undefined;
  /** Window ends since the last breach that were ok, one after the other. */
  readonly okEnds: readonly number[];
  /** Since when there is too little traffic to evaluate. */
  readonly tooFewSince?: number | undefined;
}

export type Ending = 'resolved' | 'threshold removed' | 'group ignored' | 'too little traffic';

export interface Ended {
  readonly firing: Firing;
  readonly endedAt: number;
  readonly ending: Ending;
  /** The message is decided and waits for its delivery. */
  readonly queued: boolean;
}

/** Whether an alert has anything to remember: it is pending, it fires, or its end still has to reach people. */
export function isWorthKeeping({ state, ended }: Pick<Alert, 'state' | 'ended'>): boolean {
  return state !== 'ok' || ended !== undefined;
}

export const MAX_NOTIFIED_GROUPS = 50;

/** `a3f9c2-20261121T0930`: names the threshold and when it began, and is the same for every run that finds it. */
export function alertIdOf(threshold: string, firedAt: number): string {
  return `${digest(threshold)}-${compactTime(firedAt)}`;
}

/** `20261121T0930`, UTC. */
export function compactTime(time: number): string {
  return isoTime(time).slice(0, 16).replace(/[-:]/g, '');
}
