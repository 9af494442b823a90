import { generationAt, type Scenario } from '../../world/scenario.ts';
import type { TrueEvent } from '../../world/true-event.ts';
import { labelOf } from '../asked-hours.ts';
import type { FoldedLook } from '../look-book.ts';
import { isOf } from '../status-groups.ts';
import { isLossStatus } from './true-losses.ts';

/**
 * How many times an event may count as lost, after the first time. It was lost again after it had
 * healed. Or it went from one lost status to another, while other events of its hour came to a
 * status that is no loss. Sums do not tell it from these.
 *
 * @param lookAt the look that sees the event as it is from a time on
 */
export function timesLostAgain(
  event: TrueEvent,
  scenario: Scenario,
  lookAt: (time: number) => FoldedLook | undefined,
): number {
  const { statuses } = event;
  const first = statuses.findIndex(({ status }) => isLossStatus(status));
  return statuses.filter(({ status, from }, index) => {
    if (first < 0 || index <= first || !isLossStatus(status)) return false;
    if (!isLossStatus(statuses[index - 1]?.status ?? '')) return true;
    const look = lookAt(from);
    const label = look && labelOf(event, generationAt(scenario, look.takenAt));
    return look?.rises.some((rise) => rise.label === label && isOther(rise));
  }).length;
}

/** Events that may have healed. */
function isOther({ scope, status, by }: FoldedLook['rises'][number]): boolean {
  return scope === 'all' && by > 0 && !isLossStatus(status) && !isOf('in_progress', status);
}
