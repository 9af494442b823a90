import type { MetricQuery } from '../events/metrics-answer.ts';
import type {
  Clock,
  Credential,
  EventMetrics,
  EventQuery,
  RejectionLimiter,
  RequestStats,
  UsageEvents,
} from '../ports.ts';
import { printable } from '../text/text.ts';
import type { Range } from '../timeline/time.ts';
import { refuseClockAhead } from './clock-ahead.ts';
import { type Answer, exchange } from './exchange.ts';
import { checkEnd } from './more-pages.ts';
import { NoAnswer } from './no-answer.ts';
import { createRateLimiter, type Pace } from './rate-limiter.ts';
import { quoteError, readAnswer } from './read-answer.ts';
import { readEventDetails } from './read-event-details.ts';
import { readMetrics } from './read-metrics.ts';
import { readPage } from './read-page.ts';
import {
  eventRequest,
  listRequest,
  metricsRequest,
  nameOf,
  type TogaiRequest,
} from './requests.ts';
import { backoffMs, finalError, MAX_RETRIES } from './retry.ts';
import { Sender } from './sender.ts';
import { Throttling } from './throttling.ts';
import { Token } from './token-renewal.ts';

export interface TogaiClientOptions {
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
  /** For one request with its answer, in ms. @default 30,000 */
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

export interface TogaiClient extends UsageEvents, EventMetrics {
  /** Numbers since the client was made. */
  stats(): RequestStats;
}

/**
 * Connects to Togai over HTTP. All requests go through one rate limiter. Passing failures are tried again; others are thrown at
 * once. No message holds the token. An answer that is older than the clock by more than five minutes is refused by a
 * ClockAheadError. A rejected token is read again once; if it is still the same, nothing more is sent.
 *
 * @throws SettingError for a text that is no token; TogaiError `unauthorized` for a token that may not be sent now
 */
export async function connectTogai(options: TogaiClientOptions): Promise<TogaiClient> {
  const { credential, tokenSource, rejectionLimiter = OPEN_LIMITER } = options;
  return new HttpTogaiClient(
    options,
    await Token.read({ credential, tokenSource, rejectionLimiter }),
  );
}

const OPEN_LIMITER: RejectionLimiter = {
  maySend: () => true,
  mostUnderWay: () => Number.POSITIVE_INFINITY,
  rejected: () => Promise.resolve(),
};

class HttpTogaiClient implements TogaiClient {
  readonly #options: Required<Omit<TogaiClientOptions, 'rejectionLimiter'>>;
  readonly #token: Token;
  readonly #sender: Sender;
  readonly #throttling: Throttling;
  #retries = 0;
  /** Keys of answers that were mentioned before. */
  readonly #mentioned = new Set<string>();
  /** Until the first answer has shown that the clock is right. */
  #checksClock: boolean;

  constructor(options: TogaiClientOptions, token: Token) {
    this.#token = token;
    this.#options = {
      requestTimeoutMs: 30_000,
      checkClock: true,
      random: Math.random,
      onWarning: () => {},
      exchange,
      ...options,
    };
    this.#checksClock = this.#options.checkClock;
    this.#throttling = new Throttling(this.#options);
    const { clock } = this.#options;
    const rateLimiter = createRateLimiter({ clock, pace: this.#throttling });
    this.#sender = new Sender({ ...this.#options, token, rateLimiter });
  }

  stats(): RequestStats {
    const { throttled, retryAfter } = this.#throttling.stats();
    return { requests: this.#sender.requests, throttled, retries: this.#retries, retryAfter };
  }

  async *pages(query: EventQuery, signal: AbortSignal) {
    let nextToken: string | undefined;
    let entries = 0;
    do {
      const request = listRequest(this.#options.baseUrl, query, nextToken);
      const page = await this.#ask(request, readPage, signal);
      entries += page.events.length + page.malformed.length;
      this.#mention(nameOf(request), page.unknownKeys);
      nextToken = page.nextToken;
      if (nextToken === undefined) checkEnd(nameOf(request), page.more, entries);
      yield page;
    } while (nextToken !== undefined);
  }

  event(id: string, signal: AbortSignal) {
    return this.#ask(eventRequest(this.#options.baseUrl, id), readEventDetails, signal);
  }

  metrics(range: Range, queries: readonly MetricQuery[], signal: AbortSignal) {
    return this.#ask(metricsRequest(this.#options.baseUrl, range, queries), readMetrics, signal);
  }

  /** Sends a request until it has a final answer. */
  async #ask<T>(
    request: TogaiRequest,
    read: (json: unknown) => T,
    signal: AbortSignal,
  ): Promise<T> {
    const attempted = nameOf(request);
    let failures = 0;
    for (;;) {
      const turn = await this.#sender.turn(signal);
      const tokenText = this.#token.text;
      try {
        const answer = await this.#sender.send(request, tokenText, turn, signal);
        if (answer.status === 401 && (await this.#token.renewed(tokenText))) continue;
        if (answer.status === 429) {
          const answered = `${attempted} was answered with 429${this.#quote(answer)}`;
          this.#throttling.slowDown({ answered, headers: answer.headers, turn });
          continue;
        }
        if (answer.status === 503)
          this.#throttling.postpone({ attempted, headers: answer.headers });
        else this.#throttling.passed();
        const result = this.#read(answer, read, attempted);
        if (this.#checksClock) refuseClockAhead(answer, attempted, this.#options.clock);
        this.#checksClock = false;
        return result;
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        failures++;
        await this.#backOff(attempted, error, failures, signal);
      }
    }
  }

  #read<T>(answer: Answer, read: (json: unknown) => T, attempted: string): T {
    const { tokenSource } = this.#options;
    try {
      const redact = (text: string) => this.#token.redact(text);
      return readAnswer(answer, read, { attempted, tokenSource, redact });
    } catch (error) {
      if (answer.status === 401) this.#token.end(error);
      throw error;
    }
  }

  /** Each key once: a Togai that has changed is worth a look, and no reason to stop. */
  #mention(attempted: string, keys: readonly string[]): void {
    const unheardOf = keys.filter((key) => !this.#mentioned.has(key));
    if (unheardOf.length === 0) return;
    for (const key of unheardOf) this.#mentioned.add(key);
    const names = printable(unheardOf.slice(0, 5).join(', '), 80);
    this.#options.onWarning(`${attempted} answers with keys that are ignored here: ${names}`);
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
