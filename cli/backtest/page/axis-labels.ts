import { dayText, SECOND_MS, shortTime } from '../../../functions/monitor/timeline/time.ts';

const DAY_SECONDS = 86_400;
const TEXT_HEIGHT = 14;

/**
 * Days, or hours with the day below the first one and below each midnight.
 *
 * @param splits epoch seconds @param step between them, in seconds
 */
export function timeTexts(splits: readonly number[], step: number): string[] {
  let shown = '';
  return splits.map((seconds) => {
    const day = dayText(seconds * SECOND_MS);
    if (step >= DAY_SECONDS) return day;
    const below = day === shown ? '' : `\n${day}`;
    shown = day;
    return `${shortTime(seconds * SECOND_MS).slice(11, 16)}${below}`;
  });
}

/** Powers of ten, as far as their texts have room. @param yOf the distance of a value from the top, in pixels */
export function splitsUpTo(most: number, yOf: (value: number) => number): number[] {
  const splits = [0];
  for (let value = 1; value <= most; value *= 10) {
    if (yOf(splits.at(-1) ?? 0) - yOf(value) >= TEXT_HEIGHT) splits.push(value);
  }
  return splits;
}
