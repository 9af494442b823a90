import type { Counts } from '../../events/counts.ts';
import { ALL, type LookRecord } from '../../events/look-record.ts';
import type { Piece } from '../../events/pieces.ts';
import { HOUR_MS, type Range } from '../../timeline/time.ts';
import type { Levels, Rise } from './levels.ts';
import { countsOfRises } from './look-counts.ts';

/** The time from one look to the next. */
export interface LookPiece extends Range {
  /** Its parts, oldest first: cut where an hour begins. */
  readonly parts: readonly Piece[];
}

/**
 * The rises of each look against the looks before. The time between two looks is one piece, cut
 * only where an hour begins.
 *
 * @param looks oldest first
 * @param levels gets the looks
 * @param before the look before them
 */
export function lookPieces(
  looks: readonly LookRecord[],
  levels: Levels,
  before?: LookRecord,
): LookPiece[] {
  const pieces: LookPiece[] = [];
  let last = before;
  for (const look of looks) {
    const rises = levels.add(look);
    // A look that could not be read, or that a run took without knowing of another, must leave neither a gap nor an overlap.
    const start = last && !look.isFirst ? last.end : Math.max(look.since, last?.end ?? look.since);
    if (!last && look.isFirst) pieces.push(...hoursBefore(look, start));
    if (start < look.end) pieces.push(...piecesOfLook(look, { start, end: look.end }, rises));
    last = look;
  }
  return pieces;
}

function piecesOfLook(look: LookRecord, range: Range, rises: readonly Rise[]): LookPiece[] {
  const piece = pieceOf(look, range, rises);
  return look.isFirst ? byHour(piece) : [piece];
}

/** A first look counts whole hours. Each is a piece of its own, because events may have been listed in some of them. */
function byHour({ parts }: LookPiece): LookPiece[] {
  return parts.map((part) => ({ start: part.start, end: part.end, parts: [part] }));
}

/**
 * The first look of all has asked for a day, and its window was shorter. A longer window of later finds the older hours here:
 * their levels are all events that they had.
 */
function hoursBefore(look: LookRecord, end: number): LookPiece[] {
  const isAll = ({ scope }: { readonly scope: string }) =>
    scope === ALL || scope.startsWith(`${ALL}/`);
  const rises = look.changes
    .filter((change) => change.from === undefined && change.label < end && isAll(change))
    .map(({ label, scope, name, status, to }) => {
      return { label, scope, name, status, by: to, isBaseline: false };
    });
  const asked = Math.min(end, ...look.asked.filter(isAll).map((range) => range.start));
  const offset = offsetOf(rises);
  const start = Math.ceil((asked - offset) / HOUR_MS) * HOUR_MS + offset;
  const within = rises.filter(({ label }) => label >= start);
  return start < end ? byHour(pieceOf(look, { start, end }, within)) : [];
}

function pieceOf(look: LookRecord, range: Range, rises: readonly Rise[]): LookPiece {
  const parts = partsOf(range, rises);
  const risesOf = parts.map((): Rise[] => []);
  for (const rise of rises) {
    const at = Math.min(Math.max(rise.label, range.start), range.end - 1);
    const index = parts.findIndex(({ start, end }) => at >= start && at < end);
    risesOf[index]?.push(rise);
  }
  return {
    ...range,
    parts: parts.map((part, index) =>
      countedWhenRead(part, () => countsOfRises(risesOf[index] ?? [], look)),
    ),
  };
}

/** A day of looks has hundreds of pieces, and most windows hold a dozen. */
function countedWhenRead({ start, end }: Range, count: () => Counts): Piece {
  let counts: Counts | undefined;
  return {
    start,
    end,
    partial: false,
    get counts() {
      counts ??= count();
      return counts;
    },
  };
}

/** A range, cut where Togai's hours begin. */
function partsOf({ start, end }: Range, rises: readonly Rise[]): Range[] {
  const offset = offsetOf(rises);
  const parts: Range[] = [];
  for (let from = start; from < end; ) {
    const next = Math.floor((from - offset) / HOUR_MS) * HOUR_MS + offset + HOUR_MS;
    const to = Math.min(next, end);
    parts.push({ start: from, end: to });
    from = to;
  }
  return parts;
}

/** By how much Togai's hours begin later than those of UTC. */
function offsetOf(rises: readonly Rise[]): number {
  return (rises[0]?.label ?? 0) % HOUR_MS;
}
