import { type Counts, countUnnamed, countWhere, type GroupCounts } from '../events/counts.ts';
import type { Piece } from '../events/pieces.ts';
import { IN_PROGRESS, isSettled } from '../events/status-groups.ts';
import type { Range } from '../timeline/time.ts';

/** With a larger share in progress Togai is behind, and a bucket without a loss proves nothing. Evaluation has a limit of its own: see thresholds/insufficient.ts. */
const MAX_IN_PROGRESS_OF_PROOF = 0.1;

/** Whether so little is in progress that a bucket without a loss proves something. */
export function isProgressLow({ byStatus, total, inProgressOf = total }: Counts): boolean {
  return (byStatus.get(IN_PROGRESS) ?? 0) <= inProgressOf * MAX_IN_PROGRESS_OF_PROOF;
}

/** Events that a rule counts as lost, and all settled events. */
export interface Loss {
  readonly lost: number;
  readonly total: number;
  /** Lost events that are in no share, because it is not known how many events there were in all. @default 0 */
  readonly withoutTotal?: number | undefined;
}

/** The losses of a stretch of time. */
export interface LossPiece extends Range, Loss {
  /** Those with any event. */
  readonly accounts: ReadonlyMap<string, Loss>;
  /** Lost events by schema. */
  readonly schemas: ReadonlyMap<string, number>;
  /** Without a loss it proves that there was none: it was counted completely, and no healed event hides a lost one. */
  readonly proves: boolean;
  /** Lost events without a known name. */
  readonly unnamed: number;
}

export const NO_LOSS: Loss = { lost: 0, total: 0 };

const READ = new WeakMap<Piece, Map<string, LossPiece>>();

/**
 * Reads the losses of pieces, each piece once: many windows hold it.
 *
 * @param subject names the events that `matches` accepts
 */
export function lossesBy(
  subject: string,
  matches: (status: string) => boolean,
): (piece: Piece) => LossPiece {
  return (piece) => {
    const known = READ.get(piece) ?? new Map<string, LossPiece>();
    READ.set(piece, known);
    const before = known.get(subject);
    if (before) return before;
    const read = lossOf(piece, matches);
    known.set(subject, read);
    return read;
  };
}

function lossOf(
  { start, end, counts, partial }: Piece,
  matches: (status: string) => boolean,
): LossPiece {
  const { byStatus, healed = 0, recounted } = counts;
  const accounts = new Map<string, Loss>();
  for (const [name, group] of counts.accounts.byName) accounts.set(name, ofGroup(group, matches));
  const schemas = new Map<string, number>();
  for (const [name, { byStatus: own }] of counts.schemas.byName) {
    schemas.set(name, countWhere(own, matches));
  }
  return {
    start,
    end,
    lost: countWhere(byStatus, matches),
    total: countWhere(byStatus, isSettled),
    accounts,
    schemas,
    proves: !partial && healed === 0 && !recounted && isProgressLow(counts),
    unnamed: countUnnamed(byStatus, counts.accounts, matches),
  };
}

function ofGroup(
  { byStatus, withoutTotal }: GroupCounts,
  matches: (status: string) => boolean,
): Loss {
  return {
    lost: countWhere(byStatus, matches),
    total: countWhere(byStatus, isSettled),
    ...(withoutTotal && { withoutTotal: countWhere(withoutTotal, matches) }),
  };
}
