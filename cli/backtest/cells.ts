import type { GroupCounts, Groups } from '../../functions/monitor/events/counts.ts';
import { Column } from './column.ts';
import { Names } from './numbered-names.ts';

/** Notes that few accounts or schemas of a piece have. */
export interface CellNote {
  /** It has no events, and its only row stands for that. */
  readonly isEmpty?: true;
  readonly isInexact?: true;
  /** Pairs of the number of a status and a count. */
  readonly withoutTotal?: readonly (readonly [status: number, events: number])[];
}

export type PartsOf<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** The columns of {@link Cells}, and the notes of rows by their number. */
export interface CellColumns {
  /** The number of the first row of each piece. */
  readonly starts: Column;
  readonly ids: Column;
  readonly statuses: Column;
  readonly counts: Column;
  readonly notes: Map<number, CellNote>;
}

/**
 * The accounts or the schemas of all pieces, in columns: a row is a name, a status and a count. The rows of a piece, and in it
 * those of a name, are next to each other.
 */
export class Cells implements CellColumns {
  readonly names: Names;
  readonly starts: Column;
  readonly ids: Column;
  readonly statuses: Column;
  readonly counts: Column;
  readonly notes: Map<number, CellNote>;

  constructor(names: readonly string[] = [], columns: PartsOf<CellColumns> = {}) {
    this.names = new Names(names);
    this.starts = columns.starts ?? new Column();
    this.ids = columns.ids ?? new Column();
    this.statuses = columns.statuses ?? new Column();
    this.counts = columns.counts ?? new Column();
    this.notes = columns.notes ?? new Map();
  }

  /** Adds a piece. @param statuses the names of the statuses */
  add({ byName }: Pick<Groups, 'byName'>, statuses: Names): void {
    this.starts.push(this.counts.length);
    for (const [name, group] of byName) this.#addCell(this.names.idOf(name), group, statuses);
  }

  #addCell(id: number, group: GroupCounts, statuses: Names): void {
    const { byStatus } = group;
    const note = noteOf(group, statuses);
    if (note) this.notes.set(this.counts.length, note);
    for (const [status, events] of byStatus) this.#addRow(id, statuses.idOf(status), events);
    if (byStatus.size === 0) this.#addRow(id, 0, 0);
  }

  #addRow(id: number, status: number, events: number): void {
    this.ids.push(id);
    this.statuses.push(status);
    this.counts.push(events);
  }

  /** The number of the first row of a piece; for the piece after the last one the number of all rows. */
  startOf(piece: number): number {
    return piece < this.starts.length ? this.starts.at(piece) : this.counts.length;
  }
}

function noteOf({ byStatus, exact, withoutTotal }: GroupCounts, statuses: Names) {
  if (exact && !withoutTotal && byStatus.size > 0) return undefined;
  const pairs = withoutTotal && [...withoutTotal];
  const note: CellNote = {
    ...(byStatus.size === 0 && { isEmpty: true }),
    ...(!exact && { isInexact: true }),
    ...(pairs && {
      withoutTotal: pairs.map(([status, events]) => [statuses.idOf(status), events] as const),
    }),
  };
  return note;
}
