import { SECOND_MS } from '../functions/monitor/timeline/time.ts';
import type { SimulatedEvent, Traffic } from './traffic.ts';

/** The answers to what is not documented about `GET /events`. */
export interface ListingSwitches {
  /** By which time the server filters and lists, or `ignored`: it lists everything, by `createdAt`. */
  readonly timeFilter: 'createdAt' | 'timestamp' | 'ignored';
  /** Whether an event at exactly `start_time` or `end_time` is listed. */
  readonly bounds: 'inclusive' | 'exclusive';
  readonly order: 'newest-first' | 'oldest-first';
}

export interface ListingQuery {
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
  readonly matches: (event: SimulatedEvent) => boolean;
  readonly pageSize: number;
  /** Where the page before ended. */
  readonly after: ListingPosition | undefined;
}

/** The last event of a page: its second by the listing's field, and how many of that second came before. */
export interface ListingPosition {
  readonly second: number;
  readonly skip: number;
}

export interface Listing {
  readonly events: readonly SimulatedEvent[];
  readonly next: ListingPosition | undefined;
}

/** Nothing lies before it: the beginning of the simulated world, this long before now. */
const HISTORY_S = 2 * 86_400;
/** Empty seconds that are skipped for one page, so that no request takes for ever. */
const MAX_SECONDS_PER_PAGE = 20_000;

/** One page of events, made by walking from second to second. */
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
