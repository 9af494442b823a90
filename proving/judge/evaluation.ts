import type { Threshold } from '../world/world-settings.ts';
import { type Group, SETTLED } from './piece.ts';
import { isAboutAll, isOf, isSettled } from './status-groups.ts';
import { isGauge, type Window } from './window.ts';

/**
 * The evaluation of a threshold over a window. It follows the written design, and was written without the code of the
 * product: the two must agree.
 */
export interface Evaluation {
  readonly state: 'ok' | 'breached' | 'insufficient';
  /** In the unit of the threshold. */
  readonly value: number;
  /** The accounts or schemas that breach a threshold by account or schema. */
  readonly groups: readonly string[];
  /** There are fewer events than `MinimumEvents`. */
  readonly tooFew: boolean;
}

type StatusCounts = ReadonlyMap<string, number>;

/** @param firing the groups that its alert is about now */
export function evaluate(
  threshold: Threshold,
  window: Window,
  minimumEvents: number,
  firing: readonly string[],
): Evaluation {
  const isUncertain = isUncertainFor(threshold, window);
  if (!threshold.by) {
    return measure(threshold, numbersOf(threshold, window), isUncertain, minimumEvents);
  }
  const isAccount = threshold.by === 'account';
  const groups = isAccount ? window.accounts : window.schemas;
  // A group without a name could breach the threshold, and a group with a name may have more events.
  const truncated = isAccount ? window.accountsTruncated : window.schemasTruncated;
  const evaluations = [...groups].map(
    ([name, byStatus]) =>
      [
        name,
        measure(
          threshold,
          groupNumbers(threshold, byStatus),
          isUncertain || truncated,
          minimumEvents,
        ),
      ] as const,
  );
  const breached = evaluations.filter(([, { state }]) => state === 'breached');
  const highest = (of: typeof evaluations) => Math.max(0, ...of.map(([, { value }]) => value));
  if (breached.length > 0) {
    const names = breached.map(([name]) => name);
    return { state: 'breached', value: highest(breached), groups: names, tooFew: false };
  }
  const value = highest(evaluations.filter(([, { state }]) => state === 'ok'));
  if (isUncertain || truncated || mayBreach(threshold, window, groups, minimumEvents))
    return { state: 'insufficient', value, groups: [], tooFew: false };
  // The alert ends only if each of its groups is known to be better.
  const tooFew = firing.some((name) => {
    const byStatus = groups.get(name);
    if (!byStatus) return threshold.unit === 'percent';
    return measure(threshold, groupNumbers(threshold, byStatus), isUncertain, minimumEvents).tooFew;
  });
  return { state: tooFew ? 'insufficient' : 'ok', value, groups: [], tooFew };
}

/** Whether a group would breach the threshold if the events without a name were its own. */
function mayBreach(
  threshold: Threshold,
  { byStatus, gauge }: Window,
  groups: ReadonlyMap<string, Group>,
  minimumEvents: number,
): boolean {
  if (gauge && isGauge(threshold)) return false;
  const all = [...groups.values()].map((group) => groupNumbers(threshold, group));
  const named = all.reduce((sum, { events }) => sum + events, 0);
  const unnamed = sumOf(byStatus, (status) => isOf(threshold.subject, status)) - named;
  if (unnamed <= 0) return false;
  return [...all, { events: 0, shared: 0, base: 0 }].some(({ events, shared, base }) => {
    if (threshold.unit === 'events') return isBeyond(threshold, events + unnamed);
    const settled = base + unnamed;
    return settled >= minimumEvents && isBeyond(threshold, (100 * (shared + unnamed)) / settled);
  });
}

function isUncertainFor(threshold: Threshold, window: Window): boolean {
  const { isComplete, isLonger, byStatus, gauge } = window;
  if (!isComplete) return true;
  // A window that is longer than asked has more events than the threshold means.
  if (isLonger && threshold.operator.startsWith('<')) return true;
  if (isAboutAll(threshold)) return false;
  if (threshold.unit === 'events' && threshold.operator.startsWith('<')) return false;
  if (gauge) return gauge.inProgress > gauge.all / 10;
  const all = sumOf(byStatus, () => true);
  return sumOf(byStatus, (status) => isOf('in_progress', status)) > all / 10;
}

/** The events of a threshold's subject, and those that a share is of. */
interface Numbers {
  readonly events: number;
  /** Without those that are in no share. */
  readonly shared: number;
  readonly base: number;
}

function numbersOf(threshold: Threshold, { byStatus, gauge }: Window): Numbers {
  const events = sumOf(byStatus, (status) => isOf(threshold.subject, status));
  const base = sumOf(byStatus, isAboutAll(threshold) ? () => true : isSettled);
  const isOfHours = gauge !== undefined && isGauge(threshold);
  return { events, shared: events, base: isOfHours ? gauge.all : base };
}

/** Of an account or schema. Where it is not known how many settled events it had, its problems are in no share. */
function groupNumbers(threshold: Threshold, { byStatus, withoutTotal }: Group): Numbers {
  const isSubject = (status: string) => status !== SETTLED && isOf(threshold.subject, status);
  const events = sumOf(byStatus, isSubject);
  const base = isAboutAll(threshold)
    ? sumOf(byStatus, (status) => status !== SETTLED)
    : (byStatus.get(SETTLED) ?? 0);
  return { events, shared: events - sumOf(withoutTotal, isSubject), base };
}

function measure(
  threshold: Threshold,
  { events, shared, base }: Numbers,
  isUncertain: boolean,
  minimumEvents: number,
): Evaluation {
  const evaluation = (state: Evaluation['state'], value: number, tooFew = false): Evaluation => ({
    state,
    value,
    groups: [],
    tooFew,
  });
  if (threshold.unit === 'events') {
    const breached = isBeyond(threshold, events);
    if (breached && threshold.operator.startsWith('>')) return evaluation('breached', events);
    if (isUncertain) return evaluation('insufficient', events);
    return evaluation(breached ? 'breached' : 'ok', events);
  }
  const value = base === 0 ? 0 : (100 * shared) / base;
  if (isUncertain) return evaluation('insufficient', value);
  if (base < minimumEvents || base === 0) return evaluation('insufficient', value, true);
  return evaluation(isBeyond(threshold, value) ? 'breached' : 'ok', value);
}

function sumOf(byStatus: StatusCounts, matches: (status: string) => boolean): number {
  let sum = 0;
  for (const [status, events] of byStatus) if (matches(status)) sum += events;
  return sum;
}

function isBeyond({ operator, limit }: Threshold, value: number): boolean {
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
