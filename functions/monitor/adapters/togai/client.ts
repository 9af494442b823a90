import { SettingError, TogaiError } from '../../errors.ts';
import type { Clock, EventQuery, UsageEvents } from '../../ports.ts';
import { printable } from '../../steps/text.ts';
import { formatDuration } from '../../steps/time.ts';
import { NotOfThisApi, readErrorMessage, readEventDetails, readPage } from './answers.ts';
import { type Answer, exchange, NoAnswer } from './exchange.ts';
import { createPacer, type Turn } from './pacer.ts';
import { backoffMs, MAX_HALVINGS, MAX_RETRIES, MAX_RETRY_AFTER_MS, retryAfterMs } from './retry.ts';

const MAX_PAGE_SIZE = 50;

export interface TogaiClientOptions {
  /** `https`, or `http` to this machine; a path is kept. See `settings.ts` for the check. */
  readonly baseUrl: string;
  readonly token: string;
  /** Where a person puts another token, for messages: `TOGAI_TOKEN`. */
  readonly tokenSource: string;
  /** See {@link createPacer}. */
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  /** @default 30 s, for one request with its answer */
  readonly requestTimeoutMs?: number;
  /** From 0 up to, not including, 1. @default Math.random */
  readonly random?: () => number;
  /** Told in words when a request has to wait or to be sent again. */
  readonly onTrouble?: (message: string) => void;
}

/** Numbers of the whole process. */
export interface TogaiClientStats {
  /** Requests sent, repeated ones included. */
  readonly requests: number;
  /** Answers 429. */
  readonly throttled: number;
  /** Requests that were sent again after a passing failure other than 429. */
  readonly retries: number;
}

export interface TogaiClient extends UsageEvents {
  stats(): TogaiClientStats;
}

/**
 * Togai over HTTP. All requests go through one pacer; what can pass is tried again, what cannot is told
 * at once; the token is in no message. After a 401 nothing is sent any more.
 *
 * @throws SettingError for a token that cannot be sent
 */
export function createTogaiClient(options: TogaiClientOptions): TogaiClient {
  return new HttpTogaiClient(options);
}

class HttpTogaiClient implements TogaiClient {
  readonly #options: Required<Omit<TogaiClientOptions, 'token'>>;
  readonly #token: string;
  readonly #pacer;
  #requests = 0;
  #throttled = 0;
  #retries = 0;
  /** How often the rate was halved since the last answer that was not 429. */
  #halvings = 0;
  #rejection: TogaiError | undefined;

  constructor({ token, ...options }: TogaiClientOptions) {
    this.#token = checkToken(token, options.tokenSource);
    this.#options = {
      requestTimeoutMs: 30_000,
      random: Math.random,
      onTrouble: () => {},
      ...options,
    };
    this.#pacer = createPacer(this.#options);
  }

  stats(): TogaiClientStats {
    return { requests: this.#requests, throttled: this.#throttled, retries: this.#retries };
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
      const page = await this.#get(url, readPage, signal);
      yield page;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }

  event(id: string, signal: AbortSignal) {
    return this.#get(this.#url(`events/${encodeURIComponent(id)}`), readEventDetails, signal);
  }

  #url(path: string): URL {
    return new URL(path, this.#options.baseUrl.replace(/\/*$/, '/'));
  }

  async #get<T>(url: URL, read: (json: unknown) => T, signal: AbortSignal): Promise<T> {
    const attempted = `GET ${printable(url.origin + url.pathname, 200)}`;
    let failures = 0;
    for (;;) {
      const turn = await this.#pacer.turn(signal);
      try {
        const answer = await this.#send(url, turn, signal);
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

  async #send(url: URL, turn: Turn, signal: AbortSignal): Promise<Answer> {
    try {
      if (this.#rejection) throw this.#rejection;
      this.#requests++;
      const answer = await exchange(url, {
        token: this.#token,
        userAgent: 'unmetered-events-monitor',
        timeoutMs: this.#options.requestTimeoutMs,
        signal,
        onSent: turn.sent,
      });
      return { ...answer, body: this.#redact(answer.body) };
    } finally {
      turn.over();
    }
  }

  /** @throws NoAnswer where another attempt may bring a readable answer; TogaiError where it would not */
  #read<T>(attempted: string, answer: Answer, read: (json: unknown) => T): T {
    const { status, body } = answer;
    if (status >= 500) {
      throw new NoAnswer('unavailable', `was answered with ${status}${quote(body)}`, true);
    }
    if (status < 200 || status > 299) throw this.#refusal(attempted, answer);
    let json: unknown;
    try {
      json = JSON.parse(body);
    } catch {
      const kind = describeBody(body, answer.headers.get('content-type'));
      throw new NoAnswer('unavailable', `was answered with ${kind} instead of JSON`, true);
    }
    try {
      return read(json);
    } catch (error) {
      if (!(error instanceof NotOfThisApi)) throw error;
      throw new TogaiError(
        'unreadable',
        `${attempted} was answered with ${error.message}, which is no answer of Togai's events API: check the base URL`,
      );
    }
  }

  #refusal(attempted: string, answer: Answer): TogaiError {
    const { status, headers, body } = answer;
    const { tokenSource } = this.#options;
    const answered = `${attempted} was answered with ${status}${quote(body)}`;
    if (status === 401) {
      this.#rejection = new TogaiError(
        'unauthorized',
        `${answered}: Togai does not accept the token; put a valid one into ${tokenSource} before the next try (this one is not sent again, for after five rejected requests Togai blocks an address for 30 minutes)`,
      );
      return this.#rejection;
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
    const where = target === null ? '' : ` to ${printable(this.#redact(target), 200)}`;
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
    const waitMs = retryAfterMs(headers.get('retry-after'), this.#options.clock.now());
    const answered = `${attempted} was answered with 429${quote(body)}`;
    const advice =
      'lower --max-requests-per-second, or ask Togai for a larger quota (it is shared with all that calls Togai for your organisation)';
    if (waitMs !== undefined && waitMs > MAX_RETRY_AFTER_MS) {
      throw new TogaiError(
        'throttled',
        `${answered} and asks to wait ${formatDuration(waitMs)}, too long to wait here: try again after that, or ${advice}`,
      );
    }
    if (this.#pacer.throttled(turn, waitMs)) this.#halvings++;
    if (this.#halvings > MAX_HALVINGS) {
      throw new TogaiError(
        'throttled',
        `${answered} again and again, though the rate was halved ${MAX_HALVINGS} times: ${advice}`,
      );
    }
    const wait = waitMs === undefined ? '' : `, waiting ${formatDuration(waitMs)} as it asks`;
    this.#options.onTrouble(`Togai is throttling (429): half the rate from here${wait}`);
  }

  async #backOff(
    attempted: string,
    error: NoAnswer,
    failures: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, random, onTrouble } = this.#options;
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
    onTrouble(`${attempted} ${whatCameBack}: trying again (${failures} of ${MAX_RETRIES})`);
    await clock.sleep(backoffMs(failures, random()), signal);
  }

  /** What comes in could repeat the token; it goes no further than this. */
  #redact(text: string): string {
    const spellings = [
      this.#token,
      this.#token.replaceAll('/', '\\/'),
      encodeURIComponent(this.#token),
    ];
    return spellings.reduce((redacted, spelling) => redacted.replaceAll(spelling, '[token]'), text);
  }
}

/** Togai's own words, in brackets. */
function quote(body: string): string {
  const message = readErrorMessage(body);
  return message === undefined ? '' : ` ("${message}")`;
}

function checkToken(token: string, source: string): string {
  const trimmed = token.trim();
  if (trimmed === '') {
    throw new SettingError(`the token in ${source} is empty; put Togai's API token there`);
  }
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new SettingError(
      `the token in ${source} holds spaces, line breaks or other characters that no token has; copy it again`,
    );
  }
  return trimmed;
}

function describeBody(body: string, contentType: string | null): string {
  if (body.trim() === '') return 'an empty body';
  if (/^\s*</.test(body) || contentType?.includes('html')) return 'HTML';
  if (/^\s*[[{]/.test(body)) return 'truncated or broken JSON';
  return 'something';
}

function adviceFor(failure: TogaiError['failure']): string {
  return failure === 'unreachable'
    ? 'check the base URL, the network and its proxy'
    : 'check the base URL, this is not how Togai answers';
}
