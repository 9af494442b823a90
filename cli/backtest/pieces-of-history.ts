import type { Counts, GroupCounts, Groups } from '../../functions/monitor/events/counts.ts';
import type { Piece, Pieces } from '../../functions/monitor/events/pieces.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import type { CellNote, Cells } from './cells.ts';
import { firstAfter, type History } from './history.ts';

/** Pieces that are read together: three hours of buckets. */
const BLOCK = 36;
/**
 * Incidents add up pieces that have left the window at the next end, and a piece may be longer than
 * a bucket.
 */
const MARGIN_MS = HOUR_MS;
/** Counts up to this are shared by all accounts that have them. */
const SHARED_UP_TO = 4_096;

interface Block {
  /** The number of the first piece. */
  readonly low: number;
  readonly pieces: readonly Piece[];
  /** The accounts that are in the pieces; `undefined`: all. */
  readonly accounts: ReadonlySet<number> | undefined;
}

/**
 * The pieces of a history as the function knows them, for the rules of one subject. Accounts and schemas without an event of that
 * subject are left out of the names, and not of the sums: they breach nothing. They stay where an event has no name, because
 * it could be theirs.
 */
export class PiecesOfHistory {
  readonly history: History;
  /** Of each status, by its number: whether it is of the subject. */
  readonly matches: readonly boolean[];
  readonly #blocks = new Map<number, Block>();
  readonly #maxBlocks: number;
  readonly #shared = new Map<number, GroupCounts>();

  /** @param maxBlocks that are kept, for another reading. @default 8 */
  constructor(history: History, matches: (status: string) => boolean, maxBlocks = 8) {
    this.history = history;
    this.matches = history.statuses.list.map(matches);
    this.#maxBlocks = maxBlocks;
  }

  /**
   * The pieces that a run has when it evaluates up to a piece.
   *
   * @param held accounts that may not be left out
   */
  knownAt(index: number, held: Iterable<string>): Pieces {
    const { history } = this;
    const { low, pieces } = this.#blockOf(Math.floor(index / BLOCK), held);
    const end = history.ends[index] ?? 0;
    const from = firstAfter(history.ends, end - history.windowMs - MARGIN_MS);
    return {
      list: pieces.slice(Math.max(0, from - low), index + 1 - low),
      inProgressIn: ({ end }) => inProgressAt(history, end),
    };
  }

  #blockOf(number: number, held: Iterable<string>): Block {
    const known = this.#blocks.get(number);
    const missing = [...held]
      .map((name) => this.history.accounts.names.find(name))
      .filter((id) => known?.accounts === undefined || !known.accounts.has(id));
    if (known && (missing.length === 0 || known.accounts === undefined)) return known;
    const block = this.#read(number, [...(known?.accounts ?? []), ...missing]);
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > this.#maxBlocks && oldest !== undefined) this.#blocks.delete(oldest);
    return block;
  }

  #read(number: number, held: readonly number[]): Block {
    const { history } = this;
    const first = number * BLOCK;
    const begin = (history.ends[first] ?? 0) - history.windowMs - MARGIN_MS;
    const low = Math.min(first, firstAfter(history.ends, begin));
    const high = Math.min(history.length, first + BLOCK);
    const isCut = history.notes.slice(low, high).some((note) => note.accountsTruncated);
    const accounts = isCut ? undefined : this.#withMatches(low, high, history.accounts);
    const areCut = history.notes.slice(low, high).some((note) => note.schemasTruncated);
    const schemas = areCut ? undefined : this.#withMatches(low, high, history.schemas);
    for (const id of held) accounts?.add(id);
    const pieces: Piece[] = [];
    for (let index = low; index < high; index++) {
      pieces.push(this.#pieceAt(index, accounts, schemas));
    }
    return { low, pieces, accounts };
  }

  /** The names with an event of the subject; `undefined` where one may have no name. */
  #withMatches(low: number, high: number, cells: Cells): Set<number> | undefined {
    const found = new Set<number>();
    for (let index = low; index < high; index++) {
      const all = this.#matchedIn(index, this.history.all);
      if (this.#matchedIn(index, cells, found) < all) return undefined;
    }
    return found;
  }

  /** How many events of the subject a piece has. @param found gets their accounts or schemas */
  #matchedIn(index: number, cells: Cells, found?: Set<number>): number {
    const statuses = cells.statuses.view();
    const end = cells.startOf(index + 1);
    let events = 0;
    for (let row = cells.startOf(index); row < end; row++) {
      if (!this.matches[statuses[row] ?? 0]) continue;
      events += cells.counts.at(row);
      found?.add(cells.ids.at(row));
    }
    return events;
  }

  #pieceAt(
    index: number,
    accounts: ReadonlySet<number> | undefined,
    schemas: ReadonlySet<number> | undefined,
  ): Piece {
    const { history } = this;
    const note = history.notes[index];
    const byStatus = this.#groupsAt(index, history.all, undefined).get('')?.byStatus ?? new Map();
    const groups = (cells: Cells, kept: ReadonlySet<number> | undefined, cut = false): Groups => ({
      byName: this.#groupsAt(index, cells, kept),
      truncated: cut,
    });
    let total = 0;
    for (const events of byStatus.values()) total += events;
    const counts: Counts = {
      ...NOTHING,
      total,
      byStatus,
      accounts: groups(history.accounts, accounts, note?.accountsTruncated),
      schemas: groups(history.schemas, schemas, note?.schemasTruncated),
      ...(note?.healed && { healed: note.healed }),
      ...(note?.lacksLate && { lacksLate: true }),
      ...(note?.lacksUnknown && { lacksUnknown: true }),
    };
    const [start = 0, end = 0] = [history.starts[index], history.ends[index]];
    return { start, end, counts, partial: note?.partial ?? false };
  }

  #groupsAt(
    index: number,
    cells: Cells,
    kept: ReadonlySet<number> | undefined,
  ): Map<string, GroupCounts> {
    const groups = new Map<string, GroupCounts>();
    const ids = cells.ids.view();
    const end = cells.startOf(index + 1);
    for (let row = cells.startOf(index); row < end; ) {
      const id = ids[row] ?? 0;
      const first = row++;
      while (row < end && ids[row] === id) row++;
      if (kept && !kept.has(id)) continue;
      groups.set(cells.names.nameOf(id), this.#groupOf(cells, first, row));
    }
    return groups;
  }

  #groupOf(cells: Cells, first: number, end: number): GroupCounts {
    const { statuses } = this.history;
    const [status, count] = [cells.statuses.at(first), cells.counts.at(first)];
    const note = cells.notes.get(first);
    if (end - first > 1 || note || count >= SHARED_UP_TO) {
      const byStatus = new Map<string, number>();
      for (let row = first; row < end && !note?.isEmpty; row++) {
        byStatus.set(statuses.nameOf(cells.statuses.at(row)), cells.counts.at(row));
      }
      return { byStatus, ...noted(note, (id) => statuses.nameOf(id)) };
    }
    const key = status * SHARED_UP_TO + count;
    const known = this.#shared.get(key);
    if (known) return known;
    const group = { byStatus: new Map([[statuses.nameOf(status), count]]), exact: true };
    this.#shared.set(key, group);
    return group;
  }
}

/** Events in progress in the window that ends at a time, by Togai metrics. */
export function inProgressAt({ ends, notes }: History, end: number) {
  return notes[firstAfter(ends, end - 1)]?.inProgress;
}

function noted(
  note: CellNote | undefined,
  nameOf: (status: number) => string,
): Omit<GroupCounts, 'byStatus'> {
  const pairs = note?.withoutTotal?.map(([status, events]) => [nameOf(status), events] as const);
  return { exact: !note?.isInexact, ...(pairs && { withoutTotal: new Map(pairs) }) };
}

/** Counts of nothing: a history knows no samples. */
export const NOTHING = {
  ignored: 0,
  ignoredNames: { accounts: new Set<string>(), schemas: new Set<string>() },
  malformed: 0,
  malformedExample: undefined,
  samples: new Map(),
  descriptions: new Map(),
};
