import type { Alert } from './alert.ts';
import { advance, type Decision, type Patience, tell, waive, withdraw } from './decide.ts';
import { judge, type Verdict } from './judge.ts';
import { tellsFailedApart } from './metrics.ts';
import {
  alertNotification,
  enqueue,
  type Notification,
  type ToldWindow,
  takeBackEnd,
} from './notification.ts';
import type { RunSettings } from './run-settings.ts';
import type { BucketRecord, MonitorState } from './state.ts';
import { isSettled } from './status.ts';
import { summarise } from './summary.ts';
import { countWhere, mergeTallies, type StatusCounts, type Tally } from './tally.ts';
import {
  parseThresholds,
  printSubject,
  printThreshold,
  shareBase,
  subjectMatcher,
  type Threshold,
} from './threshold.ts';
import type { Range } from './time.ts';
import { endOf, type Timeline } from './timeline.ts';

/** The newest window, as it was judged. */
export interface Judged {
  readonly window: Range;
  readonly tally: Tally;
  readonly whole: boolean;
  readonly verdicts: readonly Verdict[];
}

export interface JudgeRunInput {
  readonly state: MonitorState;
  /** The end of the newest bucket before which nothing is outstanding. */
  readonly frontier: number;
  /** Buckets by their start: those counted in this run, and those from a window before the frontier on. */
  readonly known: ReadonlyMap<number, BucketRecord>;
  readonly settings: RunSettings & { readonly thresholds: readonly Threshold[] };
  readonly timeline: Timeline;
  /** The run's time, epoch ms. */
  readonly at: number;
}

/**
 * Judges every window end that has become judgeable, in order, and the newest one again, and queues what
 * is to be told: at most one message for each alert.
 */
export function judgeRun(input: JudgeRunInput): {
  readonly state: MonitorState;
  readonly newest: Judged | undefined;
} {
  const { state, frontier, settings, timeline } = input;
  const before = retire(state, settings, frontier);
  const alerts = new Map(before.map((alert) => [alert.threshold, alert]));
  let newest: Judged | undefined;
  for (const end of timeline.endsAfter(state.judgedTo, frontier)) {
    newest = judgeEnd(input, end, alerts);
    for (const [index, verdict] of newest.verdicts.entries()) {
      const threshold = settings.thresholds[index];
      if (!threshold) continue;
      const patience = patienceOf(threshold, timeline);
      const alert = advance(alerts.get(verdict.threshold), verdict, end, patience);
      alerts.set(verdict.threshold, alert);
    }
    for (const alert of alerts.values())
      alerts.set(alert.threshold, follow(alert, alerts, settings));
  }
  // Where less is known than was judged before there is nothing to show of it.
  if (!newest) return { state: { ...state, frontier }, newest };
  const told = tellAll(input, [...alerts.values()]);
  return { state: { ...state, frontier, judgedTo: frontier, ...told }, newest };
}

function judgeEnd(
  { known, settings, timeline }: JudgeRunInput,
  end: number,
  alerts: ReadonlyMap<string, Alert>,
): Judged {
  const judged = new Map<number, { window: Range; tally: Tally; whole: boolean }>();
  const judgedOver = (window: Range) => {
    const before = judged.get(window.end);
    if (before) return before;
    const records = windowRecords(known, timeline, window);
    const whole = records.every((record) => record !== undefined && !record.partial);
    const tally = mergeTallies(records.flatMap((record) => record?.tally ?? []));
    const found = { window, tally, whole };
    judged.set(window.end, found);
    return found;
  };
  const verdicts = settings.thresholds.map((threshold) => {
    const firing = alerts.get(printThreshold(threshold))?.firing;
    const firingGroups = firing?.groups ?? [];
    const { minimumEvents } = settings;
    const window = judgedOver(windowFor(threshold, timeline, end));
    return judge(threshold, window, { minimumEvents, firingGroups });
  });
  return { ...judgedOver(timeline.windowOf(end)), verdicts };
}

function patienceOf(threshold: Threshold, timeline: Timeline): Patience {
  return {
    forMinutes: threshold.forMinutes,
    calmMs: timeline.calmMs,
    windowMsAt(at) {
      const { start, end } = windowFor(threshold, timeline, at);
      return end - start;
    },
  };
}

/** What a threshold is judged over at an end. */
function windowFor({ operator }: Threshold, timeline: Timeline, end: number): Range {
  return operator.startsWith('<') ? timeline.exactWindowOf(end) : timeline.windowOf(end);
}

function windowRecords(
  known: ReadonlyMap<number, BucketRecord>,
  timeline: Timeline,
  window: Range,
): (BucketRecord | undefined)[] {
  return timeline.bucketsOf(window).map(({ start, end }) => {
    const record = known.get(start);
    // An hour that was counted while it was open is none that has ended.
    return record && endOf(record) >= end ? record : undefined;
  });
}

/** Withdraws what is no longer watched. */
function retire(
  { alerts }: MonitorState,
  settings: JudgeRunInput['settings'],
  end: number,
): Alert[] {
  const watched = new Map(settings.thresholds.map((rule) => [printThreshold(rule), rule]));
  return alerts.map((alert) => {
    const threshold = watched.get(alert.threshold);
    if (!threshold) return withdraw(alert, 'threshold removed', end);
    if (threshold.by === undefined) return alert;
    const { accounts, schemas } = settings.waived;
    return waive(alert, threshold.by === 'account' ? accounts : schemas, end);
  });
}

/** Keeps in mind which critical threshold speaks for a warning, until the warning is breached without it. */
function follow(
  alert: Alert,
  alerts: ReadonlyMap<string, Alert>,
  settings: JudgeRunInput['settings'],
): Alert {
  const threshold = thresholdOf(alert, settings);
  if (!alert.firing || !threshold) return alert;
  const critical = overruledBy(threshold, [...alerts.values()], settings);
  if (critical) return { ...alert, firing: { ...alert.firing, shadow: printThreshold(critical) } };
  if (alert.firing.breachedAt !== alert.lastEnd) return alert;
  return { ...alert, firing: { ...alert.firing, shadow: undefined, overruled: false } };
}

function tellAll(
  input: JudgeRunInput,
  alerts: readonly Alert[],
): Pick<MonitorState, 'alerts' | 'pending'> {
  const { state, settings, at } = input;
  const rules = new Map(alerts.map((alert) => [alert, thresholdOf(alert, settings)]));
  const isCritical = (alert: Alert) => rules.get(alert)?.severity === 'critical';
  let pending = state.pending;
  const kept: Alert[] = [];
  /** Critical thresholds of which people know, or will in a moment. */
  const known = new Set<string>();
  // Criticals first: whether they are told decides whether warnings are.
  const inOrder = [...alerts.filter(isCritical), ...alerts.filter((alert) => !isCritical(alert))];
  for (const before of inOrder) {
    const threshold = rules.get(before);
    if (!threshold) continue;
    const alert = known.has(shadowOf(before) ?? '') ? overrule(before) : before;
    if (alert.firing) pending = takeBackEnd(pending, alert.firing.alertId);
    const alertId = alert.firing?.alertId ?? alert.ended?.firing.alertId;
    const waiting = pending.some((entry) => entry.alertId === alertId);
    const silent = settings.muted || (alert.firing?.overruled ?? false);
    const result = tell(alert, { at, repeatMs: settings.repeatMs, silent, waiting });
    if (result.decision) {
      pending = enqueue(pending, notify(input, threshold, result.decision, alerts));
    }
    const { firing, ended } = result.alert;
    if (isCritical(before) && (firing?.told || ended?.queued)) known.add(alert.threshold);
    if (isWorthKeeping(result.alert)) kept.push(result.alert);
  }
  return { alerts: kept, pending };
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
function thresholdOf(
  alert: Alert,
  { thresholds }: JudgeRunInput['settings'],
): Threshold | undefined {
  const set = thresholds.find((threshold) => printThreshold(threshold) === alert.threshold);
  return set ?? (alert.ended ? parseThresholds(alert.threshold)[0] : undefined);
}

function isWorthKeeping({ state, ended }: Alert): boolean {
  return state !== 'ok' || ended !== undefined;
}

/**
 * While a critical threshold of a subject fires and is not ok, warnings of the same subject say nothing. One that is
 * judged by account or by schema speaks for warnings judged in the same way only: of others it says nothing.
 */
function overruledBy(
  threshold: Threshold,
  alerts: readonly Alert[],
  settings: JudgeRunInput['settings'],
): Threshold | undefined {
  if (threshold.severity === 'critical') return undefined;
  return settings.thresholds.find(
    (other) =>
      other.severity === 'critical' &&
      (other.by === undefined || other.by === threshold.by) &&
      printSubject(other.subject) === printSubject(threshold.subject) &&
      alerts.some(
        ({ firing, threshold: rule, lastEnd }) =>
          firing && firing.okEnds.at(-1) !== lastEnd && rule === printThreshold(other),
      ),
  );
}

function notify(
  input: JudgeRunInput,
  threshold: Threshold,
  decision: Decision,
  alerts: readonly Alert[],
): Notification {
  const { at, frontier } = input;
  const silenced = alerts
    .filter((alert) => shadowOf(alert) === printThreshold(threshold))
    .map((alert) => alert.threshold);
  // What is told for the first time is shown as it was when it was last breached, over or not; what was told, as it is.
  const end = decision.kind === 'fired' ? decision.firing.breachedAt : frontier;
  return alertNotification(threshold, decision, toldWindow(input, threshold, end), at, silenced);
}

function toldWindow(
  { known, settings, timeline }: JudgeRunInput,
  threshold: Threshold,
  end: number,
): ToldWindow {
  const judged = windowFor(threshold, timeline, end);
  const records = windowRecords(known, timeline, judged);
  // What is told is what was counted: an hour that was open at that end may have been counted farther since.
  const last = records.at(-1);
  const window = { ...judged, end: last ? Math.max(judged.end, endOf(last)) : judged.end };
  const matches = subjectMatcher(threshold.subject);
  const tallies = records.map((record) => record?.tally);
  const incomplete = records.some((record) => record === undefined || record.partial);
  const tally = mergeTallies(tallies.filter((part) => part !== undefined));
  const events = countWhere(tally.byStatus, matches);
  const percent = percentOf(threshold, tally.byStatus, events);
  const failedKnown = settings.counting === 'events' || tellsFailedApart(settings.thresholds);
  const { value, groups } = judge(
    threshold,
    { tally, whole: !incomplete },
    { minimumEvents: settings.minimumEvents },
  );
  return {
    window,
    value,
    groups,
    events,
    percent,
    summary: summarise(tallies, matches, incomplete, failedKnown),
  };
}

function percentOf({ subject }: Threshold, byStatus: StatusCounts, events: number): number {
  const base = countWhere(byStatus, shareBase(subject) === 'settled' ? isSettled : () => true);
  return base === 0 ? 0 : (100 * events) / base;
}
