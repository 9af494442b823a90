import type { Counts } from '../events/counts.ts';
import { mergeCounts } from '../events/merge-counts.ts';
import type { Piece, Pieces } from '../events/pieces.ts';
import { IN_PROGRESS } from '../events/status-groups.ts';
import type { Range } from '../timeline/time.ts';
import { isLonger } from './insufficient.ts';

export interface CountedWindow {
  /** It begins earlier than the window of the settings where a piece of time reaches out of that. */
  readonly window: Range;
  /** Oldest first. */
  readonly pieces: readonly Piece[];
  readonly counts: Counts;
  /** All of it was counted completely. */
  readonly whole: boolean;
  readonly isLonger: boolean;
}

/** The window that ends at a time. A piece that reaches into it belongs to it as a whole, because nobody can cut a piece. */
export function windowAt(counted: Pieces, end: number, windowMs: number): CountedWindow {
  const asked: Range = { start: end - windowMs, end };
  const pieces = counted.list.filter((piece) => piece.end > asked.start && piece.start < end);
  const merged = mergeCounts(pieces.map(({ counts }) => counts));
  return { pieces, ...windowOf(pieces, merged, asked, counted.inProgressIn(asked)) };
}

/**
 * A window whose pieces are summed.
 *
 * @param pieces those that reach into it, oldest first
 * @param inProgress by Togai metrics, if they counted
 */
export function windowOf(
  pieces: readonly Omit<Piece, 'counts'>[],
  merged: Counts,
  asked: Range,
  inProgress: ReturnType<Pieces['inProgressIn']>,
): Omit<CountedWindow, 'pieces'> {
  const [first] = pieces;
  const start = Math.min(asked.start, first?.start ?? asked.start);
  return {
    window: { start, end: asked.end },
    counts: inProgress ? withInProgress(merged, inProgress) : merged,
    whole: isUnbroken(pieces, asked) && pieces.every(({ partial }) => !partial),
    isLonger: isLonger({ start, end: asked.end }, asked),
  };
}

function isUnbroken(pieces: readonly Range[], { start, end }: Range): boolean {
  let reached = start;
  for (const piece of pieces) {
    if (piece.start > reached) return false;
    reached = Math.max(reached, piece.end);
  }
  return reached >= end;
}

function withInProgress(
  counts: Counts,
  { events, of }: { readonly events: number; readonly of: number },
): Counts {
  const known = counts.byStatus.get(IN_PROGRESS) ?? 0;
  const byStatus = new Map(counts.byStatus);
  if (events > 0) byStatus.set(IN_PROGRESS, events);
  else byStatus.delete(IN_PROGRESS);
  return { ...counts, byStatus, total: counts.total - known + events, inProgressOf: of };
}
