import { QUOTA_ADVICE, TogaiError } from '../errors.ts';
import type { Clock, RequestStats } from '../ports.ts';
import { formatDuration, type Range } from '../timeline/time.ts';
import type { RateLimiter, Turn } from './rate-limiter.ts';
import { retryAfterMs } from './retry.ts';

/** The rate is halved this often in a row, without another answer between, before the client gives up. */
const MAX_HALVINGS = 8;
/** The longest `Retry-After` that is waited for in a run. A longer one ends the run, which has other work to do. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;
/** The longest `Retry-After` that holds requests back. A longer one is a mistake, and must not silence the monitor. */
const MAX_RETRY_AFTER_KEPT_MS = 60 * 60_000;

interface ThrottlingOptions {
  readonly clock: Clock;
  readonly rateLimiter: RateLimiter;
  readonly onWarning: (message: string) => void;
}

/** An answer 429, for messages. */
interface Throttled {
  /** The request and its answer: `GET https://api.togai.com/events was answered with 429`. */
  readonly answered: string;
  readonly headers: Headers;
  /** The turn of the request. */
  readonly turn: Turn;
}

/** Handles the answers 429 of a client: slows it down, and gives up where that does not help. */
export class Throttling {
  readonly #options: ThrottlingOptions;
  #throttled = 0;
  #retryAfter: Range | undefined;
  /** How often the rate was halved since the last answer other than 429. */
  #halvings = 0;

  constructor(options: ThrottlingOptions) {
    this.#options = options;
  }

  stats(): Pick<RequestStats, 'throttled' | 'retryAfter'> {
    return { throttled: this.#throttled, retryAfter: this.#retryAfter };
  }

  /** Call after an answer other than 429. */
  passed(): void {
    this.#halvings = 0;
  }

  /**
   * Call after an answer 429. The request may be sent again, in a new turn.
   *
   * @throws TogaiError `throttled` where the quota stays used up, or Togai asks for more than five minutes
   */
  slowDown({ answered, headers, turn }: Throttled): void {
    const { rateLimiter, onWarning } = this.#options;
    this.#throttled++;
    const waitMs = this.#holdBack(headers);
    const isHalved = rateLimiter.throttled(turn);
    if (waitMs !== undefined && waitMs > MAX_RETRY_AFTER_MS) {
      throw new TogaiError(
        'throttled',
        `${answered} and asks to wait ${formatDuration(waitMs)}, too long to wait here: try again after that, or ${QUOTA_ADVICE}`,
      );
    }
    if (isHalved) this.#halvings++;
    if (this.#halvings > MAX_HALVINGS) {
      throw new TogaiError(
        'throttled',
        `${answered} again and again, though the rate was halved ${MAX_HALVINGS} times: ${QUOTA_ADVICE}`,
      );
    }
    const wait = waitMs === undefined ? '' : `, waiting ${formatDuration(waitMs)} as it asks`;
    const pace = isHalved ? 'half the rate from here' : 'a little slower from here';
    onWarning(`Togai is throttling (429): ${pace}${wait}`);
  }

  /**
   * Call after an answer 503, which may ask to wait as a 429 does (RFC 9110, 15.6.4).
   *
   * @throws TogaiError `unavailable` where Togai asks for more than five minutes
   */
  postpone({
    attempted,
    headers,
  }: {
    readonly attempted: string;
    readonly headers: Headers;
  }): void {
    const waitMs = this.#holdBack(headers);
    if (waitMs === undefined || waitMs <= MAX_RETRY_AFTER_MS) return;
    throw new TogaiError(
      'unavailable',
      `${attempted} was answered with 503 and asks to wait ${formatDuration(waitMs)}, too long to wait here: try again after that`,
    );
  }

  /** Holds requests back as long as an answer asks to. @returns how long it asks, in ms */
  #holdBack(headers: Headers): number | undefined {
    const { clock, rateLimiter } = this.#options;
    const now = clock.now();
    const waitMs = retryAfterMs(headers.get('retry-after'), now);
    if (waitMs === undefined) return undefined;
    const keptMs = Math.min(waitMs, MAX_RETRY_AFTER_KEPT_MS);
    if (now + keptMs > (this.#retryAfter?.end ?? now)) {
      this.#retryAfter = { start: now, end: now + keptMs };
    }
    rateLimiter.pause(keptMs);
    return waitMs;
  }
}
