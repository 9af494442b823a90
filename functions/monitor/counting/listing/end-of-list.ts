import { TogaiError } from '../../errors.ts';
import type { EventPage } from '../../events/event.ts';
import { PAGE_SIZE } from '../../events/page-size.ts';
import { isoTime, type Range } from '../../timeline/time.ts';

/**
 * Whether a page leaves open if it is the last one: it is full, and its answer lacks the key `nextToken` altogether.
 * `nextToken: null` is how Togai ends a list, also after exactly fifty events.
 */
export function isEndOpen({ events, malformed, nextToken, isEndUnsaid }: EventPage): boolean {
  const isFull = events.length + malformed.length >= PAGE_SIZE;
  return nextToken === undefined && isEndUnsaid === true && isFull;
}

/** For a list that cannot be asked for the rest. */
export function openEnd({ start, end }: Range, why: string): TogaiError {
  return new TogaiError(
    'uncountable',
    `GET /events was asked for ${isoTime(start)} to ${isoTime(end)} and gave a full page of ${PAGE_SIZE} events without a nextToken, ${why}: whether there are more cannot be known, so nothing was counted`,
    { advice: 'ask Togai for an API that gives a nextToken, or count with POST /metrics' },
  );
}
