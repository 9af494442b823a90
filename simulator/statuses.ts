import { groupOf, KNOWN_STATUSES } from '../functions/monitor/events/status-groups.ts';

export const STATES: readonly string[] = ['PROCESSED', 'UNPROCESSED', 'IN_PROGRESS'];

/** A state that a settled event can have. */
export type SettledState = 'PROCESSED' | 'UNPROCESSED';

/**
 * The state of an event: `PROCESSED` if it is metered, `IN_PROGRESS` until it is settled,
 * `UNPROCESSED` in all other cases (unmetered, failed, duplicate, reverted). Togai documents the
 * three names and not which statuses each covers.
 *
 * @param newState of a status that no document names
 */
export function stateOf(status: string, newState: SettledState = 'UNPROCESSED'): string {
  if (!KNOWN_STATUSES.includes(status)) return newState;
  const group = groupOf(status);
  if (group === 'in_progress') return 'IN_PROGRESS';
  return group === 'metered' ? 'PROCESSED' : 'UNPROCESSED';
}

/** Whether a filter lets a status through. @param wanted raw statuses and states @param newState see {@link stateOf} */
export function isAskedFor(
  status: string,
  wanted: readonly string[],
  newState?: SettledState,
): boolean {
  return wanted.includes(status) || wanted.includes(stateOf(status, newState));
}
