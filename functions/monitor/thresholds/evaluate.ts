import { countUnnamed, type GroupCounts, type StatusCounts } from '../events/counts.ts';
import {
  firingGroupsReason,
  type InsufficientReason,
  type Measured,
  truncationReason,
  unnamedReason,
  type WindowCounts,
  windowReason,
} from './insufficient.ts';
import { isShareOfTooFew, shareOf } from './share.ts';
import {
  breaches,
  type GroupedBy,
  isUpperLimit,
  type Operator,
  printThreshold,
  type Severity,
  subjectMatcher,
  type Threshold,
  type Unit,
} from './threshold.ts';

/** `insufficient`: the counts are not enough to evaluate the threshold, so an alert keeps its state. */
export type EvaluationState = 'ok' | 'breached' | 'insufficient';

/** An account or a schema that breached the limit. */
interface BreachedGroup {
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

export interface EvaluateOptions {
  /** The smallest number of events that a percentage needs. */
  readonly minimumEvents: number;
  /** The groups that an open incident is about. @default none */
  readonly firingGroups?: Iterable<string>;
}

/** Evaluates one threshold over one window. */
export function evaluate(
  threshold: Threshold,
  window: WindowCounts,
  { minimumEvents, firingGroups = [] }: EvaluateOptions,
): Evaluation {
  const ofWindow = windowReason(threshold, window);
  const { inProgressOf } = window.counts;
  const measure = (byStatus: StatusCounts, { exact, withoutTotal }: Partial<GroupCounts> = {}) =>
    measureCounts(threshold, shareable(threshold, byStatus, withoutTotal), {
      exact: exact ?? true,
      minimumEvents,
      reason: ofWindow,
      // Not known of one account or schema.
      inProgressOf: threshold.by ? undefined : inProgressOf,
    });
  const evaluation = {
    threshold: printThreshold(threshold),
    limit: threshold.limit,
    operator: threshold.operator,
    unit: threshold.unit,
    by: threshold.by,
    severity: threshold.severity,
  };

  if (!threshold.by) {
    const { state, value, reason } = measure(window.counts.byStatus);
    return { ...evaluation, state, value, groups: [], reason };
  }

  const { accounts, schemas } = window.counts;
  const groups = threshold.by === 'account' ? accounts : schemas;
  const measured = [...groups.byName].map(([name, group]: [string, GroupCounts]) => ({
    name,
    ...measure(group.byStatus, group),
  }));
  const breached = breachedGroups(measured);
  if (breached.length > 0) {
    const value = highest(breached);
    return { ...evaluation, state: 'breached', value, groups: breached, reason: undefined };
  }
  const unnamed = countUnnamed(window.counts.byStatus, groups, subjectMatcher(threshold.subject));
  const reason =
    ofWindow ??
    firingGroupsReason(threshold, measured, { firingGroups, truncated: groups.truncated }) ??
    truncationReason(threshold, measured, groups) ??
    unnamedReason(threshold, measured, unnamed, minimumEvents);
  const value = highest(measured.filter(({ state }) => state === 'ok'));
  return { ...evaluation, state: reason ? 'insufficient' : 'ok', value, groups: [], reason };
}

/** The events that a rule counts. For a share their total must be known. */
function shareable(
  { unit }: Threshold,
  byStatus: StatusCounts,
  withoutTotal: StatusCounts | undefined,
): StatusCounts {
  if (unit === 'events' || !withoutTotal) return byStatus;
  return new Map(
    [...byStatus].map(([status, events]) => [status, events - (withoutTotal.get(status) ?? 0)]),
  );
}

type MeasuredGroup = Measured & { readonly name: string };

function breachedGroups(measured: readonly MeasuredGroup[]): BreachedGroup[] {
  return measured
    .filter(({ state }) => state === 'breached')
    .sort((a, b) => b.events - a.events || b.value - a.value || (a.name < b.name ? -1 : 1))
    .map(({ name, value, events }) => ({ name, value, events }));
}

function measureCounts(
  threshold: Threshold,
  byStatus: StatusCounts,
  options: {
    readonly exact: boolean;
    readonly minimumEvents: number;
    readonly reason: InsufficientReason | undefined;
    readonly inProgressOf: number | undefined;
  },
): Measured {
  const { subject, unit } = threshold;
  const { events, base, percent: value } = shareOf(subject, byStatus, options.inProgressOf);
  const inexact = options.exact ? undefined : 'truncated';

  if (unit === 'events') {
    const breached = breaches(events, threshold);
    // Missing events could only confirm a breached ">=", so it holds over incomplete counts too.
    if (breached && isUpperLimit(threshold))
      return { state: 'breached', value: events, events, base, reason: undefined };
    const reason = options.reason ?? inexact;
    const state = reason ? 'insufficient' : breached ? 'breached' : 'ok';
    return { state, value: events, events, base, reason };
  }

  const tooFew = isShareOfTooFew(base, options.minimumEvents) ? 'too few' : undefined;
  const reason = options.reason ?? inexact ?? tooFew;
  if (reason) return { state: 'insufficient', value, events, base, reason };
  const breached = breaches(value, threshold);
  return { state: breached ? 'breached' : 'ok', value, events, base, reason: undefined };
}

function highest(measured: readonly { value: number }[]): number {
  return measured.reduce((most, { value }) => Math.max(most, value), 0);
}
