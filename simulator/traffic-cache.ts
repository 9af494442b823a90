import type { CountedHour } from './counted-hour.ts';
import type { Traits } from './event-traits.ts';
import type { Scenario } from './scenarios.ts';

/** All that is made of a seed and a rate. */
export interface CachedTraffic {
  readonly rows: Map<number, readonly Traits[]>;
  /** By the hours since 1970. */
  readonly hours: Map<number, CountedHour>;
  /** How many events the rows hold. */
  kept: number;
}

/** The newest last. Tests that simulate the same events again make them once. */
const CACHED = new Map<string, CachedTraffic>();
const MOST_CACHED = 4;

export function cachedTrafficOf(
  seed: number,
  { eventsPerSecond, begins = 0 }: Scenario,
): CachedTraffic {
  const key = `${seed} ${eventsPerSecond} ${begins}`;
  const made = CACHED.get(key) ?? { rows: new Map(), hours: new Map(), kept: 0 };
  CACHED.delete(key);
  CACHED.set(key, made);
  for (const old of [...CACHED.keys()].slice(0, -MOST_CACHED)) CACHED.delete(old);
  return made;
}
