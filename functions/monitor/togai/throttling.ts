import { QUOTA_ADVICE, TogaiError } from '../errors.ts';
import type { Clock, RequestStats } from '../ports.ts';
import { formatDuration } from '../timeline/duration.ts';
import type { Range } from '../timeline/time.ts';
import type { Pace, Turn } from './rate-limiter.ts';
import { MAX_RETRY_AFTER_KEPT_MS, MAX_RETRY_AFTER_MS, retryAfterMs } from './retry-after.ts';

/** The rate climbs from zero to the full rate in this time, so from a half in half of it. */
const RECOVERY_MS = 60_000;
/** So many 429 within so many requests are no accident. */
const KEEPS_COMING = 3;
const KEEPS_COMING_REQUESTS = 20;
/**
 * A 429 widens the distance by this share, and the next requests take it back slowly. Each 429 may ask to wait a second, so one in
 * a thousand requests is much already. Requests that a network moves by 40 ms need 4%.
 */
const WIDENING_STEP = 0.04;
const WIDENING_REQUESTS = 3_000;
const MAX_WIDENING = 1.2;
/** Halving never brings the rate below this share of the full rate. */
const LOWEST_SHARE = 1 / 32;
/** The rate is halved this often in a row, without another answer between, before the client gives up. */
const MAX_HALVINGS = 8;

interface ThrottlingOptions {
  readonly clock: Clock;
  readonly requestsPerSecond: number;
  readonly onWarning: (message: string) => void;
}

/** An answer 429, for messages. */
interface Throttled {
  /** The request and its answer: `GET https://api.togai.com/events was answered with 429`. */
  readonly answered: string;
  readonly headers: Headers;
  readonly turn: Turn;
}

/**
 * The pace of a client. Answers 429 and 503 change it.
 *
 * - **A lone 429** widens the distance between requests a little, for a while. Requests arrive less
 *   evenly than they are sent, so a quota that is used to its edge turns some away.
 * - **When 429 keep coming**, the rate is halved. It climbs back slowly.
 * - **A `Retry-After`** holds all requests back.
 */
export class Throttling implements Pace {
  readonly requestsPerSecond: number;
  readonly #options: ThrottlingOptions;
  #throttled = 0;
  #retryAfter: Range | undefined;
  /** How often the rate was halved since the last answer other than 429. */
  #halvings = 0;
  #widening = 1;
  // The times that follow are ms of `Clock.elapsed`, because a wall clock that is set back must not stop requests.
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #halvedAt = Number.NEGATIVE_INFINITY;
  #rateWhenHalved: number;
  /** When the pace was changed last, by widening or halving. */
  #changedAt = Number.NEGATIVE_INFINITY;
  /** How many turns were given. */
  #turns = 0;
  /** The number of turns at each of the last 429 that changed the pace. */
  #changes: number[] = [];

  constructor(options: ThrottlingOptions) {
    this.#options = options;
    this.requestsPerSecond = options.requestsPerSecond;
    this.#rateWhenHalved = options.requestsPerSecond;
  }

  get widening(): number {
    return this.#widening;
  }

  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  rateAt(time: number): number {
    const since = Math.max(0, time - Math.max(this.#halvedAt, this.#pausedUntil));
    const climbed = (this.requestsPerSecond * since) / RECOVERY_MS;
    return Math.min(this.requestsPerSecond, this.#rateWhenHalved + climbed);
  }

  turnGiven(): void {
    this.#turns++;
    this.#widening = Math.max(1, this.#widening - WIDENING_STEP / WIDENING_REQUESTS);
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
   * @throws TogaiError `throttled` where the quota stays used up, or Togai asks for more than {@link MAX_RETRY_AFTER_MS}
   */
  slowDown({ answered, headers, turn }: Throttled): void {
    this.#throttled++;
    const waitMs = this.#holdBack(headers);
    const isHalved = this.#change(turn);
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
    this.#options.onWarning(`Togai is throttling (429): ${pace}${wait}`);
  }

  /**
   * Call after an answer 503, which may ask to wait as a 429 does (RFC 9110, 15.6.4).
   *
   * @throws TogaiError `unavailable` where Togai asks for more than {@link MAX_RETRY_AFTER_MS}
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

  /**
   * A request that had its turn before the last change says nothing about the pace since.
   *
   * @returns whether the rate was halved
   */
  #change(turn: Turn): boolean {
    if (turn.at < this.#changedAt) return false;
    const now = this.#options.clock.elapsed();
    this.#changedAt = now;
    // Counted in requests: a wait that Togai asks for between them makes them no rarer.
    const isRecent = (turns: number) => this.#turns - turns < KEEPS_COMING_REQUESTS;
    this.#changes = [...this.#changes.filter(isRecent), this.#turns];
    if (this.#changes.length < KEEPS_COMING) {
      this.#widening = Math.min(MAX_WIDENING, this.#widening + WIDENING_STEP);
      return false;
    }
    const lowest = this.requestsPerSecond * LOWEST_SHARE;
    this.#rateWhenHalved = Math.max(this.rateAt(now) / 2, lowest);
    this.#halvedAt = now;
    return true;
  }

  /** Holds all requests back as long as an answer asks to. @returns how long it asks, in ms */
  #holdBack(headers: Headers): number | undefined {
    const { clock } = this.#options;
    const now = clock.now();
    const waitMs = retryAfterMs(headers.get('retry-after'), now);
    if (waitMs === undefined) return undefined;
    const keptMs = Math.min(waitMs, MAX_RETRY_AFTER_KEPT_MS);
    this.#pausedUntil = Math.max(this.#pausedUntil, clock.elapsed() + keptMs);
    const end = now + keptMs;
    if (end > (this.#retryAfter?.end ?? now)) this.#retryAfter = { start: now, end };
    return waitMs;
  }
}
