import { HOUR_MS, MINUTE_MS } from '../timeline/time.ts';
import type { LossFacts } from './incident.ts';
import type { Loss, LossPiece } from './losses.ts';

/** The shortest time without a loss that ends anything: three buckets. */
export const LEAST_CALM_MS = 15 * MINUTE_MS;
/** No pause is waited for any longer. */
const MOST_CALM_MS = 6 * HOUR_MS;
/** How much longer than the longest pause so far the time without a loss must be. */
const CALM_FACTOR = 1.5;
/** How many losses would have been expected in the events since the last one: by chance they are missing once in 20,000 times. */
const EXPECTED_LOSSES = 10;
/** Below this part of its usual share a loss is over: strays come at any time. */
const CALM_SHARE = 1 / 5;
/** A loss of this share of the events is never a stray. */
const LOSS_SHARE = 0.05;
/** Who has sent nothing for longer than this, and than three times the usual gap, is not known to be mended. */
const STOPPED_MS = HOUR_MS;
const STOPPED_GAPS = 3;

/** Nothing is counted yet. @param from the start of the loss */
export function noFacts(from: number): LossFacts {
  return {
    to: from,
    lost: 0,
    total: 0,
    lastLoss: from,
    totalSince: 0,
    longestPause: 0,
    unprovenTo: from,
    lastSeen: from,
    seen: 0,
  };
}

/** The part of a piece that facts are about. */
export interface Share extends Loss {
  /** Without a loss it proves something. */
  readonly proves: boolean;
}

/** Adds pieces, oldest first. Those that begin before the end of the facts are in them already. */
export function addPieces(
  before: LossFacts,
  pieces: readonly LossPiece[],
  shareIn: (piece: LossPiece) => Share,
): LossFacts {
  let facts = before;
  for (const piece of pieces)
    if (piece.start >= facts.to) facts = added(facts, piece, shareIn(piece));
  return facts;
}

function added(facts: LossFacts, piece: LossPiece, share: Share): LossFacts {
  const { lost, total, proves, withoutTotal = 0 } = share;
  const isSeen = total > 0;
  const isLoss = isPartOfLoss(facts, share);
  // What was not counted in between proves nothing.
  const unproven = proves ? (piece.start > facts.to ? piece.start : undefined) : piece.end;
  const pause = piece.start - facts.lastLoss;
  return {
    to: piece.end,
    lost: facts.lost + lost,
    total: facts.total + total,
    ...(withoutTotal + (facts.withoutTotal ?? 0) > 0 && {
      withoutTotal: withoutTotal + (facts.withoutTotal ?? 0),
    }),
    lastLoss: isLoss ? piece.end : facts.lastLoss,
    totalSince: isLoss ? 0 : facts.totalSince + total,
    longestPause:
      isLoss && facts.lost > 0 ? Math.max(facts.longestPause, pause) : facts.longestPause,
    unprovenTo: Math.max(facts.unprovenTo, unproven ?? facts.unprovenTo),
    lastSeen: isSeen ? piece.end : facts.lastSeen,
    seen: facts.seen + (isSeen ? 1 : 0),
  };
}

/** Whether lost events go on with a loss. A few of very many are strays, unless as few were lost before. */
function isPartOfLoss(before: LossFacts, { lost, total }: Loss): boolean {
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

/** Whether the time without a loss is long enough to end it. @param end of the newest bucket, epoch ms */
export function isQuiet({ lastLoss, unprovenTo, longestPause }: LossFacts, end: number): boolean {
  const needed = Math.max(LEAST_CALM_MS, Math.min(CALM_FACTOR * longestPause, MOST_CALM_MS));
  return end - Math.max(lastLoss, unprovenTo) >= needed;
}

/** Whether so many events came since the last loss that some of them would have been lost. */
export function isTrafficProof(facts: LossFacts): boolean {
  const { totalSince } = facts;
  const { lost, total } = usualOf(facts) ?? { lost: facts.lost, total: facts.total - totalSince };
  return totalSince * lost >= EXPECTED_LOSSES * total;
}

/** Whether somebody sends nothing any more, so that nobody can tell whether the loss is over. */
export function isStopped(
  { lastSeen, seen, unprovenTo }: LossFacts,
  onset: number,
  end: number,
): boolean {
  const usualGap = (lastSeen - onset) / Math.max(1, seen);
  return end - Math.max(lastSeen, unprovenTo) >= Math.max(STOPPED_MS, STOPPED_GAPS * usualGap);
}
