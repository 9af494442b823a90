import { TogaiError } from '../errors.ts';
import type { NoAnswer } from './no-answer.ts';

/** A request is sent again at most four times after a passing failure, so five times in all. */
export const MAX_RETRIES = 4;

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 8_000;

/** Request Timeout and Too Early: the same request may succeed later (RFC 9110, 15.5.9; RFC 8470, 5.2). */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425]);

/** Whether a request with this answer may succeed later. A 429 has rules of its own. */
export function isPassing(status: number): boolean {
  return status >= 500 || PASSING_STATUSES.has(status);
}

/**
 * The wait before a retry, by full jitter: a random time up to a limit that doubles with each attempt. So clients that failed
 * together do not come back together.
 *
 * @param attempt 1 for the first retry
 * @param random 0 ≤ random < 1
 * @returns ms
 */
export function backoffMs(attempt: number, random: number): number {
  return random * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
}

/**
 * The error that ends a request, or `undefined` where it may be sent again.
 *
 * @param attempted the request, for the message
 * @param failures how often the request has failed so far, 1 or more
 */
export function finalError(
  attempted: string,
  error: NoAnswer,
  failures: number,
): TogaiError | undefined {
  const whatCameBack = error.message;
  if (!error.passing) {
    return new TogaiError(
      error.failure,
      `${attempted} ${whatCameBack}: ${adviceFor(error.failure)}`,
      { cause: error },
    );
  }
  if (failures <= MAX_RETRIES) return undefined;
  return new TogaiError(
    error.failure,
    `${attempted} failed ${failures} times in a row, the last time it ${whatCameBack}: Togai or the network has a problem; try again later`,
    { cause: error },
  );
}

function adviceFor(failure: TogaiError['failure']): string {
  return failure === 'unreachable'
    ? 'check the network and the base URL (--togai-base-url); behind a proxy set NODE_USE_ENV_PROXY=1 and HTTPS_PROXY (with user and password if it wants a login)'
    : 'check the base URL, this is not how Togai answers';
}
