import type { Range } from '../timeline/time.ts';

/** What is left of a time without requests. What a clock that is ahead has said begins now: it lasts no longer than was asked. */
export function retryAfterAt(retryAfter: Range | undefined, now: number): Range | undefined {
  if (!retryAfter) return undefined;
  const start = Math.min(retryAfter.start, now);
  const end = start + retryAfter.end - retryAfter.start;
  return end > now ? { start, end } : undefined;
}
