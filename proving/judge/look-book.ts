import type { Cell, StoredLook } from '../history.ts';
import { LookFold, type Rise } from './look-fold.ts';

/** A stored look with the rises that it brought, and the cells that it asked for the first time. */
export interface FoldedLook extends StoredLook {
  readonly run: number;
  readonly storedAt: number;
  readonly rises: readonly Rise[];
  readonly baselines: readonly Cell[];
}

/**
 * All looks that runs have stored. A look of the same end replaces the newest one. It is compared
 * with the looks before that.
 */
export class LookBook {
  /** The looks before the newest one. */
  readonly before = new LookFold();
  #looks: FoldedLook[] = [];
  /** The look that the last {@link prepare} has taken out, and the one that counts in its place. */
  exchanged: { readonly unknown: number; readonly again: number | undefined } | undefined;
  /** Looks that a later one did not know of. */
  readonly #replaced: FoldedLook[] = [];

  get newest(): FoldedLook | undefined {
    return this.#looks.at(-1);
  }

  /** The end of the newest look before a time that a run can know. @param begunAt when the run began */
  knownBefore(end: number, begunAt: number): number | undefined {
    return this.#looks.findLast((look) => look.end < end && look.storedAt <= begunAt)?.end;
  }

  /** The end of the look before a look of that end. */
  endBefore(end: number): number | undefined {
    return this.#looks.findLast((look) => look.end < end)?.end;
  }

  /**
   * Readies the fold for a look. One that its run cannot know, because a run that was frozen stored it meanwhile, counts nothing.
   *
   * @param begunAt when its run began
   * @returns whether the look is the newest one
   */
  prepare({ end, isFirst }: StoredLook, begunAt: number): boolean {
    this.exchanged = undefined;
    if (!isFirst && this.newest && this.newest.end < end && this.newest.storedAt > begunAt) {
      const unknown = this.#looks.pop() as FoldedLook;
      // The look that the unknown one replaced counts again, where the run knows it.
      const again = this.#replaced.findLast(
        (look) => look.storedAt <= begunAt && look.end < end && look.end > (this.newest?.end ?? 0),
      );
      this.#replaced.push(unknown);
      if (again) this.#looks.push(again);
      this.exchanged = { unknown: unknown.end, again: again?.end };
    }
    const { newest } = this;
    if (newest && newest.end > end) return false;
    if (newest && newest.end < end && this.before.lastEnd !== newest.end) this.before.apply(newest);
    return true;
  }

  /** Call after {@link prepare}. */
  store(look: StoredLook, run: number, storedAt: number): FoldedLook {
    const rises = this.before.risesOf(look);
    const baselines = this.before.baselinesOf(look);
    if (this.newest?.end === look.end) this.#looks.pop();
    // A look after an outage may reach back to hours that earlier looks have counted. It adds to the time since then only.
    const since = Math.max(look.since, this.newest?.end ?? look.since);
    const folded = { ...look, since, run, storedAt, rises, baselines };
    this.#looks.push(folded);
    return folded;
  }

  /** The looks that a run knows that began then, oldest first, from a time on. */
  from(start: number): readonly FoldedLook[] {
    return this.#looks.filter(({ end }) => end > start);
  }

  /** The level of a cell after the newest look. */
  levelOf(cell: Cell): number {
    const change = this.newest?.changes.find(
      (one) =>
        one.label === cell.label &&
        one.scope === cell.scope &&
        one.name === cell.name &&
        one.status === cell.status,
    );
    return change?.to ?? this.before.levelOf(cell) ?? 0;
  }

  /** Every cell of a scope after the newest look, of hours that `isWanted` accepts. */
  *levelsOf(
    scope: string,
    isWanted: (label: number) => boolean,
  ): Generator<Cell & { value: number }> {
    const changed = (this.newest?.changes ?? []).filter((one) => one.scope === scope);
    for (const { from: _, to, ...cell } of changed) {
      if (isWanted(cell.label)) yield { ...cell, value: to };
    }
    const isChanged = new Set(
      changed.map(({ label, name, status }) => `${label}\n${name}\n${status}`),
    );
    for (const label of this.before.labels) {
      if (!isWanted(label)) continue;
      for (const { name, status, value } of this.before.cellsOf(label, scope)) {
        if (isChanged.has(`${label}\n${name}\n${status}`)) continue;
        yield { label, scope, name, status, value };
      }
    }
  }
}
