import { QUOTA_ADVICE, TogaiError } from '../errors.ts';
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
import { formatDuration, isoTime } from '../timeline/time.ts';
import {
  NotOfThisApi,
  readBody,
  readErrorMessage,
  readEventDetails,
  readMetrics,
  readPage,
} from './answers.ts';
import { type Answer, exchange, NoAnswer } from './exchange.ts';
import { createRateLimiter, type Turn } from './rate-limiter.ts';
import {
  backoffMs,
  MAX_HALVINGS,
  MAX_RETRIES,
  MAX_RETRY_AFTER_KEPT_MS,
  MAX_RETRY_AFTER_MS,
  retryAfterMs,
} from './retry.ts';
import { Token } from './token.ts';

const MAX_PAGE_SIZE = 50;

export interface TogaiClientOptions {
  /** `https`, or `http` to this machine; a path is kept. See `settings.ts` for the check. */
  readonly baseUrl: string;
  readonly credential: Credential;
  /** What is remembered of rejected tokens. @default nothing: any token may be sent */
  readonly rejectionLimiter?: RejectionLimiter;
  /** Where a person puts another token, for messages: `TOGAI_TOKEN`. */
  readonly tokenSource: string;
  /** See {@link createRateLimiter}. */
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  /** @default 30 s, for one request with its answer */
  readonly requestTimeoutMs?: number;
  /** From 0 up to, not including, 1. @default Math.random */
  readonly random?: () => number;
  /** Told in words when a request has to wait or to be sent again. */
  readonly onWarning?: (message: string) => void;
  /** Sends one request and reads its answer. @default over HTTP */
  readonly exchange?: typeof exchange;
}

export interface TogaiClient extends UsageEvents, EventMetrics {
  /** Numbers since the client was made. */
  stats(): RequestStats;
}

/**
 * Togai over HTTP. All requests go through one rate limiter; what can pass is tried again, what cannot is told
 * at once; the token is in no message. A rejected token is read again once; if it is still the same,
 * nothing is sent any more.
 *
 * @throws SettingError for a token that cannot be sent; TogaiError `unauthorized` for one that may not be
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

interface Question {
  readonly url: URL;
  /** JSON; without it the question is a GET. */
  readonly post?: string | undefined;
}

class HttpTogaiClient implements TogaiClient {
  readonly #options: Required<Omit<TogaiClientOptions, 'rejectionLimiter'>>;
  readonly #token: Token;
  readonly #rateLimiter;
  #requests = 0;
  #throttled = 0;
  #retries = 0;
  #retryAfter: Range | undefined;
  /** How often the rate was halved since the last answer that was not 429. */
  #halvings = 0;

  constructor(options: TogaiClientOptions, token: Token) {
    this.#token = token;
    this.#options = {
      requestTimeoutMs: 30_000,
      random: Math.random,
      onWarning: () => {},
      exchange,
      ...options,
    };
    this.#rateLimiter = createRateLimiter(this.#options);
  }

  stats(): RequestStats {
    return {
      requests: this.#requests,
      throttled: this.#throttled,
      retries: this.#retries,
      retryAfter: this.#retryAfter,
    };
  }

  async *pages(query: EventQuery, signal: AbortSignal) {
    let nextToken: string | undefined;
    do {
      const url = this.#url('events');
      const parameters = {
        start_time: query.startTime,
        end_time: query.endTime,
        status: query.status,
        account_id: query.accountId,
        schema_name: query.schemaName,
        pageSize: query.pageSize ?? MAX_PAGE_SIZE,
        nextToken,
      };
      for (const [name, value] of Object.entries(parameters)) {
        if (value !== undefined) url.searchParams.set(name, String(value));
      }
      const page = await this.#ask({ url }, readPage, signal);
      yield page;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }

  event(id: string, signal: AbortSignal) {
    const url = this.#url(`events/${encodeURIComponent(id)}`);
    return this.#ask({ url }, readEventDetails, signal);
  }

  metrics({ start, end }: Range, queries: readonly MetricQuery[], signal: AbortSignal) {
    const post = JSON.stringify({
      startTime: isoTime(start),
      endTime: isoTime(end),
      metricQueries: queries.map(({ id, groupBy, statuses, accounts }) => ({
        id,
        name: 'EVENTS',
        aggregationPeriod: 'HOUR',
        groupBy,
        filters: [
          { fieldName: 'EVENT_STATUS', fieldValues: statuses },
          ...(accounts ? [{ fieldName: 'ACCOUNT_ID', fieldValues: accounts }] : []),
        ],
      })),
    });
    return this.#ask({ url: this.#url('metrics'), post }, readMetrics, signal);
  }

  #url(path: string): URL {
    return new URL(path, this.#options.baseUrl.replace(/\/*$/, '/'));
  }

  async #ask<T>(
    { url, post }: Question,
    read: (json: unknown) => T,
    signal: AbortSignal,
  ): Promise<T> {
    const method = post === undefined ? 'GET' : 'POST';
    const attempted = `${method} ${printable(url.origin + url.pathname, 200)}`;
    let failures = 0;
    for (;;) {
      const turn = await this.#turn(signal);
      const token = this.#token.text;
      try {
        const answer = await this.#send({ url, post }, token, turn, signal);
        if (answer.status === 401 && (await this.#token.renewed(token))) continue;
        if (answer.status === 429) {
          this.#waitForQuota(attempted, answer, turn);
          continue;
        }
        this.#halvings = 0;
        return this.#read(attempted, answer, read);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        failures++;
        await this.#backOff(attempted, error, failures, signal);
      }
    }
  }

  /** The right to send one request with the token; its place is to be left. */
  async #turn(signal: AbortSignal): Promise<Turn> {
    for (;;) {
      await this.#token.enter(signal);
      try {
        const turn = await this.#rateLimiter.turn(signal);
        if (!this.#token.isHeld) return turn;
        turn.over();
      } catch (error) {
        this.#token.leave();
        throw error;
      }
      this.#token.leave();
    }
  }

  async #send(
    { url, post }: Question,
    token: string,
    turn: Turn,
    signal: AbortSignal,
  ): Promise<Answer> {
    try {
      this.#requests++;
      const answer = await this.#options.exchange(url, {
        post,
        token,
        userAgent: 'unmetered-events-monitor',
        timeoutMs: this.#options.requestTimeoutMs,
        signal,
        onSent: turn.sent,
      });
      if (answer.status === 401) await this.#token.rejected(token);
      else if (answer.status < 500 && answer.status !== 429) this.#token.accepted();
      return { ...answer, body: this.#token.redact(answer.body) };
    } finally {
      turn.over();
      this.#token.leave();
    }
  }

  /** @throws NoAnswer where another attempt may bring a readable answer; TogaiError where it would not */
  #read<T>(attempted: string, answer: Answer, read: (json: unknown) => T): T {
    const { status, body } = answer;
    if (status >= 500) {
      throw new NoAnswer('unavailable', `was answered with ${status}${this.#quote(body)}`, true);
    }
    if (status < 200 || status > 299) throw this.#refusal(attempted, answer);
    try {
      return readBody(body, (text) => this.#token.redact(text), read);
    } catch (error) {
      if (error instanceof SyntaxError) {
        const kind = describeBody(body, answer.headers.get('content-type'));
        throw new NoAnswer('unavailable', `was answered with ${kind} instead of JSON`, true);
      }
      if (!(error instanceof NotOfThisApi)) throw error;
      throw new TogaiError(
        'unreadable',
        `${attempted} was answered with ${this.#token.redact(error.message)}, which is no answer of Togai's events API: check the base URL`,
      );
    }
  }

  #refusal(attempted: string, answer: Answer): TogaiError {
    const { status, headers, body } = answer;
    const { tokenSource } = this.#options;
    const answered = `${attempted} was answered with ${status}${this.#quote(body)}`;
    if (status === 401) {
      const rejection = new TogaiError(
        'unauthorized',
        `${answered}: Togai does not accept the token; put a valid one into ${tokenSource} before the next try (this one is not sent again: Togai blocks an address after five rejected requests in 30 minutes)`,
      );
      this.#token.end(rejection);
      return rejection;
    }
    if (status === 403) {
      return new TogaiError(
        'forbidden',
        `${answered}: the token is valid but may not list events; give it that permission in Togai, or put another one into ${tokenSource}`,
      );
    }
    if (status === 400 || status === 422) {
      return new TogaiError(
        'refused',
        `${answered}: Togai cannot work with this request; try a shorter or more recent range, and if it stays so please report it to this project`,
      );
    }
    const target = headers.get('location');
    const where = target === null ? '' : ` to ${printable(this.#token.redact(target), 200)}`;
    const redirected = status >= 300 && status < 400;
    return new TogaiError(
      'refused',
      redirected
        ? `${answered}${where}, a redirect, which is not followed so that the token goes nowhere else: check the base URL`
        : `${answered}: this is not how Togai's events API answers; check the base URL`,
    );
  }

  /** @throws TogaiError once the quota stays used up */
  #waitForQuota(attempted: string, { headers, body }: Answer, turn: Turn): void {
    this.#throttled++;
    const now = this.#options.clock.now();
    const waitMs = retryAfterMs(headers.get('retry-after'), now);
    const keptMs = waitMs === undefined ? undefined : Math.min(waitMs, MAX_RETRY_AFTER_KEPT_MS);
    if (keptMs !== undefined && now + keptMs > (this.#retryAfter?.end ?? now)) {
      this.#retryAfter = { start: now, end: now + keptMs };
    }
    const isHalved = this.#rateLimiter.throttled(turn, keptMs);
    const answered = `${attempted} was answered with 429${this.#quote(body)}`;
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
    this.#options.onWarning(`Togai is throttling (429): half the rate from here${wait}`);
  }

  async #backOff(
    attempted: string,
    error: NoAnswer,
    failures: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, random, onWarning } = this.#options;
    const whatCameBack = error.message;
    if (!error.passing) {
      throw new TogaiError(
        error.failure,
        `${attempted} ${whatCameBack}: ${adviceFor(error.failure)}`,
        { cause: error },
      );
    }
    if (failures > MAX_RETRIES) {
      throw new TogaiError(
        error.failure,
        `${attempted} failed ${failures} times in a row, the last time it ${whatCameBack}: Togai, or something on the way to it, is in trouble; try again later`,
        { cause: error },
      );
    }
    this.#retries++;
    onWarning(`${attempted} ${whatCameBack}: trying again (${failures} of ${MAX_RETRIES})`);
    await clock.sleep(backoffMs(failures, random()), signal);
  }

  /** Togai's own words, in brackets. */
  #quote(body: string): string {
    try {
      const message = readBody(body, (text) => this.#token.redact(text), readErrorMessage);
      return message === undefined ? '' : ` ("${printable(this.#token.redact(message), 500)}")`;
    } catch {
      return '';
    }
  }
}

function describeBody(body: string, contentType: string | null): string {
  if (body.trim() === '') return 'an empty body';
  if (/^\s*</.test(body) || contentType?.includes('html')) return 'HTML';
  if (/^\s*[[{]/.test(body)) return 'truncated or broken JSON';
  return 'something';
}

function adviceFor(failure: TogaiError['failure']): string {
  return failure === 'unreachable'
    ? 'check the network and the base URL (--togai-base-url); behind a proxy set NODE_USE_ENV_PROXY=1 and HTTPS_PROXY'
    : 'check the base URL, this is not how Togai answers';
}
