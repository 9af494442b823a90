/** Smaller changes than a fifth are chance. */
const STEADY = 1.2;

export type Trend = 'Growing' | 'Falling' | 'Steady';

export function trendOf(now: number, before: number): Trend {
  if (now > before * STEADY) return 'Growing';
  return before > now * STEADY ? 'Falling' : 'Steady';
}
