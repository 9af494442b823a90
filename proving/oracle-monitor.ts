import type { StateView, StoredBucket } from './history.ts';
import type { Outbox } from './oracle-outbox.ts';
import { HOUR, MINUTE } from './scenario.ts';

const MANY_RUNS = 3;
const LONG = 15 * MINUTE;

type FailureKind = 'run' | 'size' | 'grouping';

interface MonitorFailure {
  /** Names it in the outbox: another one is another alert. */
  readonly key: string;
  toldAt: number;
  cause: string;
}

interface Gap {
  readonly start: number;
  end: number;
  notifiedEnd: number;
  toldAt: number;
  grownAt: number;
}

/** What must be told of the monitor itself: that it fails, that it works again, and what it has skipped. */
export class ExpectedTroubles {
  readonly #outbox: Outbox;
  readonly #repeatMs: number;
  readonly #monitorFailures = new Map<FailureKind, MonitorFailure>();
  #unfinished = 0;
  #since: number | undefined;
  #lastCause = 'killed';
  #gap: Gap | undefined;
  #count = 0;

  constructor(repeatMinutes: number, outbox: Outbox) {
    this.#outbox = outbox;
    this.#repeatMs = repeatMinutes * MINUTE;
  }

  /** A run has taken the lease: what of those before it did not end is known now. */
  begun(at: number): void {
    this.#tellIfLasting(at, this.#lastCause, false);
    this.#unfinished++;
    this.#since ??= at;
    this.#lastCause = 'killed';
  }

  /** @param cause why it could not count; `undefined` where it could */
  committed(at: number, cause: string | undefined): void {
    if (cause === undefined) {
      this.#unfinished = 0;
      this.#since = undefined;
      this.#recover('run');
      return;
    }
    this.#lastCause = cause;
    this.#tellIfLasting(at, cause, cause === 'unauthorized');
  }

  /** How many runs in a row have not finished. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /**
   * A run that has counted something.
   *
   * @param rules those that Togai does not tell apart what they need for
   * @param seesAll it has seen all that rules need to be told apart
   */
  grouped(at: number, rules: readonly string[], seesAll: boolean): void {
    if (rules.length === 0) {
      if (seesAll) this.#recover('grouping');
    } else this.#fail('grouping', at, rules.join(', '), true);
  }

  /** @param lastHour the buckets of the hour before the watermark */
  sized(at: number, lastHour: readonly (StoredBucket | undefined)[]): void {
    const tooLarge = lastHour.filter(
      (bucket) => bucket?.partial && bucket.counts.total + bucket.counts.ignored > 0,
    ).length;
    if (tooLarge === 0) this.#recover('size');
    else if (tooLarge >= MANY_RUNS || this.#monitorFailures.has('size')) {
      this.#fail('size', at, 'size', false);
    }
  }

  /** @param skipped what is out of reach from this run on */
  skipped(at: number, skipped: { start: number; end: number } | undefined): void {
    const gap = this.#gap;
    if (gap && skipped && at - gap.grownAt <= HOUR) {
      gap.end = skipped.end;
      gap.grownAt = at;
      if (this.#repeatMs > 0 && at - gap.toldAt >= this.#repeatMs) {
        gap.notifiedEnd = gap.end;
        gap.toldAt = at;
        this.#outbox.replace(gapKey(gap), { kind: 'gap', resolvedAt: gap.end });
      }
      return;
    }
    if (gap) {
      if (gap.end > gap.notifiedEnd) {
        this.#outbox.replace(gapKey(gap), { kind: 'gap', resolvedAt: gap.end });
      }
      this.#gap = undefined;
    }
    if (!skipped) return;
    this.#gap = { ...skipped, notifiedEnd: skipped.end, toldAt: at, grownAt: at };
    this.#outbox.replace(gapKey(skipped), { kind: 'gap', resolvedAt: skipped.end });
  }

  #tellIfLasting(at: number, cause: string, atOnce: boolean): void {
    const lasting =
      this.#unfinished >= MANY_RUNS && this.#since !== undefined && at - this.#since >= LONG;
    if (lasting || atOnce) this.#fail('run', at, cause, atOnce);
  }

  #fail(kind: FailureKind, at: number, cause: string, atOnce: boolean): void {
    const trouble = this.#monitorFailures.get(kind);
    const again = trouble && this.#repeatMs > 0 && at - trouble.toldAt >= this.#repeatMs;
    if (trouble && !again && !(atOnce && trouble.cause !== cause)) return;
    const key = trouble?.key ?? `${kind}#${++this.#count}`;
    this.#monitorFailures.set(kind, { key, toldAt: at, cause });
    this.#outbox.replace(key, { kind: 'failing' });
  }

  #recover(kind: FailureKind): void {
    const trouble = this.#monitorFailures.get(kind);
    if (!trouble) return;
    this.#monitorFailures.delete(kind);
    this.#outbox.replace(trouble.key, { kind: 'recovered' });
  }
}

function gapKey({ start }: { readonly start: number }): string {
  return `gap@${new Date(start).toISOString()}`;
}

/** Why a run that has committed could not count, as far as it can be told from what is stored. */
export function causeOf({ unfinished, cause }: StateView): string | undefined {
  return unfinished === 0 ? undefined : (cause ?? 'unknown');
}
