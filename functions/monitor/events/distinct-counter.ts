import { hash53 } from '../text/hash.ts';
import { type Counter, createCounter } from './counter.ts';
import type { Counts, IgnoreLists } from './counts.ts';
import type { UsageEvent } from './event.ts';
import { isSettled } from './status-groups.ts';

/** Counts each event once, also when it is listed several times. */
export interface DistinctCounter extends Omit<Counter, 'addMalformed' | 'finish'> {
  /** An entry that cannot be read may be listed again as well. */
  addMalformed(problem: string, identity: string | undefined): void;
  /** Whether an event with this identity was added. */
  has(identity: string): boolean;
  /** The counts. Nothing can be added afterwards, because the identities are forgotten. */
  finish(): Counts;
}

/**
 * A counter of a range that may be listed with repetitions. Pages overlap while events arrive, and
 * one event may be listed in two states. An event that is not settled waits until the end, so that
 * its settled state counts if it comes.
 */
export function createDistinctCounter(ignoreLists: IgnoreLists): DistinctCounter {
  const counter = createCounter(ignoreLists);
  const counted = new Set<number>();
  const unsettled = new Map<number, UsageEvent>();

  return {
    add(event) {
      if (event.identity === undefined) {
        counter.add(event);
        return;
      }
      const key = hash53(event.identity);
      if (counted.has(key)) return;
      if (isSettled(event.status)) {
        unsettled.delete(key);
        counted.add(key);
        counter.add(event);
      } else if (!unsettled.has(key)) unsettled.set(key, event);
    },
    addMalformed(problem, identity) {
      if (identity !== undefined) {
        const key = hash53(identity);
        if (counted.has(key)) return;
        counted.add(key);
      }
      counter.addMalformed(problem);
    },
    has(identity) {
      const key = hash53(identity);
      return counted.has(key) || unsettled.has(key);
    },
    get entries() {
      return counter.entries + unsettled.size;
    },
    finish() {
      for (const event of unsettled.values()) counter.add(event);
      unsettled.clear();
      // The counters of all buckets are held until the last bucket is counted.
      counted.clear();
      return counter.finish();
    },
  };
}
