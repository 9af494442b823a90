import {
  type Counts,
  countWhere,
  type StatusCounts,
} from '../../../functions/monitor/events/counts.ts';
import { groupOf, type StatusGroup } from '../../../functions/monitor/events/status-groups.ts';

/** The number of events whose status is in a group. */
export function countInGroup(byStatus: StatusCounts, group: StatusGroup): number {
  return countWhere(byStatus, (status) => groupOf(status) === group);
}

/** Whether names have more events than there are: Togai metrics were asked for names a moment later than for all events. */
export function namesExceed(
  { byStatus, accounts, schemas }: Counts,
  group: 'unmetered' | 'failed',
): boolean {
  const all = countInGroup(byStatus, group);
  return [accounts, schemas].some(({ byName }) => {
    const ofNames = [...byName.values()].map(({ byStatus }) => countInGroup(byStatus, group));
    return ofNames.reduce((sum, events) => sum + events, 0) > all;
  });
}

/** `6.1%`. A share above zero is not shown as zero but as `<0.1%`, and one below the whole as `>99.9%`. */
export function share(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  if (part > 0 && percent < 0.1) return '<0.1%';
  const text = `${percent.toFixed(1)}%`;
  return text === '100.0%' && part < whole ? '>99.9%' : text;
}
