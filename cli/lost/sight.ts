import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { groupOf } from '../../functions/monitor/events/status-groups.ts';
import type { LostEvent } from './lost-event.ts';
import type { LookUp } from './togai.ts';

/**
 * How a lost event looks now.
 *
 * - `lost`: as it was listed
 * - `healed`: metered by itself
 * - `in_progress`: Togai decides about it
 * - `reverted`: undone, perhaps by a correction that has redone it
 * - `sent_again`: another event with its sender's id is metered, or will be: redone it would be billed twice
 * - `changed`: it has another status or account
 * - `gone`: Togai does not show it any more
 */
export type Sight =
  | 'lost'
  | 'healed'
  | 'in_progress'
  | 'reverted'
  | 'sent_again'
  | 'changed'
  | 'gone';

export function sightBefore(event: LostEvent, { events, malformed }: LookUp): Sight {
  const own = ownOf(event, events);
  // An entry that cannot be read may be anything.
  if (malformed > 0) return 'changed';
  if (!own) return 'gone';
  const group = groupOf(own.status);
  if (group === 'metered') return 'healed';
  if (group === 'in_progress' || group === 'reverted') return group;
  if (own.status !== event.status || own.accountId !== event.accountId) return 'changed';
  return othersOf(event, events).some(isBilled) ? 'sent_again' : 'lost';
}

/** Whether a lookup after a request shows that the event was redone. Everything else leaves it open. */
export function wasRedone(event: LostEvent, { events }: LookUp): boolean {
  const own = ownOf(event, events);
  if (!own) return false;
  // No document says whether a redone event keeps Togai's id.
  if (isBilled(own)) return true;
  const isLater = ({ createdAt }: UsageEvent) => createdAt > event.createdAt;
  return groupOf(own.status) === 'reverted' && othersOf(event, events).some(isLater);
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

function isBilled({ status }: UsageEvent): boolean {
  const group = groupOf(status);
  return group === 'metered' || group === 'in_progress';
}
