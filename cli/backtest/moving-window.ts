import { type CountedWindow, windowOf } from '../../functions/monitor/thresholds/window.ts';
import { NameSums, notedIn } from './events-by-name.ts';
import { firstAfter, type History } from './history.ts';
import { inProgressAt, NOTHING } from './pieces-of-history.ts';

/** The counts of a window that moves on: each piece is added once, and taken away once. */
export class MovingWindow {
  readonly #history: History;
  readonly #all: NameSums;
  readonly #accounts: NameSums;
  readonly #schemas: NameSums;
  readonly #pieces: readonly { start: number; end: number; partial: boolean }[];
  /** Pieces with names whose counts are no plain sums. */
  readonly #noted: ReadonlySet<number>;
  #low = 0;
  #high = 0;

  constructor(history: History) {
    this.#history = history;
    const { all, accounts, schemas, starts, ends, notes, statuses } = history;
    this.#all = new NameSums(all, statuses);
    this.#accounts = new NameSums(accounts, statuses);
    this.#schemas = new NameSums(schemas, statuses);
    this.#noted = new Set([...notedIn(accounts), ...notedIn(schemas)]);
    this.#pieces = starts.map((start, index) => {
      return { start, end: ends[index] ?? 0, partial: notes[index]?.partial ?? false };
    });
  }

  /** Moves to the window that ends with a piece, later than the one before. */
  moveTo(index: number): void {
    const { ends, windowMs } = this.#history;
    const low = firstAfter(ends, (ends[index] ?? 0) - windowMs);
    for (const sums of [this.#all, this.#accounts, this.#schemas]) {
      for (let piece = this.#high; piece <= index; piece++) sums.add(piece, 1);
      for (let piece = this.#low; piece < low; piece++) sums.add(piece, -1);
    }
    this.#low = low;
    this.#high = index + 1;
  }

  /** Whether the window is no more than sums: all names are known, with all of their events. */
  get isPlain(): boolean {
    for (let piece = this.#low; piece < this.#high; piece++) {
      const note = this.#history.notes[piece];
      if (note?.accountsTruncated || note?.schemasTruncated || this.#noted.has(piece)) return false;
    }
    return true;
  }

  /**
   * Names without an event of a subject are left out, unless an event without a name could be theirs.
   *
   * @param matches of each status, by its number: whether it is of the subject
   */
  windowFor(matches: readonly boolean[]): Omit<CountedWindow, 'pieces'> {
    const { windowMs, notes } = this.#history;
    const pieces = this.#pieces.slice(this.#low, this.#high);
    const end = pieces.at(-1)?.end ?? 0;
    const byStatus = this.#all.groups().get('')?.byStatus ?? new Map<string, number>();
    let total = 0;
    for (const events of byStatus.values()) total += events;
    const events = this.#all.matched(matches);
    const groups = (sums: NameSums) => {
      const isNamed = sums.matched(matches) >= events;
      return { byName: sums.groups(isNamed ? matches : undefined), truncated: false };
    };
    const lacksUnknown = notes.slice(this.#low, this.#high).some((note) => note.lacksUnknown);
    const counts = {
      ...NOTHING,
      total,
      byStatus,
      accounts: groups(this.#accounts),
      schemas: groups(this.#schemas),
      ...(lacksUnknown && { lacksUnknown }),
    };
    const asked = { start: end - windowMs, end };
    return windowOf(pieces, counts, asked, inProgressAt(this.#history, end));
  }
}
