import {
  type Counts,
  countWhere,
  type GroupCounts,
  type Groups,
  type StatusCounts,
} from '../events/counts.ts';
import { isProblem, KNOWN_STATUSES } from '../events/status-groups.ts';
import { keptName } from '../text/kept-name.ts';
import { shareBase, shareOf } from './share.ts';
import {
  isUpperLimit,
  type Operator,
  printThreshold,
  type Severity,
  subjectMatcher,
  type Threshold,
  type Unit,
} from './threshold.ts';

/** With more than this share of a window in progress Togai is behind: nothing is better than it looks. */
const MAX_IN_PROGRESS_SHARE = 0.1;

/** `insufficient`: there is not enough to evaluate; an alert keeps its state. */
export type EvaluationState = 'ok' | 'breached' | 'insufficient';

/** An account or a schema that breached the limit. */
export interface BreachedGroup {
  readonly name: string;
  /** In the evaluation's unit. */
  readonly value: number;
  /** Its events that the threshold byStatus. */
  readonly events: number;
}

/** What one threshold says of one window. */
export interface Evaluation {
  /** The threshold's one spelling. */
  readonly threshold: string;
  readonly state: EvaluationState;
  /** In `unit`. Of a grouped threshold: its worst group's. */
  readonly value: number;
  readonly limit: number;
  readonly operator: Operator;
  readonly unit: Unit;
  readonly severity: Severity;
  /** Of a breached grouped threshold: those that breached, most events first. */
  readonly groups: readonly BreachedGroup[];
  /** Why there is not enough to evaluate; `undefined` for the other states. */
  readonly reason: InsufficientReason | undefined;
}

/** Why there is not enough to evaluate. */
export type InsufficientReason = 'incomplete' | 'in progress' | 'too few' | 'truncated';

export interface WindowCounts {
  readonly counts: Counts;
  /** Every bucket in it was counted completely. */
  readonly whole: boolean;
}

export interface EvaluateOptions {
  /** The smallest number of events that a percentage is taken of. */
  readonly minimumEvents: number;
  /** The groups for which the threshold's alert is firing now, by {@link keptName}. */
  readonly firingGroups?: Iterable<string>;
}

/** Evaluates one threshold over one window. */
export function evaluate(
  threshold: Threshold,
  window: WindowCounts,
  { minimumEvents, firingGroups = [] }: EvaluateOptions,
): Evaluation {
  const ofWindow = windowReason(threshold, window);
  const measure = (byStatus: StatusCounts, exact: boolean) =>
    measureCounts(threshold, byStatus, { exact, minimumEvents, reason: ofWindow });
  const evaluation = {
    threshold: printThreshold(threshold),
    limit: threshold.limit,
    operator: threshold.operator,
    unit: threshold.unit,
    severity: threshold.severity,
  };

  if (!threshold.by) {
    const { state, value, reason } = measure(window.counts.byStatus, true);
    return { ...evaluation, state, value, groups: [], reason };
  }

  const { byName, truncated } =
    threshold.by === 'account' ? window.counts.accounts : window.counts.schemas;
  const measured = [...byName].map(([name, group]: [string, GroupCounts]) => ({
    name,
    ...measure(group.byStatus, group.exact),
  }));
  const breached = measured.filter(({ state }) => state === 'breached');
  if (breached.length > 0) {
    breached.sort((a, b) => b.events - a.events || b.value - a.value || (a.name < b.name ? -1 : 1));
    const groups = breached.map(({ name, value, events }) => ({ name, value, events }));
    return {
      ...evaluation,
      state: 'breached',
      value: highest(breached),
      groups,
      reason: undefined,
    };
  }
  const value = highest(measured.filter(({ state }) => state === 'ok'));
  const firing = new Set(firingGroups);
  const known = new Map(
    measured.flatMap(({ name, reason }) => {
      const kept = firing.size > 0 ? keptName(name) : name;
      return firing.has(kept) ? [[kept, reason]] : [];
    }),
  );
  const ofFiring = [...firing]
    .map((name): InsufficientReason | undefined =>
      known.has(name)
        ? known.get(name)
        : truncated
          ? 'truncated'
          : // It sends nothing any more: nobody knows whether its share is better.
            threshold.unit === 'percent'
            ? 'too few'
            : undefined,
    )
    .find((reason) => reason !== undefined);
  const reason =
    ofWindow ?? ofFiring ?? reasonOfTruncation(threshold, measured, { byName, truncated });
  return { ...evaluation, state: reason ? 'insufficient' : 'ok', value, groups: [], reason };
}

/**
 * Whether an account or a schema that is not named, or whose byStatus are lower bounds, could have breached.
 * Those with problems are kept first, so for problems nobody is missing as long as others were kept, too.
 */
function reasonOfTruncation(
  { subject }: Threshold,
  measured: readonly Measured[],
  { byName, truncated }: Groups,
): InsufficientReason | undefined {
  if (!truncated) return undefined;
  const matches = subjectMatcher(subject);
  const ofProblems = KNOWN_STATUSES.every((status) => !matches(status) || isProblem(status));
  const allKept = [...byName.values()].some(
    ({ byStatus }) => countWhere(byStatus, isProblem) === 0,
  );
  const unsure = measured.some(({ reason }) => reason === 'truncated');
  return ofProblems && allKept && !unsure ? undefined : 'truncated';
}

interface Measured {
  readonly state: EvaluationState;
  readonly value: number;
  readonly events: number;
  readonly reason: InsufficientReason | undefined;
}

function measureCounts(
  { subject, operator, limit, unit }: Threshold,
  byStatus: StatusCounts,
  options: { exact: boolean; minimumEvents: number; reason: InsufficientReason | undefined },
): Measured {
  const { events, base, percent: value } = shareOf(subject, byStatus);
  const inexact = options.exact ? undefined : 'truncated';

  if (unit === 'events') {
    const breached = breaches(events, operator, limit);
    // More events can only confirm a breached ">=": it stands over whatever is incomplete.
    if (breached && isUpperLimit({ operator }))
      return { state: 'breached', value: events, events, reason: undefined };
    const reason = options.reason ?? inexact;
    const state = reason ? 'insufficient' : breached ? 'breached' : 'ok';
    return { state, value: events, events, reason };
  }

  const tooFew = base < Math.max(options.minimumEvents, 1) ? 'too few' : undefined;
  const reason = options.reason ?? inexact ?? tooFew;
  if (reason) return { state: 'insufficient', value, events, reason };
  const breached = breaches(value, operator, limit);
  return { state: breached ? 'breached' : 'ok', value, events, reason: undefined };
}

/** Why this window leaves a threshold in doubt unless it is breached beyond doubt. */
function windowReason(
  threshold: Threshold,
  { counts, whole }: WindowCounts,
): InsufficientReason | undefined {
  if (!whole) return 'incomplete';
  const waits = threshold.unit === 'percent' || isUpperLimit(threshold);
  if (!waits || shareBase(threshold.subject) === 'all') return undefined;
  const inProgress = countWhere(counts.byStatus, (status) => status === 'INGESTION_IN_PROGRESS');
  if (inProgress <= counts.total * MAX_IN_PROGRESS_SHARE) return undefined;
  return 'in progress';
}

function breaches(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
    case '<=':
      return value <= limit;
    case '<':
      return value < limit;
  }
}

function highest(measured: readonly { value: number }[]): number {
  return measured.reduce((most, { value }) => Math.max(most, value), 0);
}
