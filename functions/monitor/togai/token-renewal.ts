import { createHash } from 'node:crypto';
import { SettingError, TogaiError } from '../errors.ts';
import {
  LOCK_OUT_LENGTH,
  LOCK_OUT_MS,
  LOCK_OUT_REJECTIONS,
  MAX_REJECTIONS,
} from '../events/togai-lock-out.ts';
import type { Credential, RejectionLimiter } from '../ports.ts';
import { inWords } from '../text/text.ts';
import { durationInWords } from '../timeline/duration.ts';
import { orAbort } from './abortable.ts';
import { createRedactor } from './redact.ts';

export interface TokenOptions {
  readonly credential: Credential;
  readonly rejectionLimiter: RejectionLimiter;
  /** Where a person puts another token, for messages. */
  readonly tokenSource: string;
}

/**
 * The token of a client. It limits the number of requests under way. When a token is revoked, all
 * requests under way with it are rejected, and Togai blocks an address after a few of them
 * (`events/togai-lock-out.ts`).
 *
 * - **A new token** goes with one request alone. If it is wrong, that costs one rejected request.
 * - **After a 401** nothing is sent until all requests under way are answered, because each of them
 *   may be rejected too. Then the token is read again, once: it may have been rotated.
 * - **A right of its own.** A 401 to a request that needs one rejects no token that Togai has
 *   accepted. Togai counts it as a rejected request. So it is remembered under a name of its own,
 *   and the request is sent as seldom as a rejected token.
 */
export class Token {
  readonly #options: TokenOptions;
  #text: string;
  /** One for each token that was sent: an answer may repeat any of them. */
  readonly #redactors: ((text: string) => string)[];
  #isAccepted = false;
  #isHeld = false;
  /** Why nothing is sent any more. */
  #end: { readonly reason: unknown } | undefined;
  #renewal: { readonly of: string; readonly done: Promise<boolean> } | undefined;
  #underWay = 0;
  #change = Promise.withResolvers<void>();

  /**
   * Reads the token, a second time if the rejection limiter holds it back: it may have been rotated since.
   *
   * @throws SettingError for a text that is no token; TogaiError `unauthorized` for a token that may not be sent now
   */
  static async read(options: TokenOptions): Promise<Token> {
    const { credential, tokenSource, rejectionLimiter } = options;
    let text = checkToken(await credential.read(), tokenSource);
    if (!rejectionLimiter.maySend(digestOf(text)))
      text = checkToken(await credential.readAgain(), tokenSource);
    if (!rejectionLimiter.maySend(digestOf(text))) {
      throw new TogaiError(
        'unauthorized',
        `nothing was sent to Togai: it rejected the token in ${tokenSource}, or ${inWords(MAX_REJECTIONS)} requests with other tokens, in the last ${LOCK_OUT_LENGTH}; it blocks an address after ${inWords(LOCK_OUT_REJECTIONS)} rejected requests in ${durationInWords(LOCK_OUT_MS)}; put a valid token into ${tokenSource}`,
      );
    }
    return new Token(options, text);
  }

  private constructor(options: TokenOptions, text: string) {
    this.#options = options;
    this.#text = text;
    this.#redactors = [createRedactor(text)];
  }

  get text(): string {
    return this.#text;
  }

  /** The token was rejected while a request waited for its turn: leave the place again without sending. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Takes every token that was sent out of a text, because an answer may repeat it. */
  redact(text: string): string {
    return this.#redactors.reduce((redacted, redact) => redact(redacted), text);
  }

  /**
   * Waits for a place among the requests under way.
   *
   * @throws the reason of {@link end}; the reason of `signal` once that is aborted
   */
  async enter(signal: AbortSignal): Promise<void> {
    for (;;) {
      if (this.#end) throw this.#end.reason;
      if (this.#underWay < this.#mostUnderWay()) break;
      await orAbort(this.#change.promise, signal);
    }
    this.#underWay++;
  }

  /** Gives the place back. */
  leave(): void {
    this.#underWay--;
    this.#changed();
  }

  /** Call after an answer that Togai gives only to a valid token. */
  accepted(): void {
    if (this.#isAccepted) return;
    this.#isAccepted = true;
    this.#changed();
  }

  /** From now on nothing is sent. */
  end(reason: unknown): void {
    this.#end ??= { reason };
    this.#changed();
  }

  /** @throws TogaiError where the token lacked this right in the last half hour */
  ensureRight(right: string | undefined): void {
    if (!right || this.#options.rejectionLimiter.maySend(nameOfRight(this.#text, right))) return;
    throw new TogaiError(
      'forbidden',
      `nothing was sent to Togai: the token lacks the right "${right}"`,
    );
  }

  /**
   * Call after a 401, before the request leaves its place: otherwise another request could enter first.
   *
   * @returns false where the token lacks no more than a right
   */
  async rejected(text: string, right: string | undefined): Promise<boolean> {
    const { rejectionLimiter } = this.#options;
    const isTokenRejected = !right || !this.#isAccepted;
    if (isTokenRejected) this.#isHeld = true;
    const name = isTokenRejected ? digestOf(text) : nameOfRight(text, right);
    await this.#orEnd(rejectionLimiter.rejected(name));
    return isTokenRejected;
  }

  /**
   * Call after a 401. Reads the token again, once for all rejected requests.
   *
   * @param rejected the text of the rejected token
   * @returns whether there is another token to send; false for a second token that is rejected
   */
  renewed(rejected: string): Promise<boolean> {
    this.#renewal ??= { of: rejected, done: this.#orEnd(this.#renew(rejected)) };
    return this.#renewal.of === rejected ? this.#renewal.done : Promise.resolve(false);
  }

  async #renew(rejected: string): Promise<boolean> {
    while (this.#underWay > 0) await this.#change.promise;
    const { credential, rejectionLimiter, tokenSource } = this.#options;
    const text = checkToken(await credential.readAgain(), tokenSource);
    if (text === rejected || !rejectionLimiter.maySend(digestOf(text))) return false;
    this.#text = text;
    this.#redactors.push(createRedactor(text));
    this.#isAccepted = false;
    this.#isHeld = false;
    this.#changed();
    return true;
  }

  #mostUnderWay(): number {
    if (this.#isHeld) return 0;
    if (!this.#isAccepted) return 1;
    return Math.min(MAX_REJECTIONS, this.#options.rejectionLimiter.mostUnderWay());
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  async #orEnd<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      this.end(error);
      throw error;
    }
  }
}

/** Names a token in the stored state without revealing it. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

function nameOfRight(token: string, right: string): string {
  return digestOf(`${token} ${right}`);
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
