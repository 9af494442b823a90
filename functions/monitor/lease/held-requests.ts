import type { MonitorState } from '../monitor-state.ts';
import type { Clock, ConnectedTogai, RejectionLimiter } from '../ports.ts';
import type { Range } from '../timeline/time.ts';
import { maySend, mostUnderWay, noteRejection } from './rejection-limiter.ts';
import { retryAfterAt, waitUntil, withRetryAfter } from './wait-before-run.ts';

/** The state of a run, and its writes. */
interface HeldState {
  readonly state: MonitorState;
  change(next: (state: MonitorState) => MonitorState): void;
  /** @throws SupersededError where a later run has taken over */
  save(): Promise<void>;
}

/**
 * The requests of a run to Togai: how long they wait for earlier runs, and how long the next run
 * waits for them.
 */
export class HeldRequests {
  readonly #held: HeldState;
  readonly #clock: Clock;
  /** For the next run, in ms; 0 while this run has sent nothing to Togai. */
  #coolDownMs = 0;
  #retryAfterOfThisRun: () => Range | undefined = () => undefined;
  #savingRejections: Promise<void> = Promise.resolve();

  constructor(held: HeldState, clock: Clock) {
    this.#held = held;
    this.#clock = clock;
  }

  /** Remembers rejected tokens in the state. It goes by the clock, not by the scheduled time, because Togai does. */
  get rejectionLimiter(): RejectionLimiter {
    return {
      maySend: (digest) => maySend(this.#held.state, digest, this.#clock.now()),
      mostUnderWay: () => mostUnderWay(this.#held.state, this.#clock.now()),
      rejected: (digest) => {
        this.#held.change((state) => noteRejection(state, digest, this.#clock.now()));
        // One write after the other: an older one must not replace a newer one that holds more rejections.
        this.#savingRejections = this.#savingRejections.then(() => this.#held.save());
        return this.#savingRejections;
      },
    };
  }

  /**
   * Waits for the end of a `Retry-After` of an earlier run, and for the cool-down after its last request. Without the
   * cool-down two runs together could send more in one second than is allowed.
   *
   * @param coolDownMs the cool-down that this run leaves to the next one, in ms
   * @throws TogaiError `throttled` where the `Retry-After` lasts too long; the reason of `signal` once that is aborted
   */
  async coolDown(
    coolDownMs: number,
    { signal, softDeadline }: { readonly signal: AbortSignal; readonly softDeadline: AbortSignal },
  ): Promise<void> {
    const { retryAfter, coolDownUntil = 0 } = this.#held.state;
    const rest = retryAfterAt(retryAfter, this.#clock.now());
    if (rest) await waitUntil(rest, this.#clock, { signal, softDeadline });
    const left = coolDownUntil - this.#clock.now();
    this.#coolDownMs = coolDownMs;
    // No longer than a cool-down lasts: the clock of the run that stored its end may be ahead.
    if (left > 0) await this.#clock.sleep(Math.min(left, coolDownMs), signal);
  }

  /** From now on {@link withRetryAfter} knows the `Retry-After` that Togai asks of this run. */
  watchRetryAfter(togai: Pick<ConnectedTogai, 'stats'>): void {
    this.#retryAfterOfThisRun = () => togai.stats().retryAfter;
  }

  /** For each write of the state: the runs to come wait for the `Retry-After` of this run. */
  withRetryAfter(state: MonitorState): MonitorState {
    return withRetryAfter(state, this.#retryAfterOfThisRun(), this.#clock.now());
  }

  /** For the last write of the state. */
  withCoolDown(state: MonitorState): MonitorState {
    if (this.#coolDownMs === 0) return state;
    return { ...state, coolDownUntil: this.#clock.now() + this.#coolDownMs };
  }
}
