import { keptName } from '../text/kept-name.ts';
import type { Evaluation } from '../thresholds/evaluate.ts';
import { isUpperLimit } from '../thresholds/threshold.ts';
import { HOUR_MS, MINUTE_MS } from '../timeline/time.ts';
import {
  type Alert,
  alertIdOf,
  type Ended,
  type Ending,
  type Firing,
  MAX_NOTIFIED_GROUPS,
} from './alert.ts';

/** Window ends in a row that must be ok before an alert resolves. */
const OK_ENDS_TO_RESOLVE = 3;
/** How long there may be too little traffic to evaluate before an alert is withdrawn. */
const TOO_FEW_MS = 24 * HOUR_MS;

/**
 * An alert after one more window end was evaluated. Nobody is notified yet: after an outage many ends are
 * evaluated at once, and `decideNotification` speaks once for all of them. Evaluating an end again changes nothing if the
 * evaluation is the same.
 *
 * @param forMinutes how long a threshold must be breached before its alert fires
 */
export function advance(
  before: Alert | undefined,
  evaluation: Evaluation,
  end: number,
  forMinutes: number,
): Alert {
  const alert: Alert = {
    ...(before ?? { state: 'ok' }),
    threshold: evaluation.threshold,
    lastEnd: end,
  };
  switch (evaluation.state) {
    case 'breached':
      return alert.firing
        ? keepFiring(alert, alert.firing, evaluation, end)
        : begin(alert, evaluation, end, forMinutes);
    case 'ok':
      return alert.firing ? calm(alert, alert.firing, end) : idle(alert);
    case 'insufficient':
      return alert.firing ? reason(alert, alert.firing, evaluation, end) : idle(alert);
  }
}

/** Ends what fires for another reason than that it is solved. */
export function withdraw(alert: Alert, ending: Exclude<Ending, 'resolved'>, end: number): Alert {
  if (!alert.firing) return idle(alert);
  return finish(alert, alert.firing, ending, end);
}

/** Forgets groups that are ignored now; an alert of which none is left is withdrawn. */
export function ignoreGroups(alert: Alert, ignoreLists: ReadonlySet<string>, end: number): Alert {
  const { firing } = alert;
  if (!firing || firing.groups.length === 0) return alert;
  const kept = new Set(Array.from(ignoreLists, keptName));
  const groups = firing.groups.filter((name) => !kept.has(name));
  if (groups.length === 0) return finish(alert, firing, 'group ignored', end);
  return groups.length === firing.groups.length
    ? alert
    : { ...alert, firing: { ...firing, groups } };
}

function begin(alert: Alert, evaluation: Evaluation, end: number, forMinutes: number): Alert {
  const pendingSince = alert.pendingSince ?? end;
  if (end - pendingSince < forMinutes * MINUTE_MS) {
    return { ...alert, state: 'pending', pendingSince };
  }
  // An end that nobody was notified of is taken back: one incident, one alert. An end that waited for its delivery may have
  // reached people: they are notified again that it fires.
  const reopened = alert.ended?.ending === 'resolved' ? alert.ended : undefined;
  const firing: Firing = reopened
    ? { ...reopened.firing, okEnds: [], notified: reopened.firing.notified && !reopened.queued }
    : {
        alertId: alertIdOf(evaluation.threshold, end),
        firedAt: end,
        breachedAt: end,
        severity: evaluation.severity,
        peak: evaluation.value,
        groups: [],
        notified: false,
        overruled: false,
        notifiedGroups: [],
        okEnds: [],
      };
  const ended = reopened ? undefined : alert.ended;
  return keepFiring({ ...alert, pendingSince: undefined, ended }, firing, evaluation, end);
}

function keepFiring(alert: Alert, firing: Firing, evaluation: Evaluation, end: number): Alert {
  return {
    ...alert,
    state: 'firing',
    firing: {
      ...firing,
      breachedAt: end,
      severity: evaluation.severity,
      peak: worst(firing.peak, evaluation),
      groups: evaluation.groups.slice(0, MAX_NOTIFIED_GROUPS).map(({ name }) => keptName(name)),
      okEnds: [],
      tooFewSince: undefined,
    },
  };
}

/** The value farthest beyond the limit: the largest for `>=`, the smallest for `<`. */
function worst(peak: number, evaluation: Evaluation): number {
  const { value } = evaluation;
  return isUpperLimit(evaluation) ? Math.max(peak, value) : Math.min(peak, value);
}

function calm(alert: Alert, firing: Firing, end: number): Alert {
  const okEnds = firing.okEnds.includes(end) ? firing.okEnds : [...firing.okEnds, end];
  const calmer = { ...firing, okEnds, tooFewSince: undefined };
  if (okEnds.length < OK_ENDS_TO_RESOLVE) return { ...alert, firing: calmer };
  return finish(alert, calmer, 'resolved', end);
}

function reason(alert: Alert, firing: Firing, evaluation: Evaluation, end: number): Alert {
  const tooFew = evaluation.reason === 'too few';
  const tooFewSince = firing.tooFewSince ?? (tooFew ? end : undefined);
  if (tooFew && tooFewSince !== undefined && end - tooFewSince >= TOO_FEW_MS) {
    return finish(alert, firing, 'too little traffic', end);
  }
  const okEnds = firing.okEnds.filter((okEnd) => okEnd !== end);
  return { ...alert, firing: { ...firing, okEnds, tooFewSince } };
}

/** Neither firing nor about to. */
function idle(alert: Alert): Alert {
  return { ...alert, state: 'ok', pendingSince: undefined };
}

function finish(alert: Alert, firing: Firing, ending: Ending, endedAt: number): Alert {
  const ended: Ended = { firing, endedAt, ending, queued: false };
  return { ...idle(alert), firing: undefined, ended };
}
