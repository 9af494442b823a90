import type { ListingSwitches } from './behaviour-switches.ts';
import type { TimeField } from './count.ts';
import {
  type Listing,
  type ListingPosition,
  type ListingQuery,
  listEvents,
  within,
} from './list-sent-events.ts';
import type { SimulatedEvent, Traffic } from './traffic.ts';

/** The end of a page: its place among the events that were sent, and among those that a correction has taken in again. */
export interface PageEnd {
  readonly sent?: ListingPosition | undefined;
  readonly reingested?: { readonly time: number; readonly number: number } | undefined;
}

/** A query of `GET /events`. */
export interface EventsQuery extends Omit<ListingQuery, 'after'> {
  /** The end of the page before; `undefined` for the first page. */
  readonly after: PageEnd | undefined;
}

interface Page extends Pick<Listing, 'events'> {
  readonly next: PageEnd | undefined;
}

/** One page of all events: those that were sent, with those between them that a correction has taken in again. */
export function listAllEvents(
  traffic: Traffic,
  switches: ListingSwitches,
  query: EventsQuery,
  now: number,
): Page {
  const { after, pageSize } = query;
  const { orderBy } = switches;
  const step = switches.order === 'oldest-first' ? 1 : -1;
  const sent = listEvents(traffic, switches, { ...query, after: after?.sent }, now);
  const again = reingestedAfter(traffic, switches, query, now, step);
  const horizon = sent.next && (sent.events.at(-1)?.[orderBy] ?? sent.next.time);
  const reached = again.filter(
    (event) => horizon === undefined || (event[orderBy] - horizon) * step < 0,
  );
  // The sort is stable: of one time, events that were sent come first.
  const all = [...sent.events, ...reached].sort((a, b) => (a[orderBy] - b[orderBy]) * step);
  const events = all.slice(0, pageSize);
  const isLast = events.length === all.length && !sent.next && reached.length === again.length;
  return { events, next: isLast ? undefined : endOf(events, sent, after, orderBy) };
}

function reingestedAfter(
  traffic: Traffic,
  switches: ListingSwitches,
  query: EventsQuery,
  now: number,
  step: number,
): SimulatedEvent[] {
  const { orderBy } = switches;
  const { sent, reingested } = query.after ?? {};
  const isAfter = (event: SimulatedEvent) => {
    if (sent && (event[orderBy] - sent.time) * step < 0) return false;
    if (!reingested) return true;
    return (event[orderBy] - reingested.time || event.index - reingested.number) * step > 0;
  };
  return traffic
    .reingested(now)
    .filter((event) => query.matches(event, event.status) && within(event, switches, query))
    .filter(isAfter)
    .sort((a, b) => (a[orderBy] - b[orderBy] || a.index - b.index) * step);
}

function endOf(
  events: readonly SimulatedEvent[],
  sent: Listing,
  after: PageEnd | undefined,
  orderBy: TimeField,
): PageEnd {
  const lastAgain = events.findLast((event) => event.isReingested);
  const lastSent = events.findLast((event) => !event.isReingested);
  const isAllSent = sent.events.every((event) => events.includes(event));
  const position = lastSent && {
    time: lastSent[orderBy],
    arrival: lastSent.second,
    index: lastSent.index,
  };
  return {
    sent: (isAllSent ? sent.next : undefined) ?? position ?? after?.sent,
    reingested: lastAgain
      ? { time: lastAgain[orderBy], number: lastAgain.index }
      : after?.reingested,
  };
}
