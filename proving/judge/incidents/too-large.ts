import { HOUR } from '../../world/scenario.ts';
import type { RunNote, RunNotes } from './run-notes.ts';

/** So many buckets of an hour that did not fit into a run are a failure to count. */
const MANY = 3;

/** Whether buckets are too large, as the monitor knew when a run began and when it ended. */
export interface TooLarge {
  readonly before: boolean;
  readonly after: boolean;
}

/**
 * The runs in which buckets were too large: from three in the last counted hour on, until it has
 * none. Other runs are left out.
 *
 * @param ended in the order of their beginnings
 */
export function tooLargeIn(
  { partial }: RunNotes,
  ended: readonly RunNote[],
): ReadonlyMap<RunNote, TooLarge> {
  const known = new Map<RunNote, TooLarge>();
  let before = false;
  for (const run of ended) {
    const { watermark = Number.NEGATIVE_INFINITY, endedAt } = run;
    const isInHour = (start: number) => start >= watermark - HOUR && start < watermark;
    const large = [...partial].filter(([start, time]) => isInHour(start) && time <= endedAt).length;
    const after: boolean = run.watermark === undefined ? before : large >= (before ? 1 : MANY);
    if (before || after) known.set(run, { before, after });
    before = after;
  }
  return known;
}
