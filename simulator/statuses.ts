import { groupOf } from '../functions/monitor/events/status-groups.ts';

export const STATES: readonly string[] = ['PROCESSED', 'UNPROCESSED', 'IN_PROGRESS'];

/**
 * The state of an event: `PROCESSED` if it is metered, `IN_PROGRESS` until it is settled, `UNPROCESSED` in all other cases
 * (unmetered, failed, duplicate, reverted, unknown). Togai documents the three names and not what each of them covers.
 */
export function stateOf(status: string): string {
  const group = groupOf(status);
  if (group === 'in_progress') return 'IN_PROGRESS';
  return group === 'metered' ? 'PROCESSED' : 'UNPROCESSED';
}

/** Whether a filter lets a status through. @param wanted raw statuses and states */
export function isAskedFor(status: string, wanted: readonly string[]): boolean {
  return wanted.includes(status) || wanted.includes(stateOf(status));
}
