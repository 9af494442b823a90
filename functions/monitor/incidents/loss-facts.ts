import type { LossFacts } from './incident.ts';
import type { Loss, LossPiece } from './losses.ts';
import { isPartOfLoss } from './when-loss-ends.ts';

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
  // Time without a count in between proves nothing.
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
