import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { groupOf } from '../../functions/monitor/events/status-groups.ts';
import type { LostEvent } from './lost-event.ts';
import type { LookUp } from './reading-togai.ts';

/**
 * How a lost event looks now.
 *
 * - `lost`: as it was listed
 * - `healed`: metered by itself
 * - `in_progress`: Togai decides about it
 * - `redone`: undone, and metered under a new id of Togai
 * - `lost_again`: undone, and lost under a new id of Togai
 * - `duplicate`: undone, and there is only a duplicate of it, which is on no bill
 * - `reverted`: undone, and not taken in again
 * - `sent_again`: another event with its sender's id is metered, or will be: redone it would be billed twice
 * - `changed`: it has another status or account
 * - `gone`: Togai does not show it any more
 * - `redone_before`: redone by the journal, and not looked up since
 */
export type Fate =
  | 'lost'
  | 'healed'
  | 'in_progress'
  | 'redone'
  | 'lost_again'
  | 'duplicate'
  | 'reverted'
  | 'sent_again'
  | 'changed'
  | 'gone'
  | 'redone_before';

export function fateOf(event: LostEvent, { events, malformed }: LookUp): Fate {
  const own = ownOf(event, events);
  // An entry that cannot be read may be anything.
  if (malformed > 0) return 'changed';
  if (!own) return 'gone';
  const group = groupOf(own.status);
  if (group === 'metered') return 'healed';
  if (group === 'in_progress') return group;
  if (group === 'reverted') return fateOfUndone(event, events);
  if (own.status !== event.status || own.accountId !== event.accountId) return 'changed';
  return othersOf(event, events).some(isBilled) ? 'sent_again' : 'lost';
}

/**
 * The fate of an event that was undone: that of the newest event that was taken in again for it.
 */
function fateOfUndone(event: LostEvent, events: readonly UsageEvent[]): Fate {
  const [newest] = laterOf(event, events).sort((a, b) => b.createdAt - a.createdAt);
  const group = newest && groupOf(newest.status);
  if (group === 'metered') return 'redone';
  if (group === 'in_progress') return group;
  if (group !== undefined && group !== 'reverted') return 'lost_again';
  return events.some((each) => isDuplicateOf(event, each)) ? 'duplicate' : 'reverted';
}

/** Whether a lookup after a request shows that the event was redone. Everything else leaves it open. */
export function wasRedone(event: LostEvent, { events }: LookUp): boolean {
  const own = ownOf(event, events);
  if (!own) return false;
  // No document says whether a redone event keeps Togai's id.
  if (isBilled(own)) return true;
  return groupOf(own.status) === 'reverted' && laterOf(event, events).length > 0;
}

function ownOf({ referenceId }: LostEvent, events: readonly UsageEvent[]): UsageEvent | undefined {
  return events.find((each) => each.referenceId === referenceId);
}

function othersOf({ referenceId, accountId }: LostEvent, events: readonly UsageEvent[]) {
  return events.filter(
    (each) =>
      each.referenceId !== referenceId &&
      each.accountId === accountId &&
      groupOf(each.status) !== 'duplicate',
  );
}

function isDuplicateOf({ accountId }: LostEvent, each: UsageEvent): boolean {
  return each.accountId === accountId && groupOf(each.status) === 'duplicate';
}

function laterOf(event: LostEvent, events: readonly UsageEvent[]): UsageEvent[] {
  return othersOf(event, events).filter(({ createdAt }) => createdAt > event.createdAt);
}

function isBilled({ status }: UsageEvent): boolean {
  const group = groupOf(status);
  return group === 'metered' || group === 'in_progress';
}
