import type { Pieces } from '../events/pieces.ts';
import { type Alert, isWorthKeeping } from '../incidents/alert.ts';
import { type Decision, decideNotification } from '../incidents/when-to-notify.ts';
import { evaluate } from '../thresholds/evaluate.ts';
import { parseThresholds } from '../thresholds/grammar.ts';
import { shareOf } from '../thresholds/share.ts';
import { printThreshold, subjectMatcher, type Threshold } from '../thresholds/threshold.ts';
import { windowAt } from '../thresholds/window.ts';
import { alertNotification, type Notification, type NotifiedWindow } from './notification.ts';
import { enqueue, takeBackEnd } from './outbox.ts';
import { summarise } from './window-summary.ts';

/** The settings that notifying needs. */
interface NotifyOptions {
  readonly thresholds: readonly Threshold[];
  readonly minimumEvents: number;
  /** How often people are reminded; 0: never. */
  readonly repeatMs: number;
  /** Nobody is notified of any alert. */
  readonly muted: boolean;
}

export interface NotifyInput {
  /** As they are after the newest window end. */
  readonly alerts: readonly Alert[];
  readonly outbox: readonly Notification[];
  /** The newest window end that was evaluated, epoch ms. */
  readonly watermark: number;
  readonly counted: Pieces;
  readonly windowMs: number;
  readonly options: NotifyOptions;
  /** Of the run, epoch ms. */
  readonly scheduledTime: number;
}

/** Decides for each alert whether people are notified, and puts at most one message of each into the outbox. */
export function notifyAlerts(input: NotifyInput): Pick<NotifyInput, 'alerts' | 'outbox'> {
  const { alerts, options, scheduledTime } = input;
  const rules = new Map(alerts.map((alert) => [alert, thresholdOf(alert, options)]));
  const isCritical = (alert: Alert) => rules.get(alert)?.severity === 'critical';
  let outbox = input.outbox;
  const kept: Alert[] = [];
  /** Critical thresholds that people were notified of, or will be in a moment. */
  const known = new Set<string>();
  // Criticals first: a warning is notified only if the critical alert that covers it is not.
  const inOrder = [...alerts.filter(isCritical), ...alerts.filter((alert) => !isCritical(alert))];
  for (const before of inOrder) {
    const threshold = rules.get(before);
    if (!threshold) continue;
    const alert = known.has(shadowOf(before) ?? '') ? overrule(before) : before;
    if (alert.firing) outbox = takeBackEnd(outbox, alert.firing.alertId);
    const alertId = alert.firing?.alertId ?? alert.ended?.firing.alertId;
    const waiting = outbox.some((entry) => entry.alertId === alertId);
    const silent = options.muted || (alert.firing?.overruled ?? false);
    const result = decideNotification(alert, {
      scheduledTime,
      repeatMs: options.repeatMs,
      silent,
      waiting,
    });
    if (result.decision) {
      outbox = enqueue(outbox, notificationOf(input, threshold, result.decision));
    }
    const { firing, ended } = result.alert;
    if (isCritical(before) && (firing?.notified || ended?.queued)) known.add(alert.threshold);
    if (isWorthKeeping(result.alert)) kept.push(result.alert);
  }
  return { alerts: kept, outbox };
}

function shadowOf({ firing, ended }: Alert): string | undefined {
  return firing?.shadow ?? ended?.firing.shadow;
}

function overrule(alert: Alert): Alert {
  const { firing, ended } = alert;
  return {
    ...alert,
    ...(firing && { firing: { ...firing, overruled: true } }),
    ...(ended && { ended: { ...ended, firing: { ...ended.firing, overruled: true } } }),
  };
}

/** The rule of an alert: as it is set, or as it was when it has been removed since. */
function thresholdOf(alert: Alert, { thresholds }: NotifyOptions): Threshold | undefined {
  const set = thresholds.find((threshold) => printThreshold(threshold) === alert.threshold);
  return set ?? (alert.ended ? parseThresholds(alert.threshold)[0] : undefined);
}

function notificationOf(
  input: NotifyInput,
  threshold: Threshold,
  decision: Decision,
): Notification {
  const { alerts, scheduledTime, watermark } = input;
  const silenced = alerts
    .filter((alert) => shadowOf(alert) === printThreshold(threshold))
    .map((alert) => alert.threshold);
  // The first notification shows the window of the last breach, over or not; later ones show the current window.
  const end = decision.kind === 'fired' ? decision.firing.breachedAt : watermark;
  return alertNotification(
    threshold,
    decision,
    notifiedWindow(input, threshold, end),
    scheduledTime,
    silenced,
  );
}

function notifiedWindow(
  { counted, windowMs, options }: NotifyInput,
  threshold: Threshold,
  end: number,
): NotifiedWindow {
  const { window, pieces, counts, whole } = windowAt(counted, end, windowMs);
  const { events, percent } = shareOf(threshold.subject, counts.byStatus, counts.inProgressOf);
  const { minimumEvents } = options;
  const { value, groups } = evaluate(threshold, { counts, whole }, { minimumEvents });
  const summary = summarise(counts, pieces, {
    matches: subjectMatcher(threshold.subject),
    incomplete: !whole,
  });
  return { window, value, groups, events, percent, summary };
}
