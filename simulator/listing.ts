import { SECOND_MS } from '../functions/monitor/timeline/time.ts';
import type { ListingSwitches } from './switches.ts';
import type { SimulatedEvent, Traffic } from './traffic.ts';

export interface ListingQuery {
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
  readonly matches: (event: SimulatedEvent) => boolean;
  readonly pageSize: number;
  /** The end of the page before; `undefined` for the first page. */
  readonly after: ListingPosition | undefined;
}

/** The end of a page. The second is by `createdAt` or `timestamp`, as the list is; `skip` events of it are before the end. */
export interface ListingPosition {
  readonly second: number;
  readonly skip: number;
}

export interface Listing {
  readonly events: readonly SimulatedEvent[];
  readonly next: ListingPosition | undefined;
}

/** The simulated world began this long before now. */
const HISTORY_S = 2 * 86_400;
/** A page ends after this many seconds of the list. A request without matches would otherwise take too long. */
const MAX_SECONDS_PER_PAGE = 20_000;

/**
 * One page of events, made second by second.
 *
 * @param now epoch ms; later events do not exist yet
 */
export function listEvents(
  traffic: Traffic,
  switches: ListingSwitches,
  query: ListingQuery,
  now: number,
): Listing {
  const byTimestamp = switches.timeFilter === 'timestamp';
  const timeOf = (event: SimulatedEvent) => (byTimestamp ? event.timestamp : event.createdAt);
  const { from, to } = secondsOf(switches, query, now);
  const step = switches.order === 'oldest-first' ? 1 : -1;
  const first = step > 0 ? from : to;

  const events: SimulatedEvent[] = [];
  let second = query.after?.second ?? first;
  let skip = query.after?.skip ?? 0;
  for (let walked = 0; second >= from && second <= to; walked++) {
    if (walked > MAX_SECONDS_PER_PAGE) return { events, next: { second, skip } };
    const all = byTimestamp ? traffic.happenedIn(second, now) : traffic.createdIn(second, now);
    if (step < 0) all.reverse();
    for (; skip < all.length; skip++) {
      const event = all[skip];
      if (!event || !within(timeOf(event), switches, query) || !query.matches(event)) continue;
      if (events.length === query.pageSize) return { events, next: { second, skip } };
      events.push(event);
    }
    second += step;
    skip = 0;
  }
  return { events, next: undefined };
}

/** The seconds that can hold events of a query, both ends included. */
function secondsOf(switches: ListingSwitches, query: ListingQuery, now: number) {
  const newest = Math.floor(now / SECOND_MS) + 2;
  const oldest = newest - HISTORY_S;
  if (switches.timeFilter === 'ignored') return { from: oldest, to: newest };
  return {
    from: Math.max(oldest, Math.floor((query.startTime ?? 0) / SECOND_MS)),
    to: Math.min(newest, Math.floor((query.endTime ?? now + 2 * SECOND_MS) / SECOND_MS)),
  };
}

function within(time: number, switches: ListingSwitches, { startTime, endTime }: ListingQuery) {
  if (switches.timeFilter === 'ignored') return true;
  const inclusive = switches.bounds === 'inclusive';
  if (startTime !== undefined && (inclusive ? time < startTime : time <= startTime)) return false;
  return endTime === undefined || (inclusive ? time <= endTime : time < endTime);
}
