/** How often a request is sent again after a passing failure: four times, so five requests at most. */
export const MAX_RETRIES = 4;
/** How often the rate is halved after 429s, with no other answer between, before it is given up. */
export const MAX_HALVINGS = 8;
/** The longest `Retry-After` that is waited for in a run. */
export const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** The longest that is kept to at all: one beyond it is a mistake, and must not silence the monitor. */
export const MAX_RETRY_AFTER_KEPT_MS = 60 * 60_000;

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 8_000;

/**
 * Full jitter: a random time up to a bound that doubles with each attempt, so that clients that failed
 * together do not come back together.
 *
 * @param attempt 1 for the first retry
 * @param random from 0 up to, not including, 1
 */
export function backoffMs(attempt: number, random: number): number {
  return random * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
}

/**
 * `Retry-After`, seconds or an HTTP date (RFC 9110, 10.2.3).
 *
 * @param now epoch ms
 * @returns ms from now on, `undefined` where there is none or it makes no sense
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  if (!/^[A-Z][a-z]{2}/.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
