import type { Clock, Credential, RejectionLimiter, RequestStats } from '../ports.ts';
import { refuseClockAhead } from './clock-ahead.ts';
import { type Answer, exchange, REQUEST_TIMEOUT_MS } from './exchange.ts';
import { NoAnswer } from './no-answer.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';
import { quoteError, readAnswer } from './read-answer.ts';
import { nameOf, type TogaiRequest } from './requests.ts';
import { backoffMs, finalError, MAX_RETRIES } from './retry-passing-failures.ts';
import { Sender, type SentAnswer } from './sender.ts';
import { Throttling } from './throttling.ts';
import { Token } from './token-renewal.ts';

export interface AskerOptions {
  /** `https`, or `http` to this machine. A path in it is kept. `settings/urls.ts` checks it. */
  readonly baseUrl: string;
  readonly credential: Credential;
  /** @default any token may be sent, and nothing is remembered */
  readonly rejectionLimiter?: RejectionLimiter;
  /** Where a person puts another token, for messages: `TOGAI_TOKEN`. */
  readonly tokenSource: string;
  /** See {@link Pace}. */
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  /** For one request with its answer, in ms. @default {@link REQUEST_TIMEOUT_MS} */
  readonly requestTimeoutMs?: number;
  /**
   * Whether an answer is refused that shows that the clock of this machine is ahead. Pass false for times that a person gave.
   *
   * @default true
   */
  readonly checkClock?: boolean;
  /** 0 ≤ random < 1. @default Math.random */
  readonly random?: () => number;
  /** Gets a message when a request has to wait or to be sent again. @default nothing happens */
  readonly onWarning?: (message: string) => void;
  /** Sends one request and reads its answer. @default over HTTP */
  readonly exchange?: typeof exchange;
}

/** The pace of all requests of a process. Askers with different tokens share it, because they share the quota. */
export class SharedPace {
  readonly throttling: Throttling;
  readonly rateLimiter: RateLimiter;

  constructor({ onWarning = () => {}, ...options }: AskerOptions) {
    this.throttling = new Throttling({ ...options, onWarning });
    this.rateLimiter = createRateLimiter({ clock: options.clock, pace: this.throttling });
  }
}

const OPEN_LIMITER: RejectionLimiter = {
  maySend: () => true,
  mostUnderWay: () => Number.POSITIVE_INFINITY,
  rejected: () => Promise.resolve(),
};

/** Sends requests of one token until each has a final answer. */
export class Asker {
  readonly #options: Required<Omit<AskerOptions, 'rejectionLimiter'>>;
  readonly #token: Token;
  readonly #sender: Sender;
  readonly #throttling: Throttling;
  #retries = 0;
  /** Until the first answer has shown that the clock is right. */
  #checksClock: boolean;

  /** @throws SettingError for a text that is no token; TogaiError `unauthorized` for a token that may not be sent now */
  static async connect(options: AskerOptions, pace = new SharedPace(options)): Promise<Asker> {
    const { credential, tokenSource, rejectionLimiter = OPEN_LIMITER } = options;
    const token = await Token.read({ credential, tokenSource, rejectionLimiter });
    return new Asker(options, token, pace);
  }

  private constructor(
    options: AskerOptions,
    token: Token,
    { throttling, rateLimiter }: SharedPace,
  ) {
    this.#token = token;
    this.#options = {
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      checkClock: true,
      random: Math.random,
      onWarning: () => {},
      exchange,
      ...options,
    };
    this.#checksClock = this.#options.checkClock;
    this.#throttling = throttling;
    this.#sender = new Sender({ ...this.#options, token, rateLimiter });
  }

  stats(): RequestStats {
    const { throttled, retryAfter } = this.#throttling.stats();
    return { requests: this.#sender.requests, throttled, retries: this.#retries, retryAfter };
  }

  /**
   * Sends a request until it has a final answer. Passing failures are tried again.
   *
   * @throws TogaiError; ClockAheadError; the reason of `signal` once that is aborted
   */
  async ask<T>(request: TogaiRequest, read: (json: unknown) => T, signal: AbortSignal): Promise<T> {
    const attempted = nameOf(request);
    let failures = 0;
    for (;;) {
      try {
        return await this.#attempt(request, read, signal);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        failures++;
        await this.#backOff(attempted, error, failures, signal);
      }
    }
  }

  /**
   * Sends a request that must not be done twice. Only answers that show that nothing was done are followed by another attempt:
   * 429, and 401 where there is a new token.
   *
   * @param onSent called when the request is written to a connection: from then on it may be done
   * @throws NoAnswer where nobody knows whether it was done, if it was sent; TogaiError
   */
  askOnce<T>(
    request: TogaiRequest,
    read: (json: unknown) => T,
    onSent: () => void,
    signal: AbortSignal,
  ): Promise<T> {
    return this.#attempt(request, read, signal, onSent);
  }

  /** @throws NoAnswer where no answer could be read to its end; TogaiError */
  async #attempt<T>(
    request: TogaiRequest,
    read: (json: unknown) => T,
    signal: AbortSignal,
    onSent: () => void = () => {},
  ): Promise<T> {
    const attempted = nameOf(request);
    for (;;) {
      this.#token.ensureRight(request.right);
      const turn = await this.#sender.turn(signal);
      const sent = () => {
        onSent();
        turn.sent();
      };
      const tokenText = this.#token.text;
      const answer = await this.#sender.send(request, tokenText, { ...turn, sent }, signal);
      if (answer.isTokenRejected && (await this.#token.renewed(tokenText))) continue;
      if (answer.status === 429) {
        const answered = `${attempted} was answered with 429${this.#quote(answer)}`;
        this.#throttling.slowDown({ answered, headers: answer.headers, turn });
        continue;
      }
      if (answer.status === 503) this.#throttling.postpone({ attempted, headers: answer.headers });
      else this.#throttling.passed();
      const result = this.#read(answer, read, attempted);
      if (this.#checksClock) refuseClockAhead(answer, attempted, this.#options.clock);
      this.#checksClock = false;
      return result;
    }
  }

  #read<T>(answer: SentAnswer, read: (json: unknown) => T, attempted: string): T {
    const { tokenSource } = this.#options;
    try {
      const redact = (text: string) => this.#token.redact(text);
      return readAnswer(answer, read, { attempted, tokenSource, redact });
    } catch (error) {
      if (answer.isTokenRejected) this.#token.end(error);
      throw error;
    }
  }

  #quote({ body }: Answer): string {
    return quoteError(body, (text) => this.#token.redact(text));
  }

  async #backOff(
    attempted: string,
    error: NoAnswer,
    failures: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, random, onWarning } = this.#options;
    const final = finalError(attempted, error, failures);
    if (final) throw final;
    this.#retries++;
    onWarning(`${attempted} ${error.message}: trying again (${failures} of ${MAX_RETRIES})`);
    await clock.sleep(backoffMs(failures, random()), signal);
  }
}
