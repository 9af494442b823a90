import type { Range } from '../timeline/time.ts';
import type { Counts } from './counts.ts';

/** A stretch of time with its counts. It cannot be cut: it is a bucket, or the time between two looks at Togai metrics. */
export interface Piece extends Range {
  readonly counts: Counts;
  /** The counts are lower bounds. */
  readonly partial: boolean;
}

/** All that was counted, whichever way. */
export interface Pieces {
  /** Oldest first, without overlap. */
  readonly list: readonly Piece[];
  /**
   * The events in progress of the hours that overlap a range, and all events of those hours. `undefined` where they are in the
   * counts of the pieces.
   */
  inProgressIn(range: Range): { readonly events: number; readonly of: number } | undefined;
}

/**
 * The end of the unbroken row of pieces that holds a time.
 *
 * @param from epoch ms
 * @returns epoch ms; `from` where nothing was counted beyond it
 */
export function rowFrom({ list }: Pick<Pieces, 'list'>, from: number): number {
  let reached = from;
  for (const { start, end } of list) {
    if (end <= reached) continue;
    if (start > reached) break;
    reached = end;
  }
  return reached;
}
