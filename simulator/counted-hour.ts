import { SECOND_MS } from '../functions/monitor/timeline/time.ts';
import { fraction } from './random.ts';
import type { Scenario } from './scenarios.ts';

export const SECONDS_PER_HOUR = 3_600;

/** The number of events that arrive in each second of an hour. */
export interface CountedHour {
  readonly counts: Uint32Array;
  /** The seconds (epoch s) that hold events. */
  readonly withEvents: readonly number[];
}

/** The hours since 1970 up to a second (epoch s). */
export function hourOf(second: number): number {
  return Math.floor(second / SECONDS_PER_HOUR);
}

export function countHour(hour: number, seed: number, scenario: Scenario): CountedHour {
  const first = hour * SECONDS_PER_HOUR;
  const counts = Uint32Array.from({ length: SECONDS_PER_HOUR }, (_, index) =>
    countSecond(first + index, seed, scenario),
  );
  const withEvents = [...counts.keys()]
    .filter((index) => counts[index])
    .map((index) => first + index);
  return { counts, withEvents };
}

function countSecond(second: number, seed: number, { begins = 0, eventsPerSecond }: Scenario) {
  if (second * SECOND_MS < begins) return 0;
  const hour = (second % 86_400) / 3_600;
  // The rate follows the day: a third above the mean at noon, a third below at midnight (UTC).
  const rate = eventsPerSecond * (1 - Math.cos((hour / 12) * Math.PI) / 3);
  return Math.floor(rate + fraction(seed, second, 1));
}
