import type { Counts, IgnoreLists } from '../events/counts.ts';
import type { Pieces } from '../events/pieces.ts';
import { type Evaluation, evaluate } from '../thresholds/evaluate.ts';
import { printSubject, printThreshold, type Threshold } from '../thresholds/threshold.ts';
import { windowAt } from '../thresholds/window.ts';
import type { Range } from '../timeline/time.ts';
import { advance, ignoreGroups, withdraw } from './advance-alert.ts';
import type { Alert } from './alert.ts';

/** The newest window, as it was evaluated. */
export interface EvaluatedWindow {
  readonly window: Range;
  readonly counts: Counts;
  /** All of it was counted completely. */
  readonly whole: boolean;
  readonly evaluations: readonly Evaluation[];
}

/** What evaluating must know of the settings. */
export interface EvaluationOptions {
  readonly thresholds: readonly Threshold[];
  /** The smallest number of events that a percentage is taken of. */
  readonly minimumEvents: number;
  readonly ignoreLists: IgnoreLists;
}

export interface AdvanceInput {
  readonly alerts: readonly Alert[];
  /** The newest window end that was evaluated before, epoch ms; `undefined` in the first run ever. */
  readonly evaluatedTo: number | undefined;
  /** The end of the newest bucket before which nothing is outstanding, epoch ms. */
  readonly watermark: number;
  /** What was counted in this run, and earlier from a window before the watermark on. */
  readonly counted: Pieces;
  readonly windowMs: number;
  readonly options: EvaluationOptions;
}

/**
 * Evaluates every window end that can be evaluated by now, in order, and the newest one again.
 *
 * @returns the alerts after that; `newest` is `undefined` if less is known than was evaluated before, and then no alert changed
 */
export function advanceAlerts(input: AdvanceInput): {
  readonly alerts: readonly Alert[];
  readonly newest: EvaluatedWindow | undefined;
} {
  const { options } = input;
  const alerts = new Map(retire(input).map((alert) => [alert.threshold, alert]));
  let newest: EvaluatedWindow | undefined;
  for (const end of endsIn(input)) {
    newest = evaluateEnd(input, end, alerts);
    for (const [index, evaluation] of newest.evaluations.entries()) {
      const threshold = options.thresholds[index];
      if (!threshold) continue;
      const { forMinutes } = threshold;
      const alert = advance(alerts.get(evaluation.threshold), evaluation, end, forMinutes);
      alerts.set(evaluation.threshold, alert);
    }
    for (const alert of alerts.values())
      alerts.set(alert.threshold, follow(alert, alerts, options));
  }
  return newest ? { alerts: [...alerts.values()], newest } : { alerts: input.alerts, newest };
}

/** The window ends that are due for evaluation: those after the newest one so far, and that one again where there is none. */
function endsIn({ evaluatedTo, watermark, counted }: AdvanceInput): number[] {
  if (evaluatedTo === undefined || evaluatedTo === watermark) return [watermark];
  const ends = counted.list.map(({ end }) => end);
  return ends.filter((end) => end > evaluatedTo && end <= watermark);
}

function evaluateEnd(
  { counted, windowMs, options }: AdvanceInput,
  end: number,
  alerts: ReadonlyMap<string, Alert>,
): EvaluatedWindow {
  const window = windowAt(counted, end, windowMs);
  const { minimumEvents } = options;
  const evaluations = options.thresholds.map((threshold) => {
    const firingGroups = alerts.get(printThreshold(threshold))?.firing?.groups ?? [];
    return evaluate(threshold, window, { minimumEvents, firingGroups });
  });
  return { ...window, evaluations };
}

/** Withdraws the alerts of thresholds that were removed, and of accounts and schemas that are ignored now. */
function retire({ alerts, options, watermark }: AdvanceInput): Alert[] {
  const watched = new Map(options.thresholds.map((rule) => [printThreshold(rule), rule]));
  return alerts.map((alert) => {
    const threshold = watched.get(alert.threshold);
    if (!threshold) return withdraw(alert, 'threshold removed', watermark);
    if (threshold.by === undefined) return alert;
    const { accounts, schemas } = options.ignoreLists;
    return ignoreGroups(alert, threshold.by === 'account' ? accounts : schemas, watermark);
  });
}

/** Keeps in mind which critical threshold speaks for a warning, until the warning is breached without it. */
function follow(
  alert: Alert,
  alerts: ReadonlyMap<string, Alert>,
  { thresholds }: EvaluationOptions,
): Alert {
  const threshold = thresholds.find((rule) => printThreshold(rule) === alert.threshold);
  if (!alert.firing || !threshold) return alert;
  const critical = overruledBy(threshold, [...alerts.values()], thresholds);
  if (critical) return { ...alert, firing: { ...alert.firing, shadow: printThreshold(critical) } };
  if (alert.firing.breachedAt !== alert.lastEnd) return alert;
  return { ...alert, firing: { ...alert.firing, shadow: undefined, overruled: false } };
}

/**
 * While a critical threshold of a subject fires and is not ok, warnings of the same subject say nothing. One that is
 * evaluated by account or by schema speaks for warnings evaluated in the same way only: of others it says nothing.
 */
function overruledBy(
  threshold: Threshold,
  alerts: readonly Alert[],
  thresholds: readonly Threshold[],
): Threshold | undefined {
  if (threshold.severity === 'critical') return undefined;
  return thresholds.find(
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
