/**
 * The family of errors that the monitor raises on purpose. A message is complete: it says what was
 * attempted, what came back and what to do, and it never holds a token. Anything else that is thrown
 * is a bug.
 */
export class MonitorError extends Error {
  override name = 'MonitorError';
}

/** A setting, a flag or a rule that cannot be used. Nothing was sent to Togai. */
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
 * - `unreadable`: an answer that is no answer of this API
 * - `uncountable`: answers that cannot add up to a count (order, loops)
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

/** What to do about 429s. */
export const QUOTA_ADVICE =
  'lower MaxRequestsPerSecond (--max-requests-per-second), or ask Togai for a larger quota (it is shared with all that calls Togai for your organisation)';

/** Togai, or what stands between, did not give what counting needs. */
export class TogaiError extends MonitorError {
  override name = 'TogaiError';
  readonly failure: TogaiFailure;

  constructor(failure: TogaiFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** A message that its receiver refuses for what it is; sending it again would not help. */
export class InvalidMessageError extends MonitorError {
  override name = 'InvalidMessageError';
}

/** Another run has taken over; this one writes nothing any more. */
export class SupersededError extends MonitorError {
  override name = 'SupersededError';
}
