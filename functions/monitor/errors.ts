interface MonitorErrorOptions extends ErrorOptions {
  /** The next step: the end of the message, after a semicolon. */
  readonly advice?: string;
}

/**
 * The family of errors that the monitor raises on purpose, for a person to act on. Its message is complete: the attempt, the
 * answer, and the next step. No message holds a token. Any other error is a bug.
 */
export class MonitorError extends Error {
  override name = 'MonitorError';
  readonly #parts: { readonly message: string; readonly advice: string | undefined };

  constructor(message: string, { advice, ...options }: MonitorErrorOptions = {}) {
    super(advice === undefined ? message : `${message}; ${advice}`, options);
    // Private, so that no log prints it beside the message.
    this.#parts = { message, advice };
  }

  /** All of it where it was not given in two parts. */
  get withoutAdvice(): string {
    return this.#parts.message;
  }

  /** `undefined` where the message was not given in two parts. */
  get advice(): string | undefined {
    return this.#parts.advice;
  }
}

/** A setting, a flag or a rule cannot be used. Nothing was sent to Togai. */
export class SettingError extends MonitorError {
  override name = 'SettingError';
}

/**
 * Why Togai could not be counted.
 *
 * - `unauthorized`, `forbidden`: 401 and 403
 * - `refused`: another answer that a repetition would not change (400, 404, 422, a redirect …)
 * - `throttled`: 429 that did not end
 * - `unavailable`: 5xx, timeouts, resets or broken bodies that did not end
 * - `unreachable`: no connection at all (name, port, TLS)
 * - `unreadable`: an answer that does not belong to Togai's API
 * - `uncountable`: readable answers that contradict each other (order, loops)
 */
export type TogaiFailure =
  | 'unauthorized'
  | 'forbidden'
  | 'refused'
  | 'throttled'
  | 'unavailable'
  | 'unreachable'
  | 'unreadable'
  | 'uncountable';

/** The end of a message about answers 429. */
export const QUOTA_ADVICE =
  'lower MaxRequestsPerSecond (--max-requests-per-second), or ask Togai for a larger quota (it is shared with everything that calls Togai for your organisation)';

/** Togai could not be counted: its answers, or the network on the way to it, did not allow it. */
export class TogaiError extends MonitorError {
  override name = 'TogaiError';
  readonly failure: TogaiFailure;

  constructor(failure: TogaiFailure, message: string, options?: MonitorErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** A receiver refuses a message because of its content. It would refuse it again, so it must not be sent again. */
export class InvalidMessageError extends MonitorError {
  override name = 'InvalidMessageError';
}

/** A store can never take an item, because of its content. Writing it again would be refused again. */
export class RefusedItemError extends MonitorError {
  override name = 'RefusedItemError';
}

/** The clock of this machine is ahead of Togai's, so the time that was asked for has not come yet. */
export class ClockAheadError extends MonitorError {
  override name = 'ClockAheadError';
}

/** Another run has taken over. This one must not write any more. */
export class SupersededError extends MonitorError {
  override name = 'SupersededError';
}
