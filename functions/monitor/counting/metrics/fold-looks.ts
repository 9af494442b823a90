import type { LookRecord } from '../../events/look-record.ts';
import { Levels } from './levels.ts';
import { type LookPiece, lookPieces } from './look-pieces.ts';

interface Folded {
  readonly looks: LookRecord[];
  /** After the last look. */
  readonly levels: Levels;
  readonly pieces: LookPiece[];
}

const FOLDED = new WeakMap<LookRecord, Folded>();

/**
 * The levels after some looks, and the pieces of them. A day of looks may have a hundred thousand
 * changes. A run needs them before its own look and after it, so looks that were folded before are
 * not folded again.
 *
 * @param looks oldest first
 * @returns valid until more looks are folded
 */
export function foldLooks(looks: readonly LookRecord[]): {
  readonly levels: Levels;
  readonly pieces: readonly LookPiece[];
} {
  const [first] = looks;
  const known = first && FOLDED.get(first);
  const isBeginning = known?.looks.every((look, index) => look === looks[index]) ?? false;
  const folded: Folded =
    known && isBeginning ? known : { looks: [], levels: new Levels(), pieces: [] };
  const more = looks.slice(folded.looks.length);
  folded.pieces.push(...lookPieces(more, folded.levels, folded.looks.at(-1)));
  folded.looks.push(...more);
  if (first) FOLDED.set(first, folded);
  return folded;
}
