import { evaluate } from '../../functions/monitor/thresholds/evaluate.ts';
import {
  isUpperLimit,
  printThreshold,
  type Threshold,
} from '../../functions/monitor/thresholds/threshold.ts';
import { windowAt } from '../../functions/monitor/thresholds/window.ts';
import type { PiecesOfHistory } from './pieces-of-history.ts';

/**
 * The value of each rule at each window end, whatever its limit is: the rule is breached where the value is beyond the limit.
 * `NaN` where no limit would be breached, because the counts are not enough.
 *
 * @param onEnd called after each window end
 * @returns by {@link shapeOf}
 */
export function valuesOf(
  pieces: PiecesOfHistory,
  rules: readonly Threshold[],
  minimumEvents: number,
  onEnd: () => void = () => {},
): Map<string, Float64Array> {
  const { history } = pieces;
  const asked = [...new Map(rules.map((rule) => [shapeOf(rule), breachedAlways(rule)]))];
  const values = new Map(asked.map(([shape]) => [shape, new Float64Array(history.length)]));
  for (let index = 0; index < history.length; index++) {
    const end = history.ends[index] ?? 0;
    const window = windowAt(pieces.knownAt(index, []), end, history.windowMs);
    for (const [shape, rule] of asked) {
      const { state, value } = evaluate(rule, window, { minimumEvents });
      const ofShape = values.get(shape);
      if (ofShape) ofShape[index] = state === 'breached' ? value : Number.NaN;
    }
    onEnd();
  }
  return values;
}

/** Rules of one shape differ in their limit only, and in how long it has to be breached: `unmetered by account >= %`. */
export function shapeOf(rule: Threshold): string {
  const operator = isUpperLimit(rule) ? '>=' : '<=';
  return printThreshold({ ...rule, operator, limit: 0, forMinutes: 0, severity: 'warning' });
}

/** The rule with a limit that every value breaches. */
function breachedAlways(rule: Threshold): Threshold {
  return isUpperLimit(rule)
    ? { ...rule, operator: '>=', limit: 0 }
    : { ...rule, operator: '<=', limit: Number.POSITIVE_INFINITY };
}
