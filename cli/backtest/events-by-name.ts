import type { GroupCounts } from '../../functions/monitor/events/counts.ts';
import type { Cells } from './cells.ts';
import type { Names } from './numbered-names.ts';

/** The events of a status by name, by their numbers. */
interface StatusSums {
  readonly sums: Float64Array;
  /** Names with at least one. */
  readonly names: Set<number>;
}

/** The events of each account or schema in some pieces together. */
export class NameSums {
  readonly #cells: Cells;
  readonly #statuses: Names;
  /** By the number of the status. */
  readonly #ofStatus: readonly StatusSums[];

  constructor(cells: Cells, statuses: Names) {
    this.#cells = cells;
    this.#statuses = statuses;
    const size = cells.names.list.length;
    this.#ofStatus = statuses.list.map(() => {
      return { sums: new Float64Array(size), names: new Set<number>() };
    });
  }

  /** @param sign -1 takes a piece away that was added */
  add(piece: number, sign: 1 | -1): void {
    const ids = this.#cells.ids.view();
    const statuses = this.#cells.statuses.view();
    const counts = this.#cells.counts.view();
    const end = this.#cells.startOf(piece + 1);
    for (let row = this.#cells.startOf(piece); row < end; row++) {
      const own = this.#ofStatus[statuses[row] ?? 0];
      const id = ids[row] ?? 0;
      if (!own) continue;
      const before = own.sums[id] ?? 0;
      const now = before + sign * (counts[row] ?? 0);
      own.sums[id] = now;
      if (before === 0 && now > 0) own.names.add(id);
      else if (before > 0 && now === 0) own.names.delete(id);
    }
  }

  /** The events of all names. @param matches of each status, by its number */
  matched(matches: readonly boolean[]): number {
    let events = 0;
    for (const [status, { sums, names }] of this.#ofStatus.entries()) {
      if (matches[status]) for (const id of names) events += sums[id] ?? 0;
    }
    return events;
  }

  /** @param matches leaves out names without an event of such a status; left out for all names */
  groups(matches?: readonly boolean[]): Map<string, GroupCounts> {
    const groups = new Map<string, GroupCounts>();
    for (const [status, { names }] of this.#ofStatus.entries()) {
      if (matches && !matches[status]) continue;
      for (const id of names) {
        const name = this.#cells.names.nameOf(id);
        if (!groups.has(name)) groups.set(name, { byStatus: this.#countsOf(id), exact: true });
      }
    }
    return groups;
  }

  #countsOf(id: number): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [status, { sums }] of this.#ofStatus.entries()) {
      const events = sums[id] ?? 0;
      if (events > 0) counts.set(this.#statuses.nameOf(status), events);
    }
    return counts;
  }
}

/** The pieces in which a name has a note. */
export function notedIn({ notes, starts }: Cells): Set<number> {
  const noted = new Set<number>();
  let piece = 0;
  // Notes are in the order of their rows.
  for (const row of notes.keys()) {
    while (piece + 1 < starts.length && starts.at(piece + 1) <= row) piece++;
    noted.add(piece);
  }
  return noted;
}
