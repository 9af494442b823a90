import type { Range } from '../timeline/time.ts';

/**
 * The rest of a time in which Togai asked for no requests. The clock of the run that stored it may be ahead of this one. So a
 * time that begins in the future begins now, and lasts no longer than Togai asked.
 *
 * @param now epoch ms, by the clock
 * @returns `undefined` once the time is over
 */
export function retryAfterAt(retryAfter: Range | undefined, now: number): Range | undefined {
  if (!retryAfter) return undefined;
  const start = Math.min(retryAfter.start, now);
  const end = start + retryAfter.end - retryAfter.start;
  return end > now ? { start, end } : undefined;
}
