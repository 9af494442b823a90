import {
  type Alert,
  alertIdOf,
  digest,
  type Ended,
  type Ending,
  type Firing,
  keptName,
  MAX_TOLD_GROUPS,
} from './alert.ts';
import type { Verdict } from './judge.ts';
import { HOUR_MS, MINUTE_MS, shortTime } from './time.ts';

/** Window ends in a row that must be ok, at the least, before an alert resolves. */
const OK_ENDS_TO_RESOLVE = 3;
/** So many are enough, however short their windows: the runs may come at other minutes of the hour than they did. */
const OK_ENDS_IN_ANY_CASE = 24;
/** Groups that join are announced at most this often. */
const GREW_INTERVAL_MS = 30 * MINUTE_MS;
/** How long there may be too little traffic to judge by before an alert is withdrawn. */
const TOO_FEW_MS = 24 * HOUR_MS;

/** What people are told of an alert. */
export type AlertKind = 'fired' | 'grew' | 'reminder' | 'resolved' | 'withdrawn';

/** Something to tell, with its reason. */
export interface Decision {
  readonly kind: AlertKind;
  /** Why this is told now, in words. */
  readonly reason: string;
  readonly firing: Firing;
  readonly endedAt?: number | undefined;
  /** For `grew`: the names of the groups that joined. */
  readonly joined?: readonly string[];
}

/**
 * An alert after one more window end was judged. Nothing is told yet: after an outage many ends are judged
 * at once, and {@link tell} speaks once for all of them. Judging an end again changes nothing if the
 * verdict is the same.
 */
export function advance(
  before: Alert | undefined,
  verdict: Verdict,
  end: number,
  patience: Patience,
): Alert {
  const alert: Alert = {
    ...(before ?? { state: 'ok' }),
    threshold: verdict.threshold,
    lastEnd: end,
  };
  switch (verdict.state) {
    case 'breached':
      return alert.firing
        ? keepFiring(alert, alert.firing, verdict, end)
        : begin(alert, verdict, end, patience.forMinutes);
    case 'ok':
      return alert.firing ? calm(alert, alert.firing, end, patience) : rest(alert);
    case 'insufficient':
      return alert.firing ? doubt(alert, alert.firing, verdict, end) : rest(alert);
  }
}

/** How long it takes until a verdict is believed. */
export interface Patience {
  /** How long a threshold must be breached before its alert fires. */
  readonly forMinutes: number;
  /** How long it must be ok, from the first of those ends to the last, before it resolves. */
  readonly calmMs: number;
  /** How long the window is that ends at a time. What only a longer one showed, a shorter one does not disprove. */
  windowMsAt(end: number): number;
}

export interface TellContext {
  /** The run's time, epoch ms. */
  readonly at: number;
  /** 0: never. */
  readonly repeatMs: number;
  /** Muted, or a critical alert of the same subject speaks for this one. */
  readonly silent: boolean;
  /** An earlier message of this alert still waits for its delivery. */
  readonly waiting: boolean;
}

/** What is told of an alert in this run, if anything, and the alert that knows it was. */
export function tell(
  alert: Alert,
  context: TellContext,
): { readonly alert: Alert; readonly decision: Decision | undefined } {
  if (alert.ended && !alert.ended.queued) return tellEnd(alert, alert.ended, context);
  const decision = alert.firing && tellFiring(alert.firing, alert.lastEnd, context);
  if (!alert.firing || !decision) return { alert, decision: undefined };
  return { alert: { ...alert, firing: markTold(alert.firing, decision, context.at) }, decision };
}

/** The alert once its message has been delivered. */
export function markDelivered(alert: Alert, alertId: string, at: number): Alert {
  if (alert.ended?.queued && alert.ended.firing.alertId === alertId) {
    return { ...alert, ended: undefined };
  }
  if (alert.firing?.alertId !== alertId) return alert;
  return { ...alert, firing: { ...alert.firing, lastDeliveredAt: at } };
}

/** Ends what fires for another reason than that it is solved. */
export function withdraw(alert: Alert, ending: Exclude<Ending, 'resolved'>, end: number): Alert {
  if (!alert.firing) return rest(alert);
  return finish(alert, alert.firing, ending, end);
}

/** Forgets groups that are waived now; an alert of which none is left is withdrawn. */
export function waive(alert: Alert, waived: ReadonlySet<string>, end: number): Alert {
  const { firing } = alert;
  if (!firing || firing.groups.length === 0) return alert;
  const kept = new Set(Array.from(waived, keptName));
  const groups = firing.groups.filter((name) => !kept.has(name));
  if (groups.length === 0) return finish(alert, firing, 'group waived', end);
  return groups.length === firing.groups.length
    ? alert
    : { ...alert, firing: { ...firing, groups } };
}

function begin(alert: Alert, verdict: Verdict, end: number, forMinutes: number): Alert {
  const pendingSince = alert.pendingSince ?? end;
  if (end - pendingSince < forMinutes * MINUTE_MS) {
    return { ...alert, state: 'pending', pendingSince };
  }
  // What ended but was not told yet has not ended after all: one incident, one alert. An end that was to be delivered
  // already may have reached people for all that: they are told that it fires.
  const reopened = alert.ended?.ending === 'resolved' ? alert.ended : undefined;
  const firing: Firing = reopened
    ? { ...reopened.firing, okEnds: [], told: reopened.firing.told && !reopened.queued }
    : {
        alertId: alertIdOf(verdict.threshold, end),
        firedAt: end,
        breachedAt: end,
        severity: verdict.severity,
        peak: verdict.value,
        groups: [],
        told: false,
        overruled: false,
        toldGroups: [],
        okEnds: [],
      };
  const ended = reopened ? undefined : alert.ended;
  return keepFiring({ ...alert, pendingSince: undefined, ended }, firing, verdict, end);
}

function keepFiring(alert: Alert, firing: Firing, verdict: Verdict, end: number): Alert {
  return {
    ...alert,
    state: 'firing',
    firing: {
      ...firing,
      breachedAt: end,
      severity: verdict.severity,
      peak: worst(firing.peak, verdict),
      groups: verdict.groups.slice(0, MAX_TOLD_GROUPS).map(({ name }) => keptName(name)),
      okEnds: [],
      tooFewSince: undefined,
    },
  };
}

/** The value farthest beyond the limit: the largest for `>=`, the smallest for `<`. */
function worst(peak: number, { value, operator }: Verdict): number {
  return operator.startsWith('>') ? Math.max(peak, value) : Math.min(peak, value);
}

function calm(alert: Alert, firing: Firing, end: number, { calmMs, windowMsAt }: Patience): Alert {
  const okEnds = firing.okEnds.includes(end) ? firing.okEnds : [...firing.okEnds, end];
  const calmer = { ...firing, okEnds, tooFewSince: undefined };
  const [first = end] = okEnds;
  const isCalm = okEnds.length >= OK_ENDS_TO_RESOLVE && end - first >= calmMs;
  const longest = Math.max(...okEnds.map(windowMsAt));
  const isProof = longest >= windowMsAt(firing.breachedAt) || okEnds.length >= OK_ENDS_IN_ANY_CASE;
  if (!isCalm || !isProof) return { ...alert, firing: calmer };
  return finish(alert, calmer, 'resolved', end);
}

function doubt(alert: Alert, firing: Firing, verdict: Verdict, end: number): Alert {
  const tooFew = verdict.doubt === 'too few';
  const tooFewSince = firing.tooFewSince ?? (tooFew ? end : undefined);
  if (tooFew && tooFewSince !== undefined && end - tooFewSince >= TOO_FEW_MS) {
    return finish(alert, firing, 'too little traffic', end);
  }
  const okEnds = firing.okEnds.filter((okEnd) => okEnd !== end);
  return { ...alert, firing: { ...firing, okEnds, tooFewSince } };
}

/** Neither firing nor about to. */
function rest(alert: Alert): Alert {
  return { ...alert, state: 'ok', pendingSince: undefined };
}

function finish(alert: Alert, firing: Firing, ending: Ending, endedAt: number): Alert {
  const ended: Ended = { firing, endedAt, ending, queued: false };
  return { ...rest(alert), firing: undefined, ended };
}

function tellEnd(alert: Alert, ended: Ended, { silent }: TellContext) {
  const { firing, endedAt, ending } = ended;
  // What nobody was told of needs no end, unless it happened while nobody looked.
  const isQuiet = silent || firing.overruled || ending !== 'resolved';
  const isKnown = firing.told || firing.lastDeliveredAt !== undefined;
  if (!isKnown && isQuiet) return { alert: { ...alert, ended: undefined }, decision: undefined };
  const queued: Alert = { ...alert, ended: { ...ended, queued: true } };
  if (!firing.told && !isQuiet) {
    const reason = 'it was breached, and ok again, before anybody could be told';
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
  'group waived': 'all that it was about is waived now',
  'too little traffic': 'for 24 hours there was too little traffic to judge by',
};

function tellFiring(firing: Firing, lastEnd: number, context: TellContext): Decision | undefined {
  const { at, repeatMs, silent, waiting } = context;
  if (silent) return undefined;
  // The newest window is ok: it is about to end, so nobody is reminded of it.
  const calming = firing.okEnds.at(-1) === lastEnd;
  // Not while it is about to end: then it is told with its end, or not at all.
  if (!firing.told) {
    return calming ? undefined : { kind: 'fired', reason: whyFired(firing, lastEnd), firing };
  }
  if (waiting) return undefined;
  const joined = joinedGroups(firing);
  const grewBefore = firing.grewAt ?? Number.NEGATIVE_INFINITY;
  if (joined.length > 0 && at - grewBefore >= GREW_INTERVAL_MS) {
    return { kind: 'grew', reason: 'others crossed the limit too', firing, joined };
  }
  const last = firing.lastDeliveredAt;
  if (!calming && repeatMs > 0 && last !== undefined && at - last >= repeatMs) {
    return { kind: 'reminder', reason: 'it still fires', firing };
  }
  return undefined;
}

function whyFired({ breachedAt, lastDeliveredAt }: Firing, lastEnd: number): string {
  if (breachedAt !== lastEnd) {
    return `the threshold was breached at ${shortTime(breachedAt)} UTC, and what came after cannot be judged`;
  }
  return lastDeliveredAt === undefined
    ? 'the threshold is breached'
    : 'the threshold is breached again; that this alert had ended may have been told';
}

function joinedGroups({ groups, toldGroups }: Firing): string[] {
  const room = MAX_TOLD_GROUPS - toldGroups.length;
  return groups.filter((name) => !toldGroups.includes(digest(name))).slice(0, room);
}

function markTold(firing: Firing, { kind }: Decision, at: number): Firing {
  const toldGroups = [...firing.toldGroups, ...joinedGroups(firing).map(digest)];
  return { ...firing, told: true, toldGroups, grewAt: kind === 'reminder' ? firing.grewAt : at };
}
