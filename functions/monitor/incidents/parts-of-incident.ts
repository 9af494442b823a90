import type { Incident, IncidentAccount, LossFacts, Part } from './incident.ts';
import { addPieces, type Share } from './loss-facts.ts';
import { type LossPiece, NO_LOSS } from './losses.ts';

/** The named accounts of a loss, and then its others as one. */
export function partsOf({ accounts, others }: Incident): readonly Part[] {
  return others ? [...accounts, others] : accounts;
}

/** An incident with each of its parts changed. */
export function mapParts(incident: Incident, change: <P extends Part>(part: P) => P): Incident {
  const { accounts, others } = incident;
  return { ...incident, accounts: accounts.map(change), others: others && change(others) };
}

/**
 * Whether the loss of a part goes on. It is not known of an account that sends nothing any more.
 */
export function isLosing(part: Part): boolean {
  return part.endedAt === undefined && !('stoppedAt' in part && part.stoppedAt !== undefined);
}

/**
 * The loss of a part in a piece.
 *
 * @param named the accounts that are not among the others
 */
export function shareOf(part: Part, named: ReadonlySet<string>): (piece: LossPiece) => Share {
  return 'name' in part ? shareOfAccount(part) : shareOfOthers(named);
}

function shareOfAccount({
  name,
  leftAt = Number.POSITIVE_INFINITY,
}: IncidentAccount): (piece: LossPiece) => Share {
  return ({ start, accounts, proves, unnamed }) => {
    if (start >= leftAt) return { ...NO_LOSS, proves };
    // A loss without a name may be of this account.
    return { ...(accounts.get(name) ?? NO_LOSS), proves: proves && unnamed === 0 };
  };
}

export function shareOfOthers(named: ReadonlySet<string>): (piece: LossPiece) => Share {
  return ({ accounts, proves, ...all }) => {
    let { lost, total } = all;
    for (const name of named) {
      const loss = accounts.get(name);
      if (!loss) continue;
      lost -= loss.lost;
      total -= loss.total;
    }
    // Names are asked for a moment after the sums, so there can be more of them.
    const left = Math.max(0, lost);
    return { lost: left, total: Math.max(left, total), proves };
  };
}

/**
 * The loss of all parts in a piece.
 *
 * @param named the accounts that are not among the others
 */
export function lostOfParts(
  incident: Incident,
  named: ReadonlySet<string>,
): (piece: LossPiece) => number {
  const shares = partsOf(incident).map((part) => shareOf(part, named));
  return (piece) => shares.reduce((sum, share) => sum + share(piece).lost, 0);
}

/** The facts of a part at the end of some pieces. @param pieces oldest first */
export function factsOfPart(
  part: Part,
  named: ReadonlySet<string>,
  pieces: readonly LossPiece[],
): LossFacts {
  return addPieces(part.facts, pieces, shareOf(part, named));
}

/**
 * Adds pieces to the sums once they have left the window: they are not counted again. Pieces after
 * the end of an incident are no part of it.
 *
 * @param named the accounts that are not among its others
 * @param windowStart epoch ms
 */
export function rollFacts(
  incident: Incident,
  named: ReadonlySet<string>,
  pieces: readonly LossPiece[],
  windowStart: number,
): Incident {
  const until = Math.min(windowStart, incident.end?.seenAt ?? windowStart);
  const old = pieces.filter(({ end }) => end <= until);
  return mapParts(incident, (part) => ({ ...part, facts: factsOfPart(part, named, old) }));
}
