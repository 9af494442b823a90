import { keptName } from './alert.ts';
import { isProblem, isSettled, KNOWN_STATUSES } from './status.ts';
import {
  countWhere,
  type GroupCounts,
  type Groups,
  type StatusCounts,
  type Tally,
} from './tally.ts';
import {
  type Operator,
  printThreshold,
  type Severity,
  shareBase,
  subjectMatcher,
  type Threshold,
  type Unit,
} from './threshold.ts';

/** With more than this share of a window in progress Togai is behind: nothing is better than it looks. */
const MAX_IN_PROGRESS_SHARE = 0.1;

/** `insufficient`: there is not enough to judge by; an alert keeps its state. */
export type VerdictState = 'ok' | 'breached' | 'insufficient';

/** An account or a schema that crossed the limit. */
export interface CrossedGroup {
  readonly name: string;
  /** In the verdict's unit. */
  readonly value: number;
  /** Its events that the threshold counts. */
  readonly events: number;
}

/** What one threshold says of one window. */
export interface Verdict {
  /** The threshold's one spelling. */
  readonly threshold: string;
  readonly state: VerdictState;
  /** In `unit`. Of a grouped threshold: its worst group's. */
  readonly value: number;
  readonly limit: number;
  readonly operator: Operator;
  readonly unit: Unit;
  readonly severity: Severity;
  /** Of a breached grouped threshold: those that crossed, most events first. */
  readonly groups: readonly CrossedGroup[];
  /** Why there is not enough to judge by; `undefined` for the other states. */
  readonly doubt: Doubt | undefined;
}

/** Why there is not enough to judge by. */
export type Doubt = 'incomplete' | 'in progress' | 'too few' | 'cut';

export interface JudgedWindow {
  readonly tally: Tally;
  /** Every bucket in it was counted completely. */
  readonly whole: boolean;
}

export interface JudgeOptions {
  /** The smallest number of events that a percentage is taken of. */
  readonly minimumEvents: number;
  /** The groups for which the threshold's alert is firing now, by {@link keptName}. */
  readonly firingGroups?: Iterable<string>;
}

/** Judges one threshold over one window. */
export function judge(
  threshold: Threshold,
  window: JudgedWindow,
  { minimumEvents, firingGroups = [] }: JudgeOptions,
): Verdict {
  const ofWindow = windowDoubt(threshold, window);
  const measure = (counts: StatusCounts, exact: boolean) =>
    measureCounts(threshold, counts, { exact, minimumEvents, doubt: ofWindow });
  const verdict = {
    threshold: printThreshold(threshold),
    limit: threshold.limit,
    operator: threshold.operator,
    unit: threshold.unit,
    severity: threshold.severity,
  };

  if (!threshold.by) {
    const { state, value, doubt } = measure(window.tally.byStatus, true);
    return { ...verdict, state, value, groups: [], doubt };
  }

  const { counts, cut } = threshold.by === 'account' ? window.tally.accounts : window.tally.schemas;
  const measured = [...counts].map(([name, group]: [string, GroupCounts]) => ({
    name,
    ...measure(group.byStatus, group.exact),
  }));
  const crossed = measured.filter(({ state }) => state === 'breached');
  if (crossed.length > 0) {
    crossed.sort((a, b) => b.events - a.events || b.value - a.value || (a.name < b.name ? -1 : 1));
    const groups = crossed.map(({ name, value, events }) => ({ name, value, events }));
    return { ...verdict, state: 'breached', value: highest(crossed), groups, doubt: undefined };
  }
  const value = highest(measured.filter(({ state }) => state === 'ok'));
  const firing = new Set(firingGroups);
  const known = new Map(
    measured.flatMap(({ name, doubt }) => {
      const kept = firing.size > 0 ? keptName(name) : name;
      return firing.has(kept) ? [[kept, doubt]] : [];
    }),
  );
  const ofFiring = [...firing]
    .map((name): Doubt | undefined =>
      known.has(name)
        ? known.get(name)
        : cut
          ? 'cut'
          : // It sends nothing any more: nobody knows whether its share is better.
            threshold.unit === 'percent'
            ? 'too few'
            : undefined,
    )
    .find((doubt) => doubt !== undefined);
  const doubt = ofWindow ?? ofFiring ?? doubtOfCut(threshold, measured, { counts, cut });
  return { ...verdict, state: doubt ? 'insufficient' : 'ok', value, groups: [], doubt };
}

/**
 * Whether an account or a schema that is not named, or whose counts are lower bounds, could have crossed.
 * Those with problems are kept first, so for problems nobody is missing as long as others were kept, too.
 */
function doubtOfCut(
  { subject }: Threshold,
  measured: readonly Measured[],
  { counts, cut }: Groups,
): Doubt | undefined {
  if (!cut) return undefined;
  const matches = subjectMatcher(subject);
  const ofProblems = KNOWN_STATUSES.every((status) => !matches(status) || isProblem(status));
  const allKept = [...counts.values()].some(
    ({ byStatus }) => countWhere(byStatus, isProblem) === 0,
  );
  const unsure = measured.some(({ doubt }) => doubt === 'cut');
  return ofProblems && allKept && !unsure ? undefined : 'cut';
}

interface Measured {
  readonly state: VerdictState;
  readonly value: number;
  readonly events: number;
  readonly doubt: Doubt | undefined;
}

function measureCounts(
  { subject, operator, limit, unit }: Threshold,
  counts: StatusCounts,
  options: { exact: boolean; minimumEvents: number; doubt: Doubt | undefined },
): Measured {
  const events = countWhere(counts, subjectMatcher(subject));
  const atLeast = operator === '>=' || operator === '>';
  const inexact = options.exact ? undefined : 'cut';

  if (unit === 'events') {
    const breached = crosses(events, operator, limit);
    // More events can only confirm a crossed ">=": it stands over whatever is incomplete.
    if (breached && atLeast) return { state: 'breached', value: events, events, doubt: undefined };
    const doubt = options.doubt ?? inexact;
    const state = doubt ? 'insufficient' : breached ? 'breached' : 'ok';
    return { state, value: events, events, doubt };
  }

  const base = countWhere(counts, shareBase(subject) === 'settled' ? isSettled : () => true);
  const value = base === 0 ? 0 : (100 * events) / base;
  const tooFew = base < Math.max(options.minimumEvents, 1) ? 'too few' : undefined;
  const doubt = options.doubt ?? inexact ?? tooFew;
  if (doubt) return { state: 'insufficient', value, events, doubt };
  const breached = crosses(value, operator, limit);
  return { state: breached ? 'breached' : 'ok', value, events, doubt: undefined };
}

/** Why this window leaves a threshold in doubt unless it is breached beyond doubt. */
function windowDoubt(threshold: Threshold, { tally, whole }: JudgedWindow): Doubt | undefined {
  if (!whole) return 'incomplete';
  const atLeast = threshold.operator === '>=' || threshold.operator === '>';
  const waits = threshold.unit === 'percent' || atLeast;
  if (!waits || shareBase(threshold.subject) === 'all') return undefined;
  const inProgress = countWhere(tally.byStatus, (status) => status === 'INGESTION_IN_PROGRESS');
  if (inProgress <= tally.total * MAX_IN_PROGRESS_SHARE) return undefined;
  return 'in progress';
}

function crosses(value: number, operator: Operator, limit: number): boolean {
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
