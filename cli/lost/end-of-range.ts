import {
  type Descent,
  descend,
  NO_DESCENT_YET,
  newestToCome,
} from '../../functions/monitor/counting/listing/list-order.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';

/** The orders that a list may still have, after its pages so far. An ascent is the descent of the negated times. */
interface Order {
  readonly descent: Descent | undefined;
  readonly ascent: Descent | undefined;
  readonly descentByTimestamp: Descent | undefined;
  readonly ascentByTimestamp: Descent | undefined;
}

export const NO_ORDER_YET: Order = {
  descent: NO_DESCENT_YET,
  ascent: NO_DESCENT_YET,
  descentByTimestamp: NO_DESCENT_YET,
  ascentByTimestamp: NO_DESCENT_YET,
};

export function orderAfter(order: Order, events: readonly UsageEvent[]): Order {
  const created = events.map(({ createdAt }) => createdAt);
  const sent = events.flatMap(({ timestamp }) => timestamp ?? []);
  const negated = (times: readonly number[]) => times.map((time) => -time);
  return {
    descent: descend(order.descent, created),
    ascent: descend(order.ascent, negated(created)),
    descentByTimestamp: descend(order.descentByTimestamp, sent),
    ascentByTimestamp: descend(order.ascentByTimestamp, negated(sent)),
  };
}

/**
 * Whether no event of a range is still to come. The list must be proven to be by `createdAt` and
 * not by `timestamp`. By `timestamp`, late events lie deep in the list.
 */
export function isAllPassed(order: Order, { start, end }: Range): boolean {
  const newest = toCome(order.descent, order.descentByTimestamp);
  const oldest = -toCome(order.ascent, order.ascentByTimestamp);
  return newest < start || oldest >= end;
}

function toCome(descent: Descent | undefined, byTimestamp: Descent | undefined): number {
  if (byTimestamp !== undefined) return Number.POSITIVE_INFINITY;
  return newestToCome({ descent }) ?? Number.POSITIVE_INFINITY;
}
