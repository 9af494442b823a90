import type { Counts, GroupCounts, Groups } from '../../functions/monitor/events/counts.ts';
import type { Piece, Pieces } from '../../functions/monitor/events/pieces.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import { CellReader } from './cells.ts';
import { firstAfter, type History } from './history.ts';
import type { Names } from './names.ts';

/** Pieces that are read together: three hours of buckets. */
const BLOCK = 36;
/** Incidents take in what has left the window with the next end, and a piece may be longer than a bucket. */
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
  readonly #matches: readonly boolean[];
  readonly #blocks = new Map<number, Block>();
  readonly #maxBlocks: number;
  readonly #shared = new Map<number, GroupCounts>();

  /** @param maxBlocks that are kept, for another reading. @default 8 */
  constructor(history: History, matches: (status: string) => boolean, maxBlocks = 8) {
    this.history = history;
    this.#matches = history.statuses.list.map(matches);
    this.#maxBlocks = maxBlocks;
  }

  /**
   * What a run knows that evaluates up to a piece.
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
      inProgressIn: ({ end }) => history.notes[firstAfter(history.ends, end - 1)]?.inProgress,
    };
  }

  #blockOf(number: number, held: Iterable<string>): Block {
    const known = this.#blocks.get(number);
    const missing = [...held]
      .map((name) => this.history.accounts.find(name))
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
    const accounts = this.#withMatches(low, high, 1);
    const schemas = this.#withMatches(low, high, 2);
    for (const id of held) accounts?.add(id);
    const pieces: Piece[] = [];
    for (let index = low; index < high; index++) {
      pieces.push(this.#pieceAt(index, accounts, schemas));
    }
    return { low, pieces, accounts };
  }

  /** The accounts (1) or schemas (2) with an event of the subject; `undefined` where one may have no name. */
  #withMatches(low: number, high: number, kind: 1 | 2): Set<number> | undefined {
    const found = new Set<number>();
    for (let index = low; index < high; index++) {
      const note = this.history.notes[index];
      if (kind === 1 ? note?.accountsTruncated : note?.schemasTruncated) return undefined;
      const all = this.#matchedIn(index, 0, () => {});
      const named = this.#matchedIn(index, kind, (id) => found.add(id));
      if (named < all) return undefined;
    }
    return found;
  }

  /** How many events of the subject a piece has in cells of a kind. */
  #matchedIn(index: number, kind: 0 | 1 | 2, onMatch: (id: number) => void): number {
    const reader = readerOf(this.history, index, kind);
    let events = 0;
    while (reader.next()) {
      for (let at = 0; at < reader.size; at++) {
        if (!this.#matches[reader.statusIds[at] ?? 0]) continue;
        events += reader.counts[at] ?? 0;
        onMatch(reader.id);
      }
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
    const byStatus =
      this.#groupsAt(index, 0, new Set([0]), undefined).get('')?.byStatus ?? new Map();
    const groups = (
      kind: 1 | 2,
      names: Names,
      kept: ReadonlySet<number> | undefined,
      truncated = false,
    ): Groups => ({ byName: this.#groupsAt(index, kind, kept, names), truncated });
    let total = 0;
    for (const events of byStatus.values()) total += events;
    const counts: Counts = {
      ...NOTHING,
      total,
      byStatus,
      accounts: groups(1, history.accounts, accounts, note?.accountsTruncated),
      schemas: groups(2, history.schemas, schemas, note?.schemasTruncated),
      ...(note?.healed && { healed: note.healed }),
      ...(note?.lacksLate && { lacksLate: true }),
      ...(note?.lacksUnknown && { lacksUnknown: true }),
    };
    const [start = 0, end = 0] = [history.starts[index], history.ends[index]];
    return { start, end, counts, partial: note?.partial ?? false };
  }

  #groupsAt(
    index: number,
    kind: 0 | 1 | 2,
    kept: ReadonlySet<number> | undefined,
    names: Names | undefined,
  ): Map<string, GroupCounts> {
    const groups = new Map<string, GroupCounts>();
    const reader = readerOf(this.history, index, kind);
    while (reader.next()) {
      if (kept && !kept.has(reader.id)) continue;
      groups.set(names?.nameOf(reader.id) ?? '', this.#groupOf(reader));
    }
    return groups;
  }

  #groupOf(reader: CellReader): GroupCounts {
    const [status = 0, count = 0] = [reader.statusIds[0], reader.counts[0]];
    const isPlain = reader.size === 1 && reader.isExact && !reader.withoutTotal;
    if (!isPlain || count >= SHARED_UP_TO) return groupIn(reader, this.history.statuses);
    const key = status * SHARED_UP_TO + count;
    const known = this.#shared.get(key);
    if (known) return known;
    const group = groupIn(reader, this.history.statuses);
    this.#shared.set(key, group);
    return group;
  }
}

/** A reader of the cells of a piece: 0 for all events, 1 for accounts, 2 for schemas. */
export function readerOf(history: History, index: number, kind: 0 | 1 | 2): CellReader {
  const at = 3 * index + kind;
  const end = history.offsets[at + 1] ?? history.bytes.length;
  return new CellReader(history.bytes, history.offsets[at] ?? end, end);
}

function groupIn(reader: CellReader, statuses: Names): GroupCounts {
  const byStatus = new Map<string, number>();
  for (let at = 0; at < reader.size; at++) {
    byStatus.set(statuses.nameOf(reader.statusIds[at] ?? 0), reader.counts[at] ?? 0);
  }
  const { isExact: exact, withoutTotal } = reader;
  if (!withoutTotal) return { byStatus, exact };
  const pairs = withoutTotal.map(([id, count]) => [statuses.nameOf(id), count] as const);
  return { byStatus, exact, withoutTotal: new Map(pairs) };
}

const NOTHING = {
  ignored: 0,
  ignoredNames: { accounts: new Set<string>(), schemas: new Set<string>() },
  malformed: 0,
  malformedExample: undefined,
  samples: new Map(),
  descriptions: new Map(),
};
