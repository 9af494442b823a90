import { digest } from '../text/digest.ts';
import { MINUTE_MS, shortTime } from '../timeline/time.ts';
import { type Alert, type Ended, type Ending, type Firing, MAX_NOTIFIED_GROUPS } from './alert.ts';
import { isReminderDue } from './reminder.ts';

/** Groups that join are announced at most this often. */
const GREW_INTERVAL_MS = 30 * MINUTE_MS;

/** The kinds of notification about an alert. */
export type AlertKind = 'fired' | 'grew' | 'reminder' | 'resolved' | 'withdrawn';

/** A notification to send, with its reason. */
export interface Decision {
  readonly kind: AlertKind;
  /** Why people are notified now, in words. */
  readonly reason: string;
  readonly firing: Firing;
  readonly endedAt?: number | undefined;
  /** For `grew`: the names of the groups that joined. */
  readonly joined?: readonly string[];
}

export interface NotifyContext {
  /** The run's time, epoch ms. */
  readonly scheduledTime: number;
  /** 0: never. */
  readonly repeatMs: number;
  /** Muted, or a critical alert of the same subject speaks for this one. */
  readonly silent: boolean;
  /** An earlier message of this alert still waits for its delivery. */
  readonly waiting: boolean;
}

/** The notification of an alert in this run, if there is one, and the alert that remembers it. */
export function decideNotification(
  alert: Alert,
  context: NotifyContext,
): { readonly alert: Alert; readonly decision: Decision | undefined } {
  if (alert.ended && !alert.ended.queued) return decideAfterEnd(alert, alert.ended, context);
  const decision = alert.firing && decideWhileFiring(alert.firing, alert.lastEnd, context);
  if (!alert.firing || !decision) return { alert, decision: undefined };
  return {
    alert: { ...alert, firing: markNotified(alert.firing, decision, context.scheduledTime) },
    decision,
  };
}

/** The alert once its message has been delivered. */
export function markDelivered(alert: Alert, alertId: string, at: number): Alert {
  if (alert.ended?.queued && alert.ended.firing.alertId === alertId) {
    return { ...alert, ended: undefined };
  }
  if (alert.firing?.alertId !== alertId) return alert;
  return { ...alert, firing: { ...alert.firing, lastDeliveredAt: at } };
}

function decideAfterEnd(alert: Alert, ended: Ended, { silent }: NotifyContext) {
  const { firing, endedAt, ending } = ended;
  // No `resolved` for an alert that was never notified, except after an outage: then one message has its beginning and its end.
  const isQuiet = silent || firing.overruled || ending !== 'resolved';
  const isKnown = firing.notified || firing.lastDeliveredAt !== undefined;
  if (!isKnown && isQuiet) return { alert: { ...alert, ended: undefined }, decision: undefined };
  const queued: Alert = { ...alert, ended: { ...ended, queued: true } };
  if (!firing.notified && !isQuiet) {
    const reason = 'it was breached, and ok again, before anybody could be notified';
    return { alert: queued, decision: { kind: 'fired' as const, reason, firing, endedAt } };
  }
  const decision: Decision =
    ending === 'resolved'
      ? {
          kind: 'resolved',
          reason: `${firing.okEnds.length} windows in a row are ok`,
          firing,
          endedAt,
        }
      : { kind: 'withdrawn', reason: WITHDRAWN[ending], firing, endedAt };
  return { alert: queued, decision };
}

const WITHDRAWN: Readonly<Record<Exclude<Ending, 'resolved'>, string>> = {
  'threshold removed': 'its threshold was removed or changed',
  'group ignored': 'all that it was about is ignored now',
  'too little traffic': 'for 24 hours there was too little traffic to evaluate',
};

function decideWhileFiring(
  firing: Firing,
  lastEnd: number,
  context: NotifyContext,
): Decision | undefined {
  const { scheduledTime, repeatMs, silent, waiting } = context;
  if (silent) return undefined;
  // The newest window is ok: it is about to end, so nobody is reminded of it.
  const calming = firing.okEnds.at(-1) === lastEnd;
  // Not while it is about to end: then one message has its end as well, or there is none.
  if (!firing.notified) {
    return calming ? undefined : { kind: 'fired', reason: whyFired(firing, lastEnd), firing };
  }
  if (waiting) return undefined;
  const joined = joinedGroups(firing);
  const grewBefore = firing.grewAt ?? Number.NEGATIVE_INFINITY;
  if (joined.length > 0 && scheduledTime - grewBefore >= GREW_INTERVAL_MS) {
    return { kind: 'grew', reason: 'others breached the limit too', firing, joined };
  }
  if (!calming && isReminderDue(firing.lastDeliveredAt, scheduledTime, repeatMs)) {
    return { kind: 'reminder', reason: 'it still fires', firing };
  }
  return undefined;
}

function whyFired({ breachedAt, lastDeliveredAt }: Firing, lastEnd: number): string {
  if (breachedAt !== lastEnd) {
    return `the threshold was breached at ${shortTime(breachedAt)} UTC, and what came after cannot be evaluated`;
  }
  return lastDeliveredAt === undefined
    ? 'the threshold is breached'
    : 'the threshold is breached again; people may have been notified of its end';
}

function joinedGroups({ groups, notifiedGroups }: Firing): string[] {
  const room = MAX_NOTIFIED_GROUPS - notifiedGroups.length;
  return groups.filter((name) => !notifiedGroups.includes(digest(name))).slice(0, room);
}

function markNotified(firing: Firing, { kind }: Decision, at: number): Firing {
  const notifiedGroups = [...firing.notifiedGroups, ...joinedGroups(firing).map(digest)];
  return {
    ...firing,
    notified: true,
    notifiedGroups,
    grewAt: kind === 'reminder' ? firing.grewAt : at,
  };
}
