import type { AskedRange, Cell, StoredLook } from '../history.ts';
import { DAY, HOUR } from '../world/scenario.ts';
import { isAskedFor } from './asked-hours.ts';
import { overlaps, type Span } from './span.ts';

/** A level that changed; `by` is negative for a fall. */
export interface Rise extends Cell {
  readonly by: number;
}

type Level = Omit<Cell, 'label'> & { readonly value: number };

/** No look asks for hours that are older than this. */
const KEPT = 5 * DAY;

/**
 * The levels of cells after a number of looks. A level is absolute, so a rise follows from two
 * levels. The `from` of a look counts only for a cell without an earlier level.
 */
export class LookFold {
  readonly #levels = new Map<number, Map<string, Level>>();
  /** The ranges that were asked for, by scope and status. They do not touch each other. */
  readonly #asked = new Map<string, Span[]>();
  /** In how many looks in a row an hour was stale. */
  readonly #stale = new Map<number, number>();
  #lastEnd: number | undefined;

  /** The end of the newest look. */
  get lastEnd(): number | undefined {
    return this.#lastEnd;
  }

  /** A cell that was asked for and never was in an answer is zero; `undefined`: nothing is known. */
  levelOf(cell: Cell): number | undefined {
    const known = this.#levels.get(cell.label)?.get(keyOf(cell))?.value;
    return known ?? (this.wasAsked(cell) ? 0 : undefined);
  }

  wasAsked({ label, scope, status }: Cell): boolean {
    const hour = { start: label, end: label + HOUR };
    const isIn = (range: Span) => overlaps(range, hour);
    const ranges = [questionOf(scope, undefined), questionOf(scope, status)];
    return ranges.some((question) => this.#asked.get(question)?.some(isIn));
  }

  get labels(): Iterable<number> {
    return this.#levels.keys();
  }

  /** The known cells of an hour in a scope. */
  cellsOf(label: number, scope: string): Level[] {
    const levels = this.#levels.get(label)?.values() ?? [];
    return [...levels].filter((level) => level.scope === scope);
  }

  sumOf(label: number): number {
    return this.cellsOf(label, 'all').reduce((sum, { value }) => sum + value, 0);
  }

  staleInARow(label: number): number {
    return this.#stale.get(label) ?? 0;
  }

  apply(look: StoredLook): Rise[] {
    const rises = this.risesOf(look);
    for (const { label, scope, name, status, to } of look.changes) {
      const levels = this.#levels.get(label) ?? new Map<string, Level>();
      this.#levels.set(label, levels);
      levels.set(keyOf({ scope, name, status }), { scope, name, status, value: to });
    }
    const kept = look.end - KEPT;
    for (const range of look.asked) this.#addAsked(range);
    for (const label of this.#levels.keys()) if (label < kept) this.#levels.delete(label);
    for (const label of this.#stale.keys()) {
      if (isAskedFor(look, label) && !look.stale.includes(label)) this.#stale.delete(label);
    }
    for (const label of look.stale) this.#stale.set(label, this.staleInARow(label) + 1);
    this.#lastEnd = look.end;
    return rises;
  }

  #addAsked({ scope, status, start, end }: AskedRange): void {
    const question = questionOf(scope, status);
    const merged = { start, end };
    const others = (this.#asked.get(question) ?? []).filter((range) => {
      const touches = range.start <= merged.end && range.end >= merged.start;
      if (touches) {
        merged.start = Math.min(merged.start, range.start);
        merged.end = Math.max(merged.end, range.end);
      }
      return !touches;
    });
    this.#asked.set(question, [...others, merged]);
  }

  /** The cells with an unknown number of events before the look. */
  baselinesOf({ changes }: StoredLook): Cell[] {
    return changes.filter(
      (change) => change.from === undefined && !this.#levels.get(change.label)?.has(keyOf(change)),
    );
  }

  /** The rises and falls that a look brings. A baseline brings none. */
  risesOf({ changes }: StoredLook): Rise[] {
    return changes.flatMap(({ label, scope, name, status, from, to }) => {
      const cell = { label, scope, name, status };
      const before = this.#levels.get(label)?.get(keyOf(cell))?.value ?? from ?? to;
      return before === to ? [] : [{ ...cell, by: to - before }];
    });
  }
}

function questionOf(scope: string, status: string | undefined): string {
  return `${scope}\n${status ?? ''}`;
}

function keyOf({ scope, name, status }: Omit<Cell, 'label'>): string {
  return `${scope}\n${name}\n${status}`;
}
