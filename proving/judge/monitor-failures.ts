import type { StateView, StoredBucket } from '../history.ts';
import { MINUTE } from '../world/scenario.ts';
import type { Outbox } from './outbox.ts';

const MANY_RUNS = 3;
const LONG = 15 * MINUTE;
const MANY_BUCKETS = 3;

type FailureKind = 'run' | 'size';

interface MonitorFailure {
  /** The key in the outbox: another failure is another alert. */
  readonly key: string;
  notifiedAt: number;
  cause: string;
}

/** The messages `failing` and `recovered`, which the monitor sends about itself. */
export class ExpectedFailures {
  readonly #outbox: Outbox;
  readonly #repeatMs: number;
  readonly #failures = new Map<FailureKind, MonitorFailure>();
  /** How many runs in a row have not finished. */
  #unfinished = 0;
  #since: number | undefined;
  #lastCause = 'killed';
  #count = 0;

  constructor(repeatMinutes: number, outbox: Outbox) {
    this.#outbox = outbox;
    this.#repeatMs = repeatMinutes * MINUTE;
  }

  /** A run has taken the lease: now it is known which runs before it did not end. */
  begun(at: number): void {
    this.#failIfLasting(at, this.#lastCause, false);
    this.#unfinished++;
    this.#since ??= at;
    this.#lastCause = 'killed';
  }

  /** @param cause why the run could not count; `undefined` if it could */
  committed(at: number, cause: string | undefined): void {
    if (cause === undefined) {
      this.#unfinished = 0;
      this.#since = undefined;
      this.#recover('run');
      return;
    }
    this.#lastCause = cause;
    this.#failIfLasting(at, cause, cause === 'unauthorized');
  }

  /** @param lastHour the buckets of the hour before the watermark */
  sized(at: number, lastHour: readonly (StoredBucket | undefined)[]): void {
    const tooLarge = lastHour.filter(
      (bucket) => bucket?.partial && bucket.counts.total + bucket.counts.ignored > 0,
    ).length;
    if (tooLarge === 0) this.#recover('size');
    else if (tooLarge >= MANY_BUCKETS || this.#failures.has('size')) {
      this.#fail('size', at, 'size', false);
    }
  }

  #failIfLasting(at: number, cause: string, atOnce: boolean): void {
    const lasting =
      this.#unfinished >= MANY_RUNS && this.#since !== undefined && at - this.#since >= LONG;
    if (lasting || atOnce) this.#fail('run', at, cause, atOnce);
  }

  #fail(kind: FailureKind, at: number, cause: string, atOnce: boolean): void {
    const failure = this.#failures.get(kind);
    const again = failure && this.#repeatMs > 0 && at - failure.notifiedAt >= this.#repeatMs;
    if (failure && !again && !(atOnce && failure.cause !== cause)) return;
    const key = failure?.key ?? `${kind}#${++this.#count}`;
    this.#failures.set(kind, { key, notifiedAt: at, cause });
    this.#outbox.replace(key, { kind: 'failing' });
  }

  #recover(kind: FailureKind): void {
    const failure = this.#failures.get(kind);
    if (!failure) return;
    this.#failures.delete(kind);
    this.#outbox.replace(failure.key, { kind: 'recovered' });
  }
}

/** Why a run that has committed could not count, as far as the stored state shows it. */
export function causeOf({ unfinished, cause }: StateView): string | undefined {
  return unfinished === 0 ? undefined : (cause ?? 'unknown');
}
