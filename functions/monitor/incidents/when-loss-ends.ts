import { DAY_MS, HOUR_MS, MINUTE_MS } from '../timeline/time.ts';
import type { LossFacts } from './incident.ts';
import type { Loss } from './losses.ts';

/** Below this part of its usual share a loss is over: strays come at any time. */
const CALM_SHARE = 1 / 5;
/** A loss of this share of the events is never a stray. */
const LOSS_SHARE = 0.05;

/** The shortest time without a loss that ends anything: three buckets. */
export const LEAST_CALM_MS = 15 * MINUTE_MS;
/** No pause is waited for any longer. A rule of its own, beside the six hours of reopen.ts. */
const MOST_CALM_MS = 6 * HOUR_MS;
/** How much longer than the longest pause so far the time without a loss must be. */
const CALM_FACTOR = 1.5;
/**
 * At the earlier rate, so many losses would have come since the last one. By chance they are
 * missing once in 20,000 times.
 */
const EXPECTED_LOSSES = 10;
/**
 * An account without an event for longer than this, and than three times its usual gap, is not
 * known to be mended.
 */
const STOPPED_MS = HOUR_MS;
const STOPPED_GAPS = 3;
/** An incident is closed after so long without an event of its accounts. */
export const SILENT_MS = DAY_MS;

/** Whether the time without a loss is long enough to end it. @param end of the newest bucket, epoch ms */
export function isPauseLongEnough(
  { lastLoss, unprovenTo, longestPause }: LossFacts,
  end: number,
): boolean {
  const needed = Math.max(LEAST_CALM_MS, Math.min(CALM_FACTOR * longestPause, MOST_CALM_MS));
  return end - Math.max(lastLoss, unprovenTo) >= needed;
}

/** Whether so many events came since the last loss that some of them would have been lost. */
export function isTrafficProof(facts: LossFacts): boolean {
  const { totalSince } = facts;
  const { lost, total } = usualOf(facts) ?? { lost: facts.lost, total: facts.total - totalSince };
  return totalSince * lost >= EXPECTED_LOSSES * total;
}

/** Whether a part sends nothing any more, so that nobody knows whether its loss is over. */
export function isStopped(
  { lastSeen, seen, unprovenTo }: LossFacts,
  onset: number,
  end: number,
): boolean {
  const usualGap = (lastSeen - onset) / Math.max(1, seen);
  return end - Math.max(lastSeen, unprovenTo) >= Math.max(STOPPED_MS, STOPPED_GAPS * usualGap);
}

/** Whether lost events go on with a loss. A few of very many are strays, unless as few were lost before. */
export function isPartOfLoss(before: LossFacts, { lost, total }: Loss): boolean {
  if (lost === 0) return false;
  const { withoutTotal = 0 } = before;
  const usual = usualOf(before);
  const usualLost = usual ? (usual.lost / Math.max(usual.lost, usual.total)) * total : withoutTotal;
  return lost >= Math.min(LOSS_SHARE * total, CALM_SHARE * usualLost);
}

/** Up to the last loss, as far as all events are known; `undefined`: nothing is known of them. */
function usualOf({ lost, total, totalSince, withoutTotal = 0 }: LossFacts): Loss | undefined {
  const usual = { lost: lost - withoutTotal, total: total - totalSince - withoutTotal };
  return usual.lost > 0 && usual.total > 0 ? usual : undefined;
}
