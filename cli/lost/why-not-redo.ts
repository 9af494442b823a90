import { groupOf, IN_PROGRESS } from '../../functions/monitor/events/status-groups.ts';
import type { LostEvent } from './lost-event.ts';

/** Source: Togai's reference of `POST /events/correction`, "REDO". */
const REFUSED: ReadonlyMap<string, string> = new Map([
  [IN_PROGRESS, 'Togai has not decided about it yet'],
  ['INGESTION_FAILED_DUPLICATE_EVENT', 'a duplicate: only its original can be on a bill'],
  ['REVERTED', 'undone by a correction before'],
  [
    'INGESTION_FAILED_UNITS_INVALID',
    'its usage units are invalid: Togai takes it in only as a corrected event',
  ],
  ['INGESTION_FAILED_PAST_GRACE_PERIOD', 'it came after the grace period of its billing cycle'],
]);

/** Longer names are cut when they are read. Source: the client of this project, in `togai/`. */
const CUT = /…$/;

/**
 * Why an event cannot be redone. Its own id is needed to name it to Togai: without that, Togai would correct every event of the
 * account. The sender's id is needed to look it up before and after.
 *
 * @param named the statuses that a person has named
 * @returns `undefined` where nothing is known that speaks against it
 */
export function whyNotRedo(event: LostEvent, named: readonly string[]): string | undefined {
  const { referenceId, id, accountId, status } = event;
  const refused = REFUSED.get(status);
  if (refused !== undefined) return refused;
  if (groupOf(status) === 'unknown' && !named.includes(status)) {
    return 'this version does not know its status: name it with --status to redo it';
  }
  if (!referenceId || CUT.test(referenceId)) return 'Togai gives it no id that names it alone';
  if (!id || CUT.test(id)) return 'it has no id of its sender, so it cannot be looked up';
  if (!accountId || CUT.test(accountId)) return 'it names no account';
  return undefined;
}
