import { countWhere, type StatusCounts } from '../../functions/monitor/events/counts.ts';
import { groupOf, type StatusGroup } from '../../functions/monitor/events/status-groups.ts';

/** The number of events whose status is in a group. */
export function countInGroup(byStatus: StatusCounts, group: StatusGroup): number {
  return countWhere(byStatus, (status) => groupOf(status) === group);
}

/** `6.1%`; a share above zero is never shown as zero: `<0.1%`. */
export function share(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  return part > 0 && percent < 0.1 ? '<0.1%' : `${percent.toFixed(1)}%`;
}

/** The share of a lower bound, rounded down: `≥ 6.1%`. */
export function atLeast(part: number, whole: number): string {
  if (part === whole) return share(part, whole);
  return `≥ ${(Math.floor((1_000 * part) / whole) / 10).toFixed(1)}%`;
}

/** One decimal, left out where it is zero: `6.1`, `56`. */
export function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
