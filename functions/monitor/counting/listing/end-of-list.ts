import { TogaiError } from '../../errors.ts';
import type { EventPage, TimeField, UsageEvent } from '../../events/event.ts';
import type { EventQuery } from '../../ports.ts';
import { isoTime, type Range, SECOND_MS } from '../../timeline/time.ts';
import { timeBy } from './time-filter.ts';

/** The events of a page that is full. Source: Togai's reference of `GET /events`, "pageSize". */
const FULL_PAGE = 50;

/**
 * Whether a page leaves open if it is the last one: it is full, and its answer lacks the key `nextToken` altogether.
 * `nextToken: null` is how Togai ends a list, also after exactly fifty events.
 */
export function isEndOpen({ events, malformed, nextToken, isEndUnsaid }: EventPage): boolean {
  const isFull = events.length + malformed.length >= FULL_PAGE;
  return nextToken === undefined && isEndUnsaid === true && isFull;
}

/**
 * The query for events that lie behind the last one of a page. It holds the whole second of that event, because times may be cut
 * to the second, and a server may take its bounds by the second or leave them out. The counter knows the events that come again.
 *
 * @throws TogaiError `uncountable` where nothing can be asked behind it: the page is in no order of time, all of it is of one
 *   second, or an event would come again that cannot be recognised
 */
export function queryBehind(
  { startTime, endTime }: Required<Pick<EventQuery, 'startTime' | 'endTime'>>,
  page: EventPage,
  field: TimeField,
): Required<Pick<EventQuery, 'startTime' | 'endTime'>> {
  const times = page.events.flatMap((event) => timeBy(field, event) ?? []);
  const isNewestFirst = (times[0] ?? 0) >= (times.at(-1) ?? 0);
  if (!isInOrder(isNewestFirst ? times : times.toReversed())) {
    throw openEnd({ start: startTime, end: endTime }, 'in no order of time');
  }
  const next = isNewestFirst
    ? { startTime, endTime: (Math.floor(Math.min(...times) / SECOND_MS) + 1) * SECOND_MS }
    : { startTime: Math.floor(Math.max(...times) / SECOND_MS) * SECOND_MS - 1, endTime };
  const comesAgain = (event: UsageEvent) => {
    const time = timeBy(field, event) ?? next.startTime;
    return event.identity === undefined && time >= next.startTime && time <= next.endTime;
  };
  if (page.events.some(comesAgain)) {
    throw openEnd({ start: startTime, end: endTime }, 'with events that nothing tells apart');
  }
  const goesOn = next.endTime < endTime || next.startTime > startTime;
  if (times.length > 0 && goesOn) return next;
  throw openEnd({ start: startTime, end: endTime }, 'all of one second');
}

/** @param times newest first, but for events of one second */
function isInOrder(times: readonly number[]): boolean {
  let lowest = Number.POSITIVE_INFINITY;
  return times.every((time) => {
    const isBehind = time <= lowest + SECOND_MS;
    lowest = Math.min(lowest, time);
    return isBehind;
  });
}

/** For a list that cannot be asked for the rest. */
export function openEnd({ start, end }: Range, why: string): TogaiError {
  return new TogaiError(
    'uncountable',
    `GET /events was asked for ${isoTime(start)} to ${isoTime(end)} and gave a full page of ${FULL_PAGE} events without a nextToken, ${why}: whether there are more cannot be known, so nothing was counted; ask Togai for an API that gives a nextToken, or count with POST /metrics`,
  );
}
