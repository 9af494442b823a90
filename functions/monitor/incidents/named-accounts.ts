import type { Incident } from './incident.ts';
import type { LossPiece } from './losses.ts';
import { isLong, type Onset, onsetIn } from './onset.ts';
import { shareOfOthers } from './parts-of-incident.ts';

/** The most accounts that an incident has by name. */
export const MAX_NAMED = 500;
/** Fewer lost events are strays. */
const LEAST_LOST = 5;
/** Of its own settled events. */
const SHARE_OF_OWN = 0.05;
/** Of the loss of all. */
const SHARE_OF_ALL = 0.1;
/** A bucket with less than this share of an account's worst bucket is before the loss: strays come at any time. */
const BEGINNING = 0.1;
/**
 * Whether the accounts that lost events in a piece are known. Hours before the first look at Togai
 * metrics have no names.
 */
export function isOfKnown({ unnamed }: LossPiece): boolean {
  return unnamed < LEAST_LOST;
}

/** An account whose loss stands out. */
export interface NamedLoss extends Onset {
  readonly name: string;
  readonly lost: number;
  /** Settled events; a lower bound where not all of them are known. */
  readonly total: number;
}

/**
 * The accounts whose loss stands out in some pieces, those with the greatest first.
 *
 * @param pieces oldest first
 * @param owned accounts whose loss is known already
 * @param isFirst nothing is known of the time before the pieces
 */
export function namedIn(
  pieces: readonly LossPiece[],
  owned: ReadonlySet<string>,
  isFirst: boolean,
): NamedLoss[] {
  const lostBy = new Map<string, number>();
  let all = 0;
  for (const { accounts, lost: lostByAll } of pieces) {
    // Owned accounts are part of the sum: beside their great loss, strays stay below a tenth.
    all += lostByAll;
    for (const [name, { lost }] of accounts) {
      if (lost === 0 || owned.has(name)) continue;
      lostBy.set(name, (lostBy.get(name) ?? 0) + lost);
    }
  }
  return [...lostBy]
    .filter(([, lost]) => lost >= LEAST_LOST)
    .map(([name, lost]) => ({ name, lost, total: totalOf(name, pieces) }))
    .filter(({ lost, total }) => lost >= SHARE_OF_OWN * total || lost >= SHARE_OF_ALL * all)
    .map((loss) => ({ ...loss, ...onsetOfAccount(loss.name, pieces, isFirst) }))
    .sort((a, b) => b.lost - a.lost || (a.name < b.name ? -1 : 1));
}

function totalOf(name: string, pieces: readonly LossPiece[]): number {
  return pieces.reduce((sum, { accounts }) => sum + (accounts.get(name)?.total ?? 0), 0);
}

function onsetOfAccount(name: string, pieces: readonly LossPiece[], isFirst: boolean): Onset {
  return onsetFrom(pieces, ({ accounts }) => accounts.get(name)?.lost ?? 0, isFirst);
}

/** When the loss of all accounts but some began. */
export function onsetOfOthers(
  pieces: readonly LossPiece[],
  named: ReadonlySet<string>,
  isFirst: boolean,
): Onset {
  const share = shareOfOthers(named);
  return onsetFrom(pieces, (piece) => share(piece).lost, isFirst);
}

function onsetFrom(
  pieces: readonly LossPiece[],
  lostIn: (piece: LossPiece) => number,
  isFirst: boolean,
): Onset {
  const losses = pieces.map(lostIn);
  const worst = Math.max(1, ...losses);
  const first = Math.max(
    0,
    losses.findIndex((lost) => lost > 0 && lost >= BEGINNING * worst),
  );
  const before = pieces[first - 1];
  // Nobody knows when in a long piece its few lost events were lost: at its end they are the beginning.
  const isBefore = before !== undefined && isLong(before) && lostIn(before) >= LEAST_LOST;
  return onsetIn(pieces[first] ?? { start: 0, end: 0 }, isBefore || (isFirst && first === 0));
}

/** The accounts that open incidents own by name. A mended account is owned by none. */
export function namesIn(incidents: readonly Incident[]): Set<string> {
  const names = new Set<string>();
  for (const { accounts, end } of incidents) {
    if (end) continue;
    for (const { name, endedAt } of accounts) if (endedAt === undefined) names.add(name);
  }
  return names;
}

/** The accounts that are not among the others of an incident: its own by name, and those that another open one owns. */
export function namesApart({ accounts }: Incident, incidents: readonly Incident[]): Set<string> {
  const names = namesIn(incidents);
  for (const { name } of accounts) names.add(name);
  return names;
}
