import type { Clock } from '../ports.ts';

const SECOND_MS = 1_000;
/**
 * What counts as a second from the second request on: requests may arrive a little nearer to each other than they were
 * sent, and a quota that is used to its edge would turn some away. That costs one or two hundredths of the rate; one 429 costs more.
 */
const WINDOW_MS = 1_015;
/**
 * How far behind its even spacing a request may be made up for: what timers are late by, not pauses. After a pause
 * two may go together, so that a run with two requests does not wait for half a second at two a second.
 */
const MAX_CATCH_UP_MS = 50;
/** How long the rate takes to climb from nothing to the full rate, so from a half in half of it. */
const RECOVERY_MS = 60_000;
/** However often it is halved, it stays above this share of the full rate. */
const LOWEST_SHARE = 1 / 32;

export interface RateLimiterOptions {
  readonly clock: Clock;
  /**
   * The most requests that are sent in any one second; a fraction above 1 is rounded down to keep to
   * that. Below 1: one request every `1 / requestsPerSecond` seconds.
   */
  readonly requestsPerSecond: number;
}

/** The right to send one request. */
export interface Turn {
  /** When it was given, by {@link Clock.elapsed}. */
  readonly at: number;
  /** The request is being written to its connection, now; again where it has to be written again. */
  sent(): void;
  /** The exchange is over. A request that nobody saw being sent counts as sent now. */
  over(): void;
}

/** One for all requests of a process: says when the next may be sent. */
export interface RateLimiter {
  /**
   * Waits for a turn, first come first served. Between a turn and its {@link Turn.sent} a connection
   * may have to be opened; until then the turn takes a place of every second that may see it sent.
   *
   * @throws the reason of `signal` once that is aborted
   */
  turn(signal: AbortSignal): Promise<Turn>;
  /**
   * A request was answered with 429: the rate is halved and climbs back slowly. Requests that were sent
   * before the rate was last halved do not halve it again.
   *
   * @param turn when the throttled request had its turn
   * @param retryAfterMs how long Togai asks to wait; no request is sent before
   * @returns whether the rate was halved
   */
  throttled(turn: Turn, retryAfterMs: number | undefined): boolean;
}

export function createRateLimiter({ clock, requestsPerSecond }: RateLimiterOptions): RateLimiter {
  /** When the last requests were sent, oldest first. */
  const recent: number[] = [];
  /** Turns that were given and whose requests were not seen being sent yet. */
  let unsent = 0;
  let slot = Number.NEGATIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let halvedAt = Number.NEGATIVE_INFINITY;
  let rateWhenHalved = requestsPerSecond;
  let queue: Promise<unknown> = Promise.resolve();
  let wake = () => {};

  function rateAt(time: number): number {
    const since = Math.max(0, time - Math.max(halvedAt, pausedUntil));
    return Math.min(requestsPerSecond, rateWhenHalved + (requestsPerSecond * since) / RECOVERY_MS);
  }

  /** The earliest time of the next turn; infinite while that depends on turns whose requests are unsent. */
  function nextTurn(now: number): number {
    const rate = rateAt(now);
    const places = Math.max(1, Math.floor(rate)) - unsent;
    if (places < 1) return Number.POSITIVE_INFINITY;
    const windowMs = rate < 1 ? SECOND_MS / rate : WINDOW_MS;
    const oldest = recent.at(-places) ?? Number.NEGATIVE_INFINITY;
    return Math.max(pausedUntil, slot, oldest + windowMs);
  }

  function give(now: number): Turn {
    const spacing = SECOND_MS / rateAt(now);
    slot = Math.max(slot, now - Math.max(MAX_CATCH_UP_MS, spacing)) + spacing;
    unsent++;
    let waiting = true;
    const sent = () => {
      if (waiting) unsent--;
      waiting = false;
      recent.push(clock.elapsed());
      if (recent.length > Math.max(1, requestsPerSecond)) recent.shift();
      wake();
    };
    return { at: now, sent, over: () => waiting && sent() };
  }

  async function wait(signal: AbortSignal): Promise<Turn> {
    for (;;) {
      signal.throwIfAborted();
      const now = clock.elapsed();
      const next = nextTurn(now);
      if (next <= now) return give(now);
      if (next === Number.POSITIVE_INFINITY) await change(signal);
      else await clock.sleep(next - now, signal);
    }
  }

  async function change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const onAbort = () => resolve();
    wake = resolve;
    signal.addEventListener('abort', onAbort, { once: true });
    await promise;
    signal.removeEventListener('abort', onAbort);
  }

  return {
    turn(signal) {
      const turn = queue.then(() => wait(signal));
      queue = turn.catch(() => {});
      return orAbort(turn, signal);
    },
    throttled(turn, retryAfterMs) {
      const now = clock.elapsed();
      if (retryAfterMs !== undefined) pausedUntil = Math.max(pausedUntil, now + retryAfterMs);
      if (turn.at < halvedAt) return false;
      rateWhenHalved = Math.max(rateAt(now) / 2, requestsPerSecond * LOWEST_SHARE);
      halvedAt = now;
      return true;
    },
  };
}

/** Does not wait for those ahead any longer once it is aborted. */
export async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => {});
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
