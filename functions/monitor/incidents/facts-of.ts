import type { Incident, IncidentAccount, LossFacts, Others } from './incident.ts';
import { addPieces, type Share } from './loss-facts.ts';
import { type LossPiece, NO_LOSS } from './losses.ts';

/** What is known of an account up to a time. @param pieces oldest first */
export function factsOfAccount(
  { name, facts }: IncidentAccount,
  pieces: readonly LossPiece[],
  until: number,
): LossFacts {
  return addPieces(facts, upTo(pieces, until), shareOfAccount(name));
}

/**
 * What is known of the accounts without a name up to a time.
 *
 * @param named the accounts that are not among them
 */
export function factsOfOthers(
  { facts }: Others,
  named: ReadonlySet<string>,
  pieces: readonly LossPiece[],
  until: number,
): LossFacts {
  return addPieces(facts, upTo(pieces, until), shareOfOthers(named));
}

function upTo(pieces: readonly LossPiece[], until: number): readonly LossPiece[] {
  return pieces.filter(({ end }) => end <= until);
}

/** What a piece holds of an account. */
function shareOfAccount(name: string): (piece: LossPiece) => Share {
  return ({ accounts, proves, unnamed }) => {
    // A loss that is nobody's may be of this account.
    return { ...(accounts.get(name) ?? NO_LOSS), proves: proves && unnamed === 0 };
  };
}

/** What a piece holds of the accounts without a name. @param named the accounts that are not among them */
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
 * Takes into the sums what has left the window: it is not counted again. What came after the end of an incident is no part of it.
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
  const old = upTo(pieces, until);
  const { accounts, others } = incident;
  return {
    ...incident,
    accounts: accounts.map((account) => ({
      ...account,
      facts: addPieces(account.facts, old, shareOfAccount(account.name)),
    })),
    others: others && { ...others, facts: addPieces(others.facts, old, shareOfOthers(named)) },
  };
}
