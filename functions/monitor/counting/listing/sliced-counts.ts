import type { Counts, IgnoreLists } from '../../events/counts.ts';
import { createDistinctCounter } from '../../events/distinct-counter.ts';
import type { UsageEvent } from '../../events/event.ts';
import type { Bucket } from '../../timeline/bucket.ts';
import type { Range } from '../../timeline/time.ts';

/** As far from an edge between slices as times that are cut to the second can lead astray. */
const EDGE_MS = 2_000;

/** Builds the counts of a bucket from its slices, in whatever order their pages come. */
export interface SlicedCounter {
  /**
   * @param slice of the query that it came with
   * @param time by which it is counted, epoch ms
   */
  add(slice: Range, time: number, event: UsageEvent): void;
  /** What cannot be placed in time may come with every slice; by its identity it counts once. */
  addMalformed(identity: string | undefined, problem: string): void;
  /** How many entries were added so far, readable or not. */
  readonly entries: number;
  /** To be called once. */
  finish(): Counts;
}

/**
 * An event counts with the slice that holds its time. One that comes with the slice beside its own comes with its own
 * as well, if the server filters by that time; where this was never proved, it may come with the other one only. So it
 * is kept, and counts in the end if its own slice has not brought it.
 */
export function createSlicedCounter(bucket: Bucket, ignoreLists: IgnoreLists): SlicedCounter {
  const counter = createDistinctCounter(ignoreLists);
  const strays = new Map<string, UsageEvent>();

  return {
    add(slice, time, event) {
      const { identity } = event;
      if (holds(slice, time)) {
        counter.add(event);
        return;
      }
      const nearby = time >= slice.start - EDGE_MS && time < slice.end + EDGE_MS;
      if (nearby && holds(bucket, time) && identity !== undefined) strays.set(identity, event);
    },
    addMalformed: (identity, problem) => counter.addMalformed(problem, identity),
    get entries() {
      return counter.entries;
    },
    finish() {
      for (const [identity, event] of strays) if (!counter.has(identity)) counter.add(event);
      return counter.finish();
    },
  };
}

export function holds({ start, end }: Range, time: number): boolean {
  return time >= start && time < end;
}
