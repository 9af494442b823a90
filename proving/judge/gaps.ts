import { HOUR, MINUTE } from '../world/scenario.ts';
import type { Outbox } from './outbox.ts';
import type { Span } from './span.ts';

interface Gap {
  readonly start: number;
  end: number;
  notifiedEnd: number;
  notifiedAt: number;
  grownAt: number;
}

/** The messages `gap`, about ranges that are out of reach and are skipped. */
export class ExpectedGaps {
  readonly #outbox: Outbox;
  readonly #repeatMs: number;
  #gap: Gap | undefined;

  constructor(repeatMinutes: number, outbox: Outbox) {
    this.#outbox = outbox;
    this.#repeatMs = repeatMinutes * MINUTE;
  }

  /** @param skipped the range that this run skips; `undefined` if everything is in reach */
  planned(at: number, skipped: Span | undefined): void {
    const gap = this.#gap;
    if (gap && skipped && at - gap.grownAt <= HOUR) {
      gap.end = skipped.end;
      gap.grownAt = at;
      if (this.#repeatMs > 0 && at - gap.notifiedAt >= this.#repeatMs) {
        gap.notifiedEnd = gap.end;
        gap.notifiedAt = at;
        this.#notify(gap);
      }
      return;
    }
    if (gap) {
      if (gap.end > gap.notifiedEnd) this.#notify(gap);
      this.#gap = undefined;
    }
    if (!skipped) return;
    this.#gap = { ...skipped, notifiedEnd: skipped.end, notifiedAt: at, grownAt: at };
    this.#notify(skipped);
  }

  #notify({ start, end }: Span): void {
    const key = `gap@${new Date(start).toISOString()}`;
    this.#outbox.replace(key, { kind: 'gap', resolvedAt: end });
  }
}
