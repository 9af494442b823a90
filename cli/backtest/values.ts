import { evaluate } from '../../functions/monitor/thresholds/evaluate.ts';
import type { WindowCounts } from '../../functions/monitor/thresholds/insufficient.ts';
import {
  isUpperLimit,
  printThreshold,
  type Threshold,
} from '../../functions/monitor/thresholds/threshold.ts';
import { windowAt } from '../../functions/monitor/thresholds/window.ts';
import { MovingWindow } from './moving-window.ts';
import type { PiecesOfHistory } from './pieces-of-history.ts';

export interface RulesOfSubject {
  readonly pieces: PiecesOfHistory;
  readonly rules: readonly Threshold[];
}

/**
 * The value of each rule at each window end, for any limit: the rule is breached where the value is
 * beyond the limit. `NaN` where no limit would be breached, because the counts are not enough.
 *
 * @returns by {@link shapeOf}
 */
export function valuesOf(
  subjects: readonly RulesOfSubject[],
  minimumEvents: number,
): Map<string, Float64Array> {
  const [first] = subjects;
  const values = new Map<string, Float64Array>();
  if (!first) return values;
  const { history } = first.pieces;
  const moving = new MovingWindow(history);
  const asked = subjects.map(({ pieces, rules }) => {
    const shapes = [...new Map(rules.map((rule) => [shapeOf(rule), rule]))].map(([shape, rule]) => {
      const ofShape = new Float64Array(history.length);
      values.set(shape, ofShape);
      return { ofShape, valueIn: valueReader(rule, minimumEvents) };
    });
    return { pieces, shapes };
  });
  for (let index = 0; index < history.length; index++) {
    const end = history.ends[index] ?? 0;
    moving.moveTo(index);
    const { isPlain } = moving;
    for (const { pieces, shapes } of asked) {
      const window = isPlain
        ? moving.windowFor(pieces.matches)
        : windowAt(pieces.knownAt(index, []), end, history.windowMs);
      for (const { ofShape, valueIn } of shapes) ofShape[index] = valueIn(window);
    }
  }
  return values;
}

/** Rules of one shape differ in their limit only, and in how long it has to be breached: `unmetered by account >= %`. */
export function shapeOf(rule: Threshold): string {
  const operator = isUpperLimit(rule) ? '>=' : '<=';
  return printThreshold({ ...rule, operator, limit: 0, forMinutes: 0, severity: 'warning' });
}

function valueReader(rule: Threshold, minimumEvents: number): (window: WindowCounts) => number {
  const [always, never] = isUpperLimit(rule)
    ? [withLimit(rule, '>=', 0), withLimit(rule, '>', Number.POSITIVE_INFINITY)]
    : [withLimit(rule, '<=', Number.POSITIVE_INFINITY), withLimit(rule, '<', 0)];
  return (window) => {
    const { state, value } = evaluate(always, window, { minimumEvents });
    if (state === 'breached') return value;
    // Without any name there is no greatest value, and it is known that nothing was lost.
    const calm = evaluate(never, window, { minimumEvents });
    return calm.state === 'ok' ? calm.value : Number.NaN;
  };
}

function withLimit(rule: Threshold, operator: Threshold['operator'], limit: number): Threshold {
  return { ...rule, operator, limit };
}
