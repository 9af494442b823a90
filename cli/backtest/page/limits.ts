import type { Threshold } from '../../../functions/monitor/thresholds/threshold.ts';

/** The numbers that a limit moves by: two digits are enough to choose one. */
function stepAt(value: number, unit: Threshold['unit']): number {
  const least = unit === 'events' ? 1 : value < 10 ? 0.1 : 1;
  return Math.max(least, 10 ** (Math.floor(Math.log10(Math.max(value, 1))) - 1));
}

/** The limit nearest to a value that people would write. */
export function limitNear(value: number, unit: Threshold['unit'], most: number): number {
  const within = Math.min(Math.max(value, 0), most);
  const step = stepAt(within, unit);
  return tidy(Math.max(unit === 'events' ? 1 : 0.1, Math.round(within / step) * step));
}

/** The next limit in a direction. @param by steps; negative for down */
export function limitBeside(
  limit: number,
  by: number,
  unit: Threshold['unit'],
  most: number,
): number {
  // Down from 100 the steps are those below it.
  const step = stepAt(by < 0 ? limit * 0.999 : limit, unit);
  return limitNear(limit + by * step, unit, most);
}

/** Without the rest of a sum such as 0.1 + 0.2. */
function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
