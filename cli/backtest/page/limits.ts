import { MAX_LIMIT } from '../../../functions/monitor/thresholds/grammar.ts';
import type { Threshold } from '../../../functions/monitor/thresholds/threshold.ts';

/** The numbers that a limit moves by: two digits are enough to choose one. */
function stepAt(value: number, unit: Threshold['unit']): number {
  const least = unit === 'events' ? 1 : value < 10 ? 0.1 : 1;
  return Math.max(least, 10 ** (Math.floor(Math.log10(Math.max(value, 1))) - 1));
}

type Limited = Pick<Threshold, 'operator' | 'unit'>;

/** The limits that a rule can have. No share is above 100%, so `> 100%` would be never breached, and `<= 100%` always. */
export function boundsOf({ operator, unit }: Limited): { least: number; most: number } {
  if (unit === 'events') return { least: 1, most: MAX_LIMIT };
  return { least: 0.1, most: operator === '>' || operator === '<=' ? 99.9 : 100 };
}

/** The limit of a rule nearest to a value that people would write. @param top the end of the scale */
export function limitNear(value: number, rule: Limited, top: number): number {
  const { least, most } = boundsOf(rule);
  const within = Math.min(Math.max(value, 0), top);
  const step = stepAt(within, rule.unit);
  return tidy(Math.min(most, Math.max(least, Math.round(within / step) * step)));
}

/** The next limit in a direction. @param by steps; negative for down */
export function limitBeside(limit: number, by: number, rule: Limited, top: number): number {
  // Down from 100 the steps are those below it.
  const step = stepAt(by < 0 ? limit * 0.999 : limit, rule.unit);
  return limitNear(limit + by * step, rule, top);
}

/** Without the rest of a sum such as 0.1 + 0.2. */
function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
