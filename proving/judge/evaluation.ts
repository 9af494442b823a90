import type { Threshold } from '../world/scenario.ts';
import { isAboutAll, isOf, isSettled } from './status-groups.ts';
import type { Window } from './window.ts';

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
  if (!threshold.by) return measure(threshold, window.byStatus, isUncertain, minimumEvents);
  const isAccount = threshold.by === 'account';
  const groups = isAccount ? window.accounts : window.schemas;
  // A group without a name could breach the threshold, and a group with a name may have more events.
  const truncated = isAccount ? window.accountsTruncated : window.schemasTruncated;
  const evaluations = [...groups].map(
    ([name, byStatus]) =>
      [name, measure(threshold, byStatus, isUncertain || truncated, minimumEvents)] as const,
  );
  const breached = evaluations.filter(([, { state }]) => state === 'breached');
  const highest = (of: typeof evaluations) => Math.max(0, ...of.map(([, { value }]) => value));
  if (breached.length > 0) {
    const names = breached.map(([name]) => name);
    return { state: 'breached', value: highest(breached), groups: names, tooFew: false };
  }
  const value = highest(evaluations.filter(([, { state }]) => state === 'ok'));
  if (isUncertain || truncated) return { state: 'insufficient', value, groups: [], tooFew: false };
  // The alert ends only if each of its groups is known to be better.
  const tooFew = firing.some((name) => {
    const byStatus = groups.get(name);
    if (!byStatus) return threshold.unit === 'percent';
    return measure(threshold, byStatus, isUncertain, minimumEvents).tooFew;
  });
  return { state: tooFew ? 'insufficient' : 'ok', value, groups: [], tooFew };
}

function isUncertainFor(threshold: Threshold, { isComplete, byStatus }: Window): boolean {
  if (!isComplete) return true;
  if (isAboutAll(threshold)) return false;
  if (threshold.unit === 'events' && threshold.operator.startsWith('<')) return false;
  const all = sumOf(byStatus, () => true);
  return sumOf(byStatus, (status) => isOf('in_progress', status)) > all / 10;
}

function measure(
  threshold: Threshold,
  byStatus: StatusCounts,
  isUncertain: boolean,
  minimumEvents: number,
): Evaluation {
  const events = sumOf(byStatus, (status) => isOf(threshold.subject, status));
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
  const base = sumOf(byStatus, isAboutAll(threshold) ? () => true : isSettled);
  const value = base === 0 ? 0 : (100 * events) / base;
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
