import { isSettled } from './status.ts';
import { countWhere, type GroupCounts, type StatusCounts, type Tally } from './tally.ts';
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
type VerdictState = 'ok' | 'breached' | 'insufficient';

/** An account or a schema that crossed the limit. */
interface CrossedGroup {
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
  readonly unit: Unit;
  readonly severity: Severity;
  /** Of a breached grouped threshold: those that crossed, most events first. */
  readonly groups: readonly CrossedGroup[];
  /** Why there is not enough to judge by; `undefined` for the other states. */
  readonly reason: string | undefined;
}

export interface JudgedWindow {
  readonly tally: Tally;
  /** Every bucket in it was counted completely. */
  readonly whole: boolean;
}

export interface JudgeOptions {
  /** The smallest number of events that a percentage is taken of. */
  readonly minimumEvents: number;
  /** The groups for which the threshold's alert is firing now. */
  readonly firingGroups?: Iterable<string>;
}

/** Judges one threshold over one window. */
export function judge(
  threshold: Threshold,
  window: JudgedWindow,
  { minimumEvents, firingGroups = [] }: JudgeOptions,
): Verdict {
  const doubt = windowDoubt(threshold, window);
  const measure = (counts: StatusCounts, exact: boolean) =>
    measureCounts(threshold, counts, { exact, minimumEvents, doubt });
  const verdict = {
    threshold: printThreshold(threshold),
    limit: threshold.limit,
    unit: threshold.unit,
    severity: threshold.severity,
  };

  if (!threshold.by) {
    const { state, value, reason } = measure(window.tally.byStatus, true);
    return { ...verdict, state, value, groups: [], reason };
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
    return { ...verdict, state: 'breached', value: highest(crossed), groups, reason: undefined };
  }
  const value = highest(measured.filter(({ state }) => state === 'ok'));
  const firingDoubt = [...firingGroups]
    .map((name) => {
      if (!counts.has(name))
        return cut ? `"${name}" is not among the ${threshold.by}s kept` : doubt;
      return measured.find((group) => group.name === name)?.reason;
    })
    .find((reason) => reason !== undefined);
  const reason = doubt ?? firingDoubt;
  return { ...verdict, state: reason ? 'insufficient' : 'ok', value, groups: [], reason };
}

interface Measured {
  readonly state: VerdictState;
  readonly value: number;
  readonly events: number;
  readonly reason: string | undefined;
}

function measureCounts(
  { subject, operator, limit, unit }: Threshold,
  counts: StatusCounts,
  options: { exact: boolean; minimumEvents: number; doubt: string | undefined },
): Measured {
  const events = countWhere(counts, subjectMatcher(subject));
  const atLeast = operator === '>=' || operator === '>';

  if (unit === 'events') {
    const breached = crosses(events, operator, limit);
    // More events can only confirm a crossed ">=": it stands over whatever is incomplete.
    if (breached && atLeast) return { state: 'breached', value: events, events, reason: undefined };
    const reason =
      options.doubt ?? (options.exact ? undefined : 'it was not counted from the start');
    const state = reason ? 'insufficient' : breached ? 'breached' : 'ok';
    return { state, value: events, events, reason };
  }

  const base = countWhere(counts, shareBase(subject) === 'settled' ? isSettled : () => true);
  const value = base === 0 ? 0 : (100 * events) / base;
  const tooFew = base < Math.max(options.minimumEvents, 1);
  const reason =
    options.doubt ??
    (options.exact ? undefined : 'it was not counted from the start') ??
    (tooFew
      ? `a share is taken of ${options.minimumEvents} events or more, here of ${base}`
      : undefined);
  if (reason) return { state: 'insufficient', value, events, reason };
  const breached = crosses(value, operator, limit);
  return { state: breached ? 'breached' : 'ok', value, events, reason: undefined };
}

/** Why this window leaves a threshold in doubt unless it is breached beyond doubt. */
function windowDoubt(threshold: Threshold, { tally, whole }: JudgedWindow): string | undefined {
  if (!whole) return 'not every bucket of the window is counted completely';
  const atLeast = threshold.operator === '>=' || threshold.operator === '>';
  const waits = threshold.unit === 'percent' || atLeast;
  if (!waits || shareBase(threshold.subject) === 'all') return undefined;
  const inProgress = countWhere(tally.byStatus, (status) => status === 'INGESTION_IN_PROGRESS');
  if (inProgress <= tally.total * MAX_IN_PROGRESS_SHARE) return undefined;
  return 'over a tenth of the events are still in progress';
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
