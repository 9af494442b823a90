import type { Clock } from '../ports.ts';
import { SECOND_MS } from '../timeline/time.ts';
import { orAbort } from './abortable.ts';

/**
 * The second over which requests are counted, with a margin of 15 ms. Requests may arrive a little nearer to each other than
 * they were sent. A quota used to its edge would then answer some with 429. The margin costs 1 or 2% of the rate; one 429
 * costs more.
 */
const WINDOW_MS = SECOND_MS + 15;
/**
 * Requests that fall behind their even distance by this much catch up, so that late timers do not lower the rate. A longer
 * pause is not made up for, because requests would come in a burst.
 */
const MAX_CATCH_UP_MS = 50;
/** How fast requests may follow each other. Times are ms of {@link Clock.elapsed}. */
export interface Pace {
  /**
   * The most requests that are sent in any one second. A fraction above 1 is rounded down to keep that promise.
   * Below 1: one request every `1 / requestsPerSecond` seconds.
   */
  readonly requestsPerSecond: number;
  /** By this factor requests are farther apart than the rate asks for; 1 or more. */
  readonly widening: number;
  /** Nothing is sent before this time. */
  readonly pausedUntil: number;
  /** The rate at a time, in requests a second: at most `requestsPerSecond`. */
  rateAt(time: number): number;
  /** Is called for each turn that is given. */
  turnGiven(): void;
}

export interface RateLimiterOptions {
  readonly clock: Clock;
  readonly pace: Pace;
}

/** The right to send one request. */
export interface Turn {
  /** The time when it was given, in ms of {@link Clock.elapsed}. */
  readonly at: number;
  /** Call when the request is being written to its connection; again where it has to be written again. */
  sent(): void;
  /** Call when the exchange is over. A request without a call of `sent` counts as sent now. */
  over(): void;
}

/** Decides when the next request may be sent. One for all requests of a process, because they share Togai's quota. */
export interface RateLimiter {
  /**
   * Waits for a turn, first come first served. A connection may have to be opened between a turn and its {@link Turn.sent}, which
   * takes an unknown time. So until then the turn takes a place in every second.
   *
   * @throws the reason of `signal` once that is aborted
   */
  turn(signal: AbortSignal): Promise<Turn>;
}

export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  return new SlidingWindowLimiter(options);
}

/** All times in it are ms of {@link Clock.elapsed}: a wall clock that is set back must not stop requests. */
class SlidingWindowLimiter implements RateLimiter {
  readonly #clock: Clock;
  readonly #pace: Pace;
  /** When the last requests were sent, oldest first. */
  readonly #sentAt: number[] = [];
  /** Turns that were given and whose requests are not sent yet. */
  #unsent = 0;
  /** Requests keep an even distance: the next turn is not given before this time. */
  #nextEvenTime = Number.NEGATIVE_INFINITY;
  #queue: Promise<unknown> = Promise.resolve();
  #wake = () => {};

  constructor({ clock, pace }: RateLimiterOptions) {
    this.#clock = clock;
    this.#pace = pace;
  }

  turn(signal: AbortSignal): Promise<Turn> {
    const turn = this.#queue.then(() => this.#wait(signal));
    this.#queue = turn.catch(() => {});
    return orAbort(turn, signal);
  }

  /** The earliest time of the next turn; infinite while a turn whose request is unsent holds the last place. */
  #nextTurn(now: number): number {
    const { widening, pausedUntil } = this.#pace;
    const rate = this.#pace.rateAt(now);
    const places = Math.max(1, Math.floor(rate)) - this.#unsent;
    if (places < 1) return Number.POSITIVE_INFINITY;
    const windowMs = (rate < 1 ? SECOND_MS / rate : WINDOW_MS) * widening;
    const oldest = this.#sentAt.at(-places) ?? Number.NEGATIVE_INFINITY;
    return Math.max(pausedUntil, this.#nextEvenTime, oldest + windowMs);
  }

  async #wait(signal: AbortSignal): Promise<Turn> {
    for (;;) {
      signal.throwIfAborted();
      const now = this.#clock.elapsed();
      const next = this.#nextTurn(now);
      if (next <= now) return this.#give(now);
      if (next === Number.POSITIVE_INFINITY) await this.#untilSent(signal);
      else await this.#clock.sleep(next - now, signal);
    }
  }

  #give(now: number): Turn {
    const spacing = (SECOND_MS / this.#pace.rateAt(now)) * this.#pace.widening;
    this.#pace.turnGiven();
    // Two may go together after a pause, so that two requests at 2 a second do not take half a second.
    const earliest = now - Math.max(MAX_CATCH_UP_MS, spacing);
    this.#nextEvenTime = Math.max(this.#nextEvenTime, earliest) + spacing;
    this.#unsent++;
    let isUnsent = true;
    const sent = () => {
      if (isUnsent) this.#unsent--;
      isUnsent = false;
      this.#sentAt.push(this.#clock.elapsed());
      if (this.#sentAt.length > Math.max(1, this.#pace.requestsPerSecond)) this.#sentAt.shift();
      this.#wake();
    };
    return { at: now, sent, over: () => isUnsent && sent() };
  }

  /** Waits until a request is sent or `signal` is aborted. */
  async #untilSent(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const onAbort = () => resolve();
    this.#wake = resolve;
    signal.addEventListener('abort', onAbort, { once: true });
    await promise;
    signal.removeEventListener('abort', onAbort);
  }
}
