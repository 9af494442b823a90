import type { StoredBucket } from '../history.ts';
import type { Counting } from '../world/scenario.ts';
import type { Calendar, Span } from './calendar.ts';

/** How far the runs have counted and evaluated. */
export class Progress {
  #watermark: number | undefined;
  #evaluatedTo: number | undefined;
  #counting: Counting | undefined;

  get watermark(): number | undefined {
    return this.#watermark;
  }

  /** The watermark for a run. After a change of the counting source the newest window is outstanding again. */
  watermarkFor(calendar: Calendar, at: number): number | undefined {
    if (this.#watermark === undefined) return undefined;
    if ((this.#counting ?? calendar.counting) === calendar.counting) return this.#watermark;
    return Math.min(this.#watermark, startOfNewestWindow(calendar, at));
  }

  /** A run plans its counting. @returns the range that is out of reach, which it skips */
  plan(calendar: Calendar, at: number): Span | undefined {
    const reach = calendar.reachAt(at);
    this.#watermark = this.watermarkFor(calendar, at);
    this.#counting = calendar.counting;
    const from = this.#watermark ?? startOfNewestWindow(calendar, at);
    if (from >= reach) return undefined;
    this.#watermark = reach;
    this.#evaluatedTo = Math.max(this.#evaluatedTo ?? reach, reach);
    return { start: from, end: reach };
  }

  /**
   * A run commits.
   *
   * @param get a stored bucket by its start, as the run knows it
   * @returns the new watermark and the ends to evaluate, oldest first
   */
  commit(
    calendar: Calendar,
    at: number,
    get: (start: number) => StoredBucket | undefined,
  ): { readonly watermark: number; readonly ends: readonly number[] } {
    const from = this.#watermark ?? startOfNewestWindow(calendar, at);
    const watermark = calendar.watermarkFrom(from, get);
    const ends = calendar.endsAfter(this.#evaluatedTo, watermark);
    this.#watermark = watermark;
    if (ends.length > 0) this.#evaluatedTo = watermark;
    return { watermark, ends };
  }
}

export function startOfNewestWindow(calendar: Calendar, at: number): number {
  return calendar.windowAt(calendar.newestAt(at)).start;
}
