import type { Threshold } from '../../world/world-settings.ts';

interface Counted {
  readonly account: string;
  readonly schema: string;
}

export function isBeyond({ operator, limit }: Threshold, value: number): boolean {
  switch (operator) {
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
    case '<=':
      return value <= limit;
    case '<':
      return value < limit;
  }
}

/** A threshold in events that is breached as soon as its count is beyond the limit. */
export function isPlain({ unit, operator, forMinutes }: Threshold): boolean {
  return unit === 'events' && operator.startsWith('>') && forMinutes === 0;
}

/** Whether events breach a threshold in events. @param weight how many events each stands for */
export function isBreached(
  threshold: Threshold,
  events: readonly Counted[],
  weight: number,
): boolean {
  const { by } = threshold;
  if (!by) return isBeyond(threshold, events.length * weight);
  const groups = Map.groupBy(events, (event) => event[by]);
  return [...groups.values()].some((group) => isBeyond(threshold, group.length * weight));
}
