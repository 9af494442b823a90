import { TogaiError } from '../errors.ts';
import type { EventPage, UsageEvent } from '../events/event.ts';
import type { UsageEvents } from '../ports.ts';

/** Times are epoch ms. */
interface AskedList {
  readonly after: number;
  readonly until: number;
  /**
   * The start of the newest hour that Togai metrics have an event of. A list of older ones does not
   * begin with the newest. @default not known
   */
  readonly seenHour?: number | undefined;
}

/** Whether a page of the list holds events after a moment. */
export type Newer = 'newer events' | 'nothing newer' | 'unknown';

/**
 * Whether Togai lists an event that was created after a moment. Without the list, an answer of
 * Togai metrics without new events could be an old one.
 *
 * @throws TogaiError where the token is rejected; the reason of the signal once that is aborted
 */
export async function anythingNewer(
  togai: UsageEvents,
  asked: AskedList,
  signal: AbortSignal,
): Promise<Newer> {
  const { after, until } = asked;
  try {
    for await (const page of togai.pages({ startTime: after, endTime: until }, signal)) {
      return newerIn(page, asked);
    }
    return 'nothing newer';
  } catch (error) {
    // A list that cannot be read says nothing. It is no failure of Togai metrics.
    if (!(error instanceof TogaiError) || error.failure === 'unauthorized') throw error;
    return 'unknown';
  }
}

/** @param page the first of a list from `after` on; Togai may ignore that, and list all events in any order */
export function newerIn(page: EventPage, { after, until, seenHour }: AskedList): Newer {
  const { events } = page;
  if (events.some(({ createdAt }) => createdAt > after && createdAt < until)) return 'newer events';
  const isWhole = page.nextToken === undefined;
  if (isWhole) return 'nothing newer';
  return isNewestFirst(events) && reaches(seenHour, events) ? 'nothing newer' : 'unknown';
}

/** In the order of the sender's time, events with an old time come far behind the first page, however new they are. */
function reaches(hour = Number.NEGATIVE_INFINITY, events: readonly UsageEvent[]): boolean {
  return events.some(
    ({ createdAt, timestamp = createdAt }) => Math.max(createdAt, timestamp) >= hour,
  );
}

function isNewestFirst(events: readonly UsageEvent[]): boolean {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) return false;
  const byReceipt = first.createdAt > last.createdAt;
  const bySender = (first.timestamp ?? 0) > (last.timestamp ?? 0);
  return byReceipt || bySender;
}
