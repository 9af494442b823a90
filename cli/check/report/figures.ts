import {
  type Counts,
  countWhere,
  type StatusCounts,
} from '../../../functions/monitor/events/counts.ts';
import { groupOf, type StatusGroup } from '../../../functions/monitor/events/status-groups.ts';
import { shareText } from '../../../functions/monitor/thresholds/value-text.ts';

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

/** A share as rules have it, and with a decimal in any case, so that a column is aligned: `6.0%`; more just below the whole. */
export function share(part: number, whole: number): string {
  const text = shareText(whole === 0 ? 0 : (100 * part) / whole);
  return text.includes('.') ? text : text.replace('%', '.0%');
}
