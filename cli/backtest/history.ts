import type { Counts } from '../../functions/monitor/events/counts.ts';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import { Cells, type PartsOf } from './cells.ts';
import { Names } from './numbered-names.ts';

/** A piece, with the other facts that a run has when it evaluates the piece. Times are epoch ms. */
export interface HistoricPiece {
  readonly piece: Piece;
  /** The end of the newest piece that the same run evaluates. */
  readonly runEnd: number;
  /** When that run notifies people. */
  readonly notifiedAt: number;
  /**
   * Events in progress in the window that ends with the piece, by Togai metrics; `undefined` where
   * the counts hold them.
   */
  readonly inProgress: { readonly events: number; readonly of: number } | undefined;
}

/** The facts of a piece besides its times and its counts by name. */
export interface PieceNote {
  readonly runEnd: number;
  readonly notifiedAt: number;
  readonly partial?: true;
  readonly lacksLate?: true;
  readonly lacksUnknown?: true;
  readonly healed?: number;
  readonly accountsTruncated?: true;
  readonly schemasTruncated?: true;
  readonly inProgress?: HistoricPiece['inProgress'];
}

export interface HistoryParts {
  readonly starts: number[];
  readonly ends: number[];
  readonly notes: PieceNote[];
  readonly statuses: Names;
  readonly all: Cells;
  readonly accounts: Cells;
  readonly schemas: Cells;
}

/** All that was counted of a long time, held in a few bytes a number. It is only added to. */
export class History implements HistoryParts {
  /** The length of the windows that it can be evaluated over. Events in progress are known for no other. */
  readonly windowMs: number;
  readonly starts: number[];
  readonly ends: number[];
  readonly notes: PieceNote[];
  readonly statuses: Names;
  /** All events, under one name. */
  readonly all: Cells;
  readonly accounts: Cells;
  readonly schemas: Cells;
  /** Of all pieces together. */
  events = 0;

  constructor(windowMs: number, parts: PartsOf<HistoryParts> = {}) {
    this.windowMs = windowMs;
    this.starts = parts.starts ?? [];
    this.ends = parts.ends ?? [];
    this.notes = parts.notes ?? [];
    this.statuses = parts.statuses ?? new Names();
    this.all = parts.all ?? new Cells();
    this.accounts = parts.accounts ?? new Cells();
    this.schemas = parts.schemas ?? new Cells();
  }

  get length(): number {
    return this.starts.length;
  }

  add({ piece, runEnd, notifiedAt, inProgress }: HistoricPiece): void {
    const { start, end, counts, partial } = piece;
    this.starts.push(start);
    this.ends.push(end);
    this.events += counts.total;
    this.notes.push({
      runEnd,
      notifiedAt,
      ...(partial && { partial }),
      ...notesOf(counts),
      ...(inProgress && { inProgress }),
    });
    const everybody = new Map([['', { byStatus: counts.byStatus, exact: true }]]);
    this.all.add({ byName: everybody }, this.statuses);
    this.accounts.add(counts.accounts, this.statuses);
    this.schemas.add(counts.schemas, this.statuses);
  }
}

function notesOf(counts: Counts): Partial<PieceNote> {
  const { lacksLate, lacksUnknown, healed, accounts, schemas } = counts;
  return {
    ...(lacksLate && { lacksLate }),
    ...(lacksUnknown && { lacksUnknown }),
    ...(healed && { healed }),
    ...(accounts.truncated && { accountsTruncated: true }),
    ...(schemas.truncated && { schemasTruncated: true }),
  };
}

/** The number of the first time that is later than another. @param times ascending */
export function firstAfter(times: ArrayLike<number>, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
