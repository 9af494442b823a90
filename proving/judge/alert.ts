import { HOUR, MINUTE } from '../world/scenario.ts';
import { type Threshold, thresholdText } from '../world/world-settings.ts';
import type { Evaluation } from './evaluation.ts';

/** An alert resolves after so many ends in a row that are ok. */
const OK_ENDS = 3;
/** An alert without enough events for so long is withdrawn. */
const TOO_FEW_FOR = 24 * HOUR;

/** One firing of a threshold, from the window end at which it began. */
export interface Firing {
  readonly firedAt: number;
  /** The newest end that was breached. */
  breachedAt: number;
  groups: readonly string[];
  /** The groups that messages have named. */
  readonly notifiedGroups: Set<string>;
  notified: boolean;
  /** The critical threshold that covers this one. */
  coveredBy: string | undefined;
  /** People were notified of that critical alert, and so not of this one. */
  isCovered: boolean;
  /** The ends that were ok since the breach, in the order of their evaluation. */
  okEnds: number[];
  tooFewSince: number | undefined;
  deliveredAt: number | undefined;
  announcedAt: number | undefined;
}

interface Ending {
  readonly firing: Firing;
  readonly at: number;
  readonly kind: 'resolved' | 'withdrawn';
  /** A message about the end was in the outbox, and may have been delivered unseen. */
  queued: boolean;
}

/** A threshold over time. */
export interface Alert {
  readonly threshold: Threshold;
  readonly name: string;
  /** The newest end that was evaluated. */
  lastEnd: number;
  pendingSince: number | undefined;
  firing: Firing | undefined;
  ending: Ending | undefined;
}

export function newAlert(threshold: Threshold): Alert {
  return {
    threshold,
    name: thresholdText(threshold),
    lastEnd: 0,
    pendingSince: undefined,
    firing: undefined,
    ending: undefined,
  };
}

/** The newest end is ok: the alert is about to resolve. */
export function isResolving({ lastEnd }: Alert, { okEnds }: Firing): boolean {
  return okEnds.at(-1) === lastEnd;
}

/** The threshold is breached at an end. */
export function advanceBreached(alert: Alert, { groups }: Evaluation, end: number): void {
  if (!alert.firing) {
    alert.pendingSince ??= end;
    if (end - alert.pendingSince < alert.threshold.forMinutes * MINUTE) return;
    alert.pendingSince = undefined;
    alert.firing = reopened(alert) ?? newFiring(end, groups);
  }
  const { firing } = alert;
  firing.breachedAt = end;
  firing.groups = groups;
  firing.okEnds = [];
  firing.tooFewSince = undefined;
}

/** An alert whose end was not stored as delivered has not ended. People may know of the end, so they are notified anew. */
function reopened(alert: Alert): Firing | undefined {
  if (alert.ending?.kind !== 'resolved') return undefined;
  const { firing, queued } = alert.ending;
  alert.ending = undefined;
  if (queued) firing.notified = false;
  return firing;
}

function newFiring(end: number, groups: readonly string[]): Firing {
  return {
    firedAt: end,
    breachedAt: end,
    groups,
    notifiedGroups: new Set(),
    notified: false,
    coveredBy: undefined,
    isCovered: false,
    okEnds: [],
    tooFewSince: undefined,
    deliveredAt: undefined,
    announcedAt: undefined,
  };
}

/** The threshold is ok at an end, or there are not enough data. */
export function advanceNotBreached(alert: Alert, { state, tooFew }: Evaluation, end: number): void {
  const { firing } = alert;
  alert.pendingSince = undefined;
  if (!firing) return;
  if (state === 'ok') {
    firing.tooFewSince = undefined;
    if (!firing.okEnds.includes(end)) firing.okEnds.push(end);
    if (firing.okEnds.length >= OK_ENDS) endAlert(alert, firing, 'resolved', end);
    return;
  }
  if (tooFew) firing.tooFewSince ??= end;
  firing.okEnds = firing.okEnds.filter((okEnd) => okEnd !== end);
  const lasting = firing.tooFewSince !== undefined && end - firing.tooFewSince >= TOO_FEW_FOR;
  if (tooFew && lasting) endAlert(alert, firing, 'withdrawn', end);
}

function endAlert(alert: Alert, firing: Firing, kind: Ending['kind'], at: number): void {
  alert.firing = undefined;
  alert.ending = { firing, at, kind, queued: false };
}
