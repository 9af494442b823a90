import { MINUTE_MS } from '../timeline/time.ts';

/** Losses of the newest stretch of this length are compared with those of the one before. */
export const LATELY_MS = 10 * MINUTE_MS;
/** Smaller changes than a fifth are chance. */
const STEADY = 1.2;

export type Trend = 'Growing' | 'Falling' | 'Steady';

export function trendOf(now: number, before: number): Trend {
  if (now > before * STEADY) return 'Growing';
  return before > now * STEADY ? 'Falling' : 'Steady';
}
