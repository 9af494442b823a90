import { createHash } from 'node:crypto';
import { SettingError, TogaiError } from '../errors.ts';
import type { Credential, RejectionLimiter } from '../ports.ts';
import { orAbort } from './rate-limiter.ts';
import { createRedactor } from './redact.ts';

export interface TokenOptions {
  readonly credential: Credential;
  readonly rejectionLimiter: RejectionLimiter;
  /** Where a person puts another token, for messages. */
  readonly tokenSource: string;
}

/**
 * The token of a client, and how many requests it is sent with at once: all that are on their way are rejected when it is
 * revoked. One that was never accepted goes with one request alone. Once it is rejected nothing more is sent until what is on
 * its way is answered, and then, once, what stands in its place by now.
 */
export class Token {
  readonly #options: TokenOptions;
  #text: string;
  /** One for every token that was sent: none of them may come out. */
  readonly #redactors: ((text: string) => string)[];
  #isAccepted = false;
  #isHeld = false;
  /** Why nothing is sent any more. */
  #end: { readonly reason: unknown } | undefined;
  #renewal: { readonly of: string; readonly done: Promise<boolean> } | undefined;
  #underWay = 0;
  #change = Promise.withResolvers<void>();

  /** @throws SettingError for a token that cannot be sent; TogaiError `unauthorized` for one that may not be */
  static async read(options: TokenOptions): Promise<Token> {
    const { credential, tokenSource, rejectionLimiter } = options;
    let text = checkToken(await credential.read(), tokenSource);
    if (!rejectionLimiter.maySend(digestOf(text)))
      text = checkToken(await credential.readAgain(), tokenSource);
    if (!rejectionLimiter.maySend(digestOf(text))) {
      throw new TogaiError(
        'unauthorized',
        `nothing was sent to Togai: it rejected the token in ${tokenSource}, or four requests with others, in the last half hour, and it blocks an address after five rejected requests in 30 minutes; put a valid token there`,
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

  /** Whether what was entered for must be left again without sending. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** What comes in could repeat a token; it goes no further than this. */
  redact(text: string): string {
    return this.#redactors.reduce((redacted, redact) => redact(redacted), text);
  }

  /**
   * Waits for a place among the requests under way.
   *
   * @throws why nothing is sent any more; the reason of `signal` once that is aborted
   */
  async enter(signal: AbortSignal): Promise<void> {
    for (;;) {
      if (this.#end) throw this.#end.reason;
      if (this.#underWay < this.#most()) break;
      await orAbort(this.#change.promise, signal);
    }
    this.#underWay++;
  }

  leave(): void {
    this.#underWay--;
    this.#changed();
  }

  /** Togai has answered as it does to those that it knows. */
  accepted(): void {
    if (this.#isAccepted) return;
    this.#isAccepted = true;
    this.#changed();
  }

  /** Nothing is sent any more. */
  end(reason: unknown): void {
    this.#end ??= { reason };
    this.#changed();
  }

  /** Takes note of a 401, before the place of its request is free. */
  async rejected(text: string): Promise<void> {
    this.#isHeld = true;
    await this.#orEnd(this.#options.rejectionLimiter.rejected(digestOf(text)));
  }

  /** After a 401: whether there is another token to try, which there can be once. */
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

  #most(): number {
    if (this.#isHeld) return 0;
    return this.#isAccepted ? this.#options.rejectionLimiter.mostUnderWay() : 1;
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

/** Tells tokens apart and tells nothing of them. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
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
