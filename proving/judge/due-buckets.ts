import type { StoredBucket } from '../history.ts';
import { BUCKET, HOUR, MINUTE } from '../world/scenario.ts';
import type { WorldSettings } from '../world/world-settings.ts';
import { configAt } from './count-config.ts';
import type { Run } from './run.ts';
import { floorTo, type Span } from './span.ts';
import type { StoredBuckets } from './stored-buckets.ts';

const RECOUNT_AFTER = 15 * MINUTE;

/**
 * The buckets of five minutes that were due and that a run did not count, by their start.
 *
 * @param watermark before the run
 */
export function missedBuckets(
  stored: StoredBuckets,
  settings: WorldSettings,
  { at, timeField, number }: Run,
  watermark: number,
): number[] {
  const { windowMinutes, settleMinutes, maxCatchUpHours } = settings;
  const newest = floorTo(BUCKET, at - settleMinutes * MINUTE);
  const window = windowMinutes * MINUTE;
  const reach = newest - Math.max(maxCatchUpHours * HOUR, window);
  const missed: number[] = [];
  const from = Math.max(reach, Math.min(watermark, newest - window));
  for (let start = from; start < newest; start += BUCKET) {
    const bucket = stored.newest(start);
    if (!bucket) {
      if (start >= watermark) missed.push(start);
      continue;
    }
    if (bucket.run === number || bucket.partial) continue;
    const inWindow = start >= newest - window;
    if (bucket.config !== configAt(settings, start, timeField)) {
      if (inWindow) missed.push(start);
      continue;
    }
    const span = { start, end: start + BUCKET };
    if (isDueAgain(bucket, span, at, inWindow, settings)) missed.push(start);
  }
  return missed;
}

/** A bucket is due again if it had events in progress. It is due once more in the older half of the newest window. */
function isDueAgain(
  { times, inProgress, countedAt }: StoredBucket,
  { end }: Span,
  at: number,
  inWindow: boolean,
  { settleMinutes, windowMinutes }: WorldSettings,
): boolean {
  if (times === 1 && inProgress > 0 && at - countedAt >= RECOUNT_AFTER) return true;
  const middleAt = (time: number) =>
    floorTo(BUCKET, time - settleMinutes * MINUTE) - (windowMinutes * MINUTE) / 2;
  return inWindow && end <= middleAt(at) && end > middleAt(countedAt);
}
