import type { BucketRecord } from '../events/bucket-record.ts';
import { mergeCounts } from '../events/merge-counts.ts';
import { type Alert, isWorthKeeping } from '../incidents/alert.ts';
import { type Decision, decideNotification } from '../incidents/when-to-notify.ts';
import { evaluate } from '../thresholds/evaluate.ts';
import { parseThresholds } from '../thresholds/grammar.ts';
import { shareOf } from '../thresholds/share.ts';
import { printThreshold, subjectMatcher, type Threshold } from '../thresholds/threshold.ts';
import { recordsIn, windowFor } from '../thresholds/window.ts';
import { endOf, type Timeline } from '../timeline/timeline.ts';
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
  /** The failed events of each account and schema are counted by themselves. */
  readonly failedKnown: boolean;
}

export interface NotifyInput {
  /** As they are after the newest window end. */
  readonly alerts: readonly Alert[];
  readonly outbox: readonly Notification[];
  /** The newest window end that was evaluated, epoch ms. */
  readonly watermark: number;
  readonly known: ReadonlyMap<number, BucketRecord>;
  readonly options: NotifyOptions;
  readonly timeline: Timeline;
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
  { known, options, timeline }: NotifyInput,
  threshold: Threshold,
  end: number,
): NotifiedWindow {
  const evaluated = windowFor(threshold, timeline, end);
  const records = recordsIn(known, timeline, evaluated);
  // An hour that was open at that end may have been counted farther since: the message says how far its counts reach.
  const last = records.at(-1);
  const window = { ...evaluated, end: last ? Math.max(evaluated.end, endOf(last)) : evaluated.end };
  const matches = subjectMatcher(threshold.subject);
  const bucketCounts = records.map((record) => record?.counts);
  const incomplete = records.some((record) => record === undefined || record.partial);
  const counts = mergeCounts(bucketCounts.filter((part) => part !== undefined));
  const { events, percent } = shareOf(threshold.subject, counts.byStatus);
  const { value, groups } = evaluate(
    threshold,
    { counts, whole: !incomplete },
    { minimumEvents: options.minimumEvents },
  );
  return {
    window,
    value,
    groups,
    events,
    percent,
    summary: summarise(bucketCounts, matches, incomplete, options.failedKnown),
  };
}
