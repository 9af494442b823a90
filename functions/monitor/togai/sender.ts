import type { Answer, exchange } from './exchange.ts';
import type { RateLimiter, Turn } from './rate-limiter.ts';
import type { TogaiRequest } from './requests.ts';
import type { Token } from './token-renewal.ts';

interface SenderOptions {
  readonly token: Token;
  readonly rateLimiter: RateLimiter;
  readonly exchange: typeof exchange;
  readonly requestTimeoutMs: number;
}

export interface SentAnswer extends Answer {
  readonly isTokenRejected: boolean;
}

/** Sends requests with the token, each in a turn of the rate limiter. */
export class Sender {
  readonly #options: SenderOptions;
  #requests = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Requests sent so far. */
  get requests(): number {
    return this.#requests;
  }

  /**
   * Waits for the right to send one request with the token. {@link send} gives the place back.
   *
   * @throws the reason why nothing is sent any more; the reason of `signal` once that is aborted
   */
  async turn(signal: AbortSignal): Promise<Turn> {
    const { token, rateLimiter } = this.#options;
    for (;;) {
      await token.enter(signal);
      try {
        const turn = await rateLimiter.turn(signal);
        if (!token.isHeld) return turn;
        turn.over();
      } catch (error) {
        token.leave();
        throw error;
      }
      token.leave();
    }
  }

  /**
   * Sends a request once, in a turn.
   *
   * @param tokenText the text of the token at the time of the turn
   * @returns the answer, with every token taken out of its body, and whether it rejects the token
   * @throws NoAnswer; the reason of `signal` once that is aborted
   */
  async send(
    { url, post, right }: TogaiRequest,
    tokenText: string,
    turn: Turn,
    signal: AbortSignal,
  ): Promise<SentAnswer> {
    const { token, exchange, requestTimeoutMs } = this.#options;
    try {
      this.#requests++;
      const answer = await exchange(url, {
        post,
        token: tokenText,
        timeoutMs: requestTimeoutMs,
        signal,
        onSent: turn.sent,
      });
      const is401 = answer.status === 401;
      const isTokenRejected = is401 && (await token.rejected(tokenText, right));
      if (!is401 && answer.status < 500 && answer.status !== 429) token.accepted();
      return { ...answer, body: token.redact(answer.body), isTokenRejected };
    } finally {
      turn.over();
      token.leave();
    }
  }
}
