import type { Span } from './span.ts';

/** Ranges that the monitor could not count in full. The truth alone demands no notification about them. */
export class UncertainRanges {
  readonly #skipped: Span[] = [];
  readonly #unnamed: Span[] = [];

  /** A range that was skipped, or stored as partial. */
  addSkipped(span: Span): void {
    this.#skipped.push(span);
  }

  /** A range without the names of all accounts and schemas. */
  addUnnamed(span: Span): void {
    this.#unnamed.push(span);
  }

  /** @param needsNames for a threshold by account or schema */
  touch(window: Span, needsNames: boolean): boolean {
    const touches = ({ start, end }: Span) => window.end > start && window.start < end;
    return this.#skipped.some(touches) || (needsNames && this.#unnamed.some(touches));
  }
}
