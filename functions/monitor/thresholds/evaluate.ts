import {
  type Counts,
  countWhere,
  type GroupCounts,
  type Groups,
  type StatusCounts,
} from '../events/counts.ts';
import { isProblem, KNOWN_STATUSES } from '../events/status-groups.ts';
import { keptName } from '../text/kept-name.ts';
import { isShareOfTooFew, shareBase, shareOf } from './share.ts';
import {
  breaches,
  type GroupedBy,
  isUpperLimit,
  type Operator,
  printSubject,
  printThreshold,
  type Severity,
  subjectMatcher,
  type Threshold,
  type Unit,
} from './threshold.ts';

/** With a larger share of a window in progress Togai is behind, and an ok could only be too early. */
const MAX_IN_PROGRESS_SHARE = 0.1;

/** `insufficient`: the counts are not enough to evaluate the threshold, so an alert keeps its state. */
export type EvaluationState = 'ok' | 'breached' | 'insufficient';

/** An account or a schema that breached the limit. */
export interface BreachedGroup {
  readonly name: string;
  /** In the unit of the evaluation. */
  readonly value: number;
  /** The events of the group that the threshold counts. */
  readonly events: number;
}

/** The result of one threshold over one window. */
export interface Evaluation {
  /** As {@link printThreshold} writes it. */
  readonly threshold: string;
  readonly state: EvaluationState;
  /** In `unit`. The highest value of a group, for a threshold by account or schema. */
  readonly value: number;
  readonly limit: number;
  readonly operator: Operator;
  readonly unit: Unit;
  readonly by: GroupedBy | undefined;
  readonly severity: Severity;
  /** The groups that breached, most events first. Empty unless a threshold by account or schema is breached. */
  readonly groups: readonly BreachedGroup[];
  /** `undefined` unless the state is `insufficient`. */
  readonly reason: InsufficientReason | undefined;
}

/**
 * Why the counts are not enough.
 *
 * - `incomplete`: a bucket of the window was not counted completely
 * - `in progress`: Togai has not decided about too many events
 * - `too few`: fewer events than a percentage needs
 * - `not asked for`: the rule is about unknown statuses, and Togai metrics were asked for known ones
 * - `truncated`: a missing name, or a lower bound, could have breached
 */
export type InsufficientReason =
  | 'incomplete'
  | 'in progress'
  | 'too few'
  | 'not asked for'
  | 'truncated';

export interface WindowCounts {
  readonly counts: Counts;
  /** Every bucket in it was counted completely. */
  readonly whole: boolean;
}

export interface EvaluateOptions {
  /** The smallest number of events that a percentage needs. */
  readonly minimumEvents: number;
  /** The groups whose alert is firing now, by {@link keptName}. @default none */
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
    by: threshold.by,
    severity: threshold.severity,
  };

  if (!threshold.by) {
    const { state, value, reason } = measure(window.counts.byStatus, true);
    return { ...evaluation, state, value, groups: [], reason };
  }

  const { accounts, schemas } = window.counts;
  const groups = threshold.by === 'account' ? accounts : schemas;
  const measured = [...groups.byName].map(([name, group]: [string, GroupCounts]) => ({
    name,
    ...measure(group.byStatus, group.exact),
  }));
  const breached = breachedGroups(measured);
  if (breached.length > 0) {
    const value = highest(breached);
    return { ...evaluation, state: 'breached', value, groups: breached, reason: undefined };
  }
  const reason =
    ofWindow ??
    firingGroupsReason(threshold, measured, { firingGroups, truncated: groups.truncated }) ??
    truncationReason(threshold, measured, groups);
  const value = highest(measured.filter(({ state }) => state === 'ok'));
  return { ...evaluation, state: reason ? 'insufficient' : 'ok', value, groups: [], reason };
}

interface Measured {
  readonly state: EvaluationState;
  readonly value: number;
  readonly events: number;
  readonly reason: InsufficientReason | undefined;
}

type MeasuredGroup = Measured & { readonly name: string };

function breachedGroups(measured: readonly MeasuredGroup[]): BreachedGroup[] {
  return measured
    .filter(({ state }) => state === 'breached')
    .sort((a, b) => b.events - a.events || b.value - a.value || (a.name < b.name ? -1 : 1))
    .map(({ name, value, events }) => ({ name, value, events }));
}

/** Why a firing group may still breach. An alert must not resolve while the window knows too little about a firing group. */
function firingGroupsReason(
  { unit }: Threshold,
  measured: readonly MeasuredGroup[],
  context: { readonly firingGroups: Iterable<string>; readonly truncated: boolean },
): InsufficientReason | undefined {
  const firing = new Set(context.firingGroups);
  if (firing.size === 0) return undefined;
  const known = new Map(measured.map(({ name, reason }) => [keptName(name), reason] as const));
  // A group without events has no share, so it is unknown whether its share is better.
  const withoutEvents = unit === 'percent' ? 'too few' : undefined;
  const ofMissing = context.truncated ? 'truncated' : withoutEvents;
  return [...firing]
    .map((name) => (known.has(name) ? known.get(name) : ofMissing))
    .find((reason) => reason !== undefined);
}

/**
 * Whether an account or schema that is missing, or has lower bounds, could have breached. Those with problems are kept first. So
 * no name with problems is missing as long as one without problems was kept too.
 */
function truncationReason(
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

function measureCounts(
  { subject, operator, limit, unit }: Threshold,
  byStatus: StatusCounts,
  options: { exact: boolean; minimumEvents: number; reason: InsufficientReason | undefined },
): Measured {
  const { events, base, percent: value } = shareOf(subject, byStatus);
  const inexact = options.exact ? undefined : 'truncated';

  if (unit === 'events') {
    const breached = breaches(events, { operator, limit });
    // Missing events could only confirm a breached ">=", so it holds over incomplete counts too.
    if (breached && isUpperLimit({ operator }))
      return { state: 'breached', value: events, events, reason: undefined };
    const reason = options.reason ?? inexact;
    const state = reason ? 'insufficient' : breached ? 'breached' : 'ok';
    return { state, value: events, events, reason };
  }

  const tooFew = isShareOfTooFew(base, options.minimumEvents) ? 'too few' : undefined;
  const reason = options.reason ?? inexact ?? tooFew;
  if (reason) return { state: 'insufficient', value, events, reason };
  const breached = breaches(value, { operator, limit });
  return { state: breached ? 'breached' : 'ok', value, events, reason: undefined };
}

/** Why no evaluation over this window is certain, except a breach that missing events could only confirm. */
function windowReason(
  threshold: Threshold,
  { counts, whole }: WindowCounts,
): InsufficientReason | undefined {
  if (!whole) return 'incomplete';
  if (counts.lacksUnknown && printSubject(threshold.subject) === 'unknown') return 'not asked for';
  const waits = threshold.unit === 'percent' || isUpperLimit(threshold);
  if (!waits || shareBase(threshold.subject) === 'all') return undefined;
  const inProgress = countWhere(counts.byStatus, (status) => status === 'INGESTION_IN_PROGRESS');
  if (inProgress <= counts.total * MAX_IN_PROGRESS_SHARE) return undefined;
  return 'in progress';
}

function highest(measured: readonly { value: number }[]): number {
  return measured.reduce((most, { value }) => Math.max(most, value), 0);
}
