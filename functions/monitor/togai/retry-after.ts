import { HOUR_MS, MINUTE_MS } from '../timeline/time.ts';

/**
 * The longest `Retry-After` that is waited for in a run. A longer one ends the run, which has other work to do. How long a later run
 * waits is in lease/wait-before-run.ts.
 */
export const MAX_RETRY_AFTER_MS = 5 * MINUTE_MS;
/** The longest `Retry-After` that holds requests back. A longer one is a mistake, and must not silence the monitor. */
export const MAX_RETRY_AFTER_KEPT_MS = HOUR_MS;

/**
 * Reads `Retry-After`: seconds or an HTTP date (RFC 9110, 10.2.3).
 *
 * @param now epoch ms
 * @returns ms from now on; `undefined` where the header is missing or unreadable
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1_000, Number.MAX_SAFE_INTEGER);
  if (!/^[A-Z][a-z]{2}/.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
