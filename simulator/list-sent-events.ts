import { type Range, SECOND_MS } from '../functions/monitor/timeline/time.ts';
import type { ListingSwitches } from './behaviour-switches.ts';
import type { TimeField } from './count.ts';
import { EventFinder, type Matches } from './event-finder.ts';
import { lagOf } from './outcome-at.ts';
import type { SimulatedEvent, Traffic } from './traffic.ts';

export interface ListingQuery {
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
  readonly matches: Matches;
  readonly pageSize: number;
  /** The end of the page before; `undefined` for the first page. */
  readonly after: ListingPosition | undefined;
}

/**
 * The end of a page: its last event. If a page ends without one, it is a time in the second that
 * the next page begins with.
 */
export interface ListingPosition {
  /** Epoch ms, by the time that the list is ordered by. */
  readonly time: number;
  /** Where the last event arrived: the second, and its place in it. */
  readonly arrival?: number | undefined;
  readonly index?: number | undefined;
}

export interface Listing {
  readonly events: readonly SimulatedEvent[];
  readonly next: ListingPosition | undefined;
}

/** An event of the list that is not made yet. Times are epoch ms. */
interface Place {
  /** Epoch s */
  readonly arrival: number;
  readonly index: number;
  readonly createdAt: number;
  readonly timestamp: number;
}

/**
 * A page ends after so many seconds of the list and events of other times. A request without matches would otherwise take
 * too long.
 */
const MAX_STEPS_PER_PAGE = 20_000;

/**
 * One page of events. Only these events are made.
 *
 * @param now epoch ms; later events do not exist yet
 */
export function listEvents(
  traffic: Traffic,
  switches: ListingSwitches,
  query: ListingQuery,
  now: number,
): Listing {
  const { orderBy } = switches;
  const finder = new EventFinder(traffic, query.matches, now);
  const arrivals = arrivalsOf(traffic, switches, query, now);
  const range = listedRange(traffic, switches, query, arrivals);
  const step = switches.order === 'oldest-first' ? 1 : -1;
  const found: Place[] = [];
  const page = (next?: ListingPosition): Listing => ({
    events: found.flatMap(({ arrival, index }) => traffic.eventAt(arrival, index, now) ?? []),
    next,
  });

  if (!finder.mayMatch) return page();
  let steps = 0;
  for (const second of secondsOf(traffic, range, step, query.after?.time, orderBy)) {
    if (++steps > MAX_STEPS_PER_PAGE) return page({ time: second * SECOND_MS });
    const places = placesIn(finder, second, orderBy, arrivals);
    for (const place of step > 0 ? places : places.reverse()) {
      if (!isAfter(place, query.after, step, orderBy)) continue;
      if (!within(place, switches, query)) {
        steps++;
        continue;
      }
      const last = found.at(-1);
      if (last && found.length === query.pageSize) return page(positionOf(last, orderBy));
      found.push(place);
    }
  }
  return page();
}

/** The seconds of a list in its order. In sparse traffic only those that may hold an event. */
function* secondsOf(
  traffic: Traffic,
  range: Range,
  step: number,
  after: number | undefined,
  orderBy: TimeField,
): Generator<number> {
  const from = secondOf(after ?? (step > 0 ? range.start : range.end));
  if (!traffic.isSparse) {
    for (let second = from; isIn(range, second); second += step) yield second;
    return;
  }
  const lagsMs = orderBy === 'createdAt' ? [0] : traffic.lagsMs;
  const seconds = lagsMs.flatMap((lagMs) =>
    traffic
      .secondsWithEvents({ start: range.start + lagMs, end: range.end + lagMs })
      .map((second) => second - lagMs / SECOND_MS),
  );
  for (const second of [...new Set(seconds)].sort((a, b) => (a - b) * step)) {
    if ((second - from) * step >= 0) yield second;
  }
}

/** The matching events of a second of the list, the oldest first. Events of one time stand in the order of their arrival. */
function placesIn(
  finder: EventFinder,
  second: number,
  orderBy: TimeField,
  arrivals: Range,
): Place[] {
  if (orderBy === 'createdAt') return placesArrivedIn(finder, second);
  return finder.traffic.lagsMs
    .flatMap((lagMs) => {
      const arrival = second + lagMs / SECOND_MS;
      return isIn(arrivals, arrival) ? placesArrivedIn(finder, arrival, lagMs) : [];
    })
    .sort((a, b) => a.timestamp - b.timestamp || a.arrival - b.arrival || a.index - b.index);
}

function placesArrivedIn(finder: EventFinder, arrival: number, lagMs?: number): Place[] {
  const { traffic } = finder;
  const count = traffic.countIn(arrival);
  if (count === 0) return [];
  const traits = traffic.traitsIn(arrival);
  return finder.placesIn(arrival, lagMs).flatMap((index) => {
    const event = traits[index];
    const createdAt = traffic.createdAt(arrival, index, count);
    if (!event) return [];
    return {
      arrival,
      index,
      createdAt,
      timestamp: createdAt - lagOf(traffic.scenario, event, createdAt),
    };
  });
}

function positionOf({ arrival, index, ...times }: Place, orderBy: TimeField): ListingPosition {
  return { time: times[orderBy], arrival, index };
}

/** Compares positions and looks for no event, since that event may match no more. */
function isAfter(
  place: Place,
  end: ListingPosition | undefined,
  step: number,
  orderBy: TimeField,
): boolean {
  if (end?.arrival === undefined || end.index === undefined) return true;
  const order = place[orderBy] - end.time || place.arrival - end.arrival || place.index - end.index;
  return order * step > 0;
}

/** The arrivals that can be events of a query. Epoch ms, both ends included. */
function arrivalsOf(
  traffic: Traffic,
  { timeFilter }: ListingSwitches,
  { startTime = 0, endTime = Number.POSITIVE_INFINITY }: ListingQuery,
  now: number,
): Range {
  const { lagsMs } = traffic;
  const all = { start: traffic.begins(now), end: now };
  if (timeFilter === 'ignored') return all;
  const [least, most] =
    timeFilter === 'createdAt' ? [0, 0] : [Math.min(...lagsMs), Math.max(...lagsMs)];
  return overlapOf(all, { start: startTime + least, end: endTime + most });
}

/** The times, by the order of the list, that these events have. Epoch ms, both ends included. */
function listedRange(
  { lagsMs }: Traffic,
  { timeFilter, orderBy }: ListingSwitches,
  { startTime = 0, endTime = Number.POSITIVE_INFINITY }: ListingQuery,
  arrivals: Range,
): Range {
  if (orderBy === 'createdAt') return arrivals;
  const all = {
    start: arrivals.start - Math.max(...lagsMs),
    end: arrivals.end - Math.min(...lagsMs),
  };
  return timeFilter === 'timestamp' ? overlapOf(all, { start: startTime, end: endTime }) : all;
}

function overlapOf(a: Range, b: Range): Range {
  return { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) };
}

function isIn({ start, end }: Range, second: number): boolean {
  return second >= secondOf(start) && second <= secondOf(end);
}

/** Whether a query asks for the time of an event. */
export function within(
  place: Pick<Place, TimeField>,
  { timeFilter, bounds }: ListingSwitches,
  query: Pick<ListingQuery, 'startTime' | 'endTime'>,
): boolean {
  if (timeFilter === 'ignored') return true;
  const time = place[timeFilter];
  const { startTime = Number.NEGATIVE_INFINITY, endTime = Number.POSITIVE_INFINITY } = query;
  return bounds === 'inclusive'
    ? time >= startTime && time <= endTime
    : time > startTime && time < endTime;
}

function secondOf(time: number): number {
  return Math.floor(time / SECOND_MS);
}
