import type { Firing } from '../incidents/alert.ts';
import { compactTime } from '../incidents/alert.ts';
import type { AlertKind, Decision } from '../incidents/when-to-notify.ts';
import { keptName } from '../text/kept-name.ts';
import { cutAt } from '../text/text.ts';
import type { BreachedGroup } from '../thresholds/evaluate.ts';
import {
  type Operator,
  printSubject,
  printThreshold,
  type Severity,
  type Threshold,
  type Unit,
} from '../thresholds/threshold.ts';
import type { Range } from '../timeline/time.ts';
import type { Summary } from './window-summary.ts';

/** The kinds of notification about the monitor itself. */
export type MonitorKind = 'failing' | 'recovered' | 'gap' | 'test';
export type NotificationKind = AlertKind | MonitorKind;

const MAX_GROUPS = 10;
const MAX_NAME = 120;

/** One message, as facts. It is stored until its delivery, and rendered only then. */
export interface Notification {
  /** For deduplication: the same for the same message. */
  readonly id: string;
  /** The same from fired to resolved. */
  readonly alertId: string;
  readonly kind: NotificationKind;
  /** The time of the run that decided it, epoch ms. */
  readonly at: number;
  readonly severity: Severity;
  /** Why people are notified now. For messages of the monitor itself: the problem and the next step. */
  readonly reason: string;
  /** Of an alert. */
  readonly about?: AlertFacts;
  /** The range that a gap is about. */
  readonly range?: Range;
}

export interface AlertFacts {
  readonly threshold: string;
  readonly subject: string;
  readonly by: Threshold['by'];
  readonly value: number;
  readonly operator: Operator;
  readonly limit: number;
  readonly unit: Unit;
  /** The events that the threshold counts, and their share in percent. */
  readonly events: number;
  readonly percent: number;
  readonly peak: number;
  /** Those that breached, most events first, at most ten. */
  readonly groups: readonly BreachedGroup[];
  readonly moreGroups: number;
  /** Where none breaches in this window: the names of those that did at the last breach, at most ten; long ones by {@link keptName}. */
  readonly earlierGroups: readonly string[];
  /** The groups that breach since the notification before, at most ten. */
  readonly joined: readonly string[];
  readonly moreJoined: number;
  readonly window: Range;
  readonly firedAt: number;
  readonly resolvedAt: number | undefined;
  readonly summary: Summary;
  /** Warnings of the same subject that this message covers. */
  readonly speaksFor: readonly string[];
}

/** The numbers of a threshold over the window that its message shows. */
export interface NotifiedWindow {
  readonly window: Range;
  readonly value: number;
  readonly groups: readonly BreachedGroup[];
  readonly events: number;
  readonly percent: number;
  readonly summary: Summary;
}

export function alertNotification(
  threshold: Threshold,
  decision: Decision,
  notified: NotifiedWindow,
  at: number,
  speaksFor: readonly string[],
): Notification {
  const { firing, kind, joined = [] } = decision;
  const shown = notified.groups.slice(0, MAX_GROUPS);
  const wholeNames = new Map(
    notified.groups.map(({ name }) => [keptName(name), cutAt(name, MAX_NAME)]),
  );
  return {
    id: notificationId(firing, kind, at),
    alertId: firing.alertId,
    kind,
    at,
    severity: threshold.severity,
    reason: decision.reason,
    about: {
      threshold: printThreshold(threshold),
      subject: printSubject(threshold.subject),
      by: threshold.by,
      operator: threshold.operator,
      limit: threshold.limit,
      unit: threshold.unit,
      peak: firing.peak,
      moreGroups: notified.groups.length - shown.length,
      earlierGroups: notified.groups.length > 0 ? [] : firing.groups.slice(0, MAX_GROUPS),
      joined: joined.slice(0, MAX_GROUPS).map((name) => wholeNames.get(name) ?? name),
      moreJoined: Math.max(joined.length - MAX_GROUPS, 0),
      firedAt: firing.firedAt,
      resolvedAt: decision.endedAt,
      speaksFor,
      ...notified,
      groups: shown.map((group) => ({ ...group, name: cutAt(group.name, MAX_NAME) })),
    },
  };
}

/** A message of the monitor itself. */
export function monitorNotification(
  kind: MonitorKind,
  alertId: string,
  at: number,
  reason: string,
  range?: Range,
): Notification {
  const severity = kind === 'failing' || kind === 'gap' ? 'critical' : 'warning';
  const id = `${alertId}.${kind}.${compactTime(at)}`;
  return { id, alertId, kind, at, severity, reason: cutAt(reason, 1_000), ...(range && { range }) };
}

export function notificationId(
  { alertId }: Pick<Firing, 'alertId'>,
  kind: NotificationKind,
  at: number,
): string {
  return `${alertId}.${kind}.${compactTime(at)}`;
}
