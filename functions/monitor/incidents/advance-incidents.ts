import { type Counts, hashOfLists, type IgnoreLists } from '../events/counts.ts';
import type { Piece, Pieces } from '../events/pieces.ts';
import { type Evaluation, evaluate } from '../thresholds/evaluate.ts';
import { printThreshold, type Threshold } from '../thresholds/threshold.ts';
import { type CountedWindow, windowAt } from '../thresholds/window.ts';
import type { Range } from '../timeline/time.ts';
import { type Alert, advanceAlert } from './advance-alert.ts';
import { advanceLevels } from './advance-levels.ts';
import { advanceLosses } from './advance-losses.ts';
import { closeUnwatched } from './close-unwatched.ts';
import type { Incident } from './incident.ts';
import { isProgressLow, type LossPiece, lossesBy } from './losses.ts';
import { partsOf } from './parts-of-incident.ts';
import { type IncidentRules, rulesBySubject } from './rules-of-incident.ts';

/** The newest window, as it was evaluated. */
export interface EvaluatedWindow {
  readonly window: Range;
  readonly counts: Counts;
  /** All of it was counted completely. */
  readonly whole: boolean;
  readonly evaluations: readonly Evaluation[];
}

/** The settings that evaluating uses. */
export interface EvaluationOptions {
  readonly thresholds: readonly Threshold[];
  /** The smallest number of events that a percentage is taken of. */
  readonly minimumEvents: number;
  readonly ignoreLists: IgnoreLists;
}

/** The part of the state that evaluating keeps from run to run. */
export interface Evaluated {
  /** Those that are pending or firing. */
  readonly alerts: readonly Alert[];
  /** Open ones, and those that ended in the last hours. */
  readonly incidents: readonly Incident[];
  /** A digest of the rules and the ignore lists. */
  readonly rules: string | undefined;
}

export interface AdvanceInput extends Evaluated {
  /** The newest window end that was evaluated before, epoch ms; `undefined` in the first run ever. */
  readonly evaluatedTo: number | undefined;
  /** The end of the newest bucket before which nothing is outstanding, epoch ms. */
  readonly watermark: number;
  /** The counts of this run, and earlier ones from a window before the watermark on. */
  readonly counted: Pieces;
  readonly windowMs: number;
  readonly options: EvaluationOptions;
}

/**
 * Evaluates every window end that can be evaluated by now, in order, and the newest one again. Nobody is notified yet: after an
 * outage many ends are evaluated at once, and `needsNotification` speaks once for all of them.
 *
 * @returns `newest` is `undefined` if less is known than was evaluated before, and then nothing has changed
 */
export function advanceIncidents(
  input: AdvanceInput,
): Evaluated & { readonly newest: EvaluatedWindow | undefined } {
  const { options, watermark } = input;
  const rules = rulesBySubject(options.thresholds);
  const ignored = hashOfLists(options.ignoreLists);
  const isChanged = input.rules !== undefined && input.rules !== ignored;
  let alerts = new Map(input.alerts.map((alert) => [alert.threshold, alert]));
  let incidents = closeUnwatched(input.incidents, rules, options.ignoreLists, watermark);
  let newest: EvaluatedWindow | undefined;
  const groups = rules.map((group) => ({ group, lossOf: lossesBy(group.subject, group.matches) }));
  for (const [index, end] of endsIn(input).entries()) {
    const window = windowAt(input.counted, end, input.windowMs);
    const evaluations = evaluationsOf(window, options, incidents);
    newest = { window: window.window, counts: window.counts, whole: window.whole, evaluations };
    alerts = advanceAlerts(alerts, evaluations, end, options.thresholds);
    const isIgnoreChanged = isChanged && index === 0;
    const step = { input, end, window, evaluations, alerts, isIgnoreChanged };
    const before = incidents;
    incidents = [
      ...before.filter((one) => !rules.some((group) => isOf(one, group))),
      ...groups.flatMap(({ group, lossOf }) => {
        const own = before.filter((one) => isOf(one, group));
        return group.nature === 'level'
          ? advanceLevelGroup(own, group, step)
          : advanceLossGroup(own, group, step, lossOf);
      }),
    ];
  }
  if (!newest)
    return { alerts: input.alerts, incidents: input.incidents, rules: input.rules, newest };
  const kept = [...alerts.values()].filter(({ state }) => state !== 'ok');
  return { alerts: kept, incidents, rules: ignored, newest };
}

interface Step {
  readonly input: AdvanceInput;
  readonly end: number;
  readonly window: CountedWindow;
  readonly evaluations: readonly Evaluation[];
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly isIgnoreChanged: boolean;
}

function advanceLevelGroup(
  before: readonly Incident[],
  rules: IncidentRules,
  { end, evaluations, alerts, isIgnoreChanged }: Step,
): Incident[] {
  const own = rules.rules.flatMap(
    (rule) => evaluations.find(({ threshold }) => threshold === printThreshold(rule)) ?? [],
  );
  const isDue = (threshold: string) => alerts.get(threshold)?.state === 'firing';
  const firstValueOf = (threshold: string) => alerts.get(threshold)?.firstValue;
  return advanceLevels(before, {
    end,
    rules,
    evaluations: own,
    isDue,
    firstValueOf,
    isIgnoreChanged,
  });
}

function advanceLossGroup(
  before: readonly Incident[],
  rules: IncidentRules,
  { input, end, window, alerts, isIgnoreChanged }: Step,
  lossOf: (piece: Piece) => LossPiece,
): readonly Incident[] {
  const from = knownFrom(before, window.window.start);
  return advanceLosses(before, {
    end,
    window,
    windowMs: input.windowMs,
    pieces: input.counted.list.filter((piece) => piece.end >= from && piece.end <= end).map(lossOf),
    rules,
    isDue: (rule) => alerts.get(printThreshold(rule))?.state === 'firing',
    minimumEvents: input.options.minimumEvents,
    isProgressLow: window.counts.inProgressOf === undefined || isProgressLow(window.counts),
    isIgnoreChanged,
    ignored: input.options.ignoreLists.accounts,
  });
}

/** Pieces before this time are in no window and in every sum already. A run that reads a day would go through them at every end. */
function knownFrom(incidents: readonly Incident[], windowStart: number): number {
  return incidents.flatMap(partsOf).reduce((to, { facts }) => Math.min(to, facts.to), windowStart);
}

/**
 * The window ends that are due for evaluation: those after the newest one so far. Without a later
 * one, the newest is evaluated again.
 */
function endsIn({ evaluatedTo, watermark, counted }: AdvanceInput): number[] {
  if (evaluatedTo === undefined || evaluatedTo === watermark) return [watermark];
  const ends = counted.list.map(({ end }) => end);
  return ends.filter((end) => end > evaluatedTo && end <= watermark);
}

function evaluationsOf(
  window: CountedWindow,
  { thresholds, minimumEvents }: EvaluationOptions,
  incidents: readonly Incident[],
): Evaluation[] {
  const open = incidents.filter(({ end }) => !end);
  const firing = new Map(open.map(({ threshold, groups }) => [threshold, groups]));
  return thresholds.map((rule) =>
    evaluate(rule, window, {
      minimumEvents,
      firingGroups: firing.get(printThreshold(rule)) ?? [],
    }),
  );
}

function advanceAlerts(
  before: ReadonlyMap<string, Alert>,
  evaluations: readonly Evaluation[],
  end: number,
  thresholds: readonly Threshold[],
): Map<string, Alert> {
  return new Map(
    evaluations.map((evaluation, index) => {
      const { threshold } = evaluation;
      const forMinutes = thresholds[index]?.forMinutes ?? 0;
      return [threshold, advanceAlert(before.get(threshold), evaluation, end, forMinutes)];
    }),
  );
}

function isOf({ subject, nature }: Incident, rules: IncidentRules): boolean {
  return subject === rules.subject && nature === rules.nature;
}
