import { TogaiError } from '../errors.ts';
import type { LookRecord } from '../events/look-record.ts';
import { formatDuration } from '../timeline/duration.ts';
import { HOUR_MS, isoTime, MINUTE_MS } from '../timeline/time.ts';
import type { Newer } from './ask-list-for-newer-events.ts';

/**
 * How long Togai metrics may lack events that Togai lists. A look asks for a whole day once an
 * hour. Only after that it is sure that the listed events are not of an older hour.
 */
const MAX_STALE_MS = 75 * MINUTE_MS;
/** How long they may show no event where it is not known whether there is one. */
export const MAX_SILENT_MS = 6 * HOUR_MS;

/** Without an event for so long, the answers of Togai metrics are probably old ones; before that it may be chance. */
export function oldAnswersError(
  { since }: Pick<LookRecord, 'since'>,
  newer: Newer,
  now: number,
): TogaiError | undefined {
  const silentMs = now - since;
  if (silentMs <= (newer === 'newer events' ? MAX_STALE_MS : MAX_SILENT_MS)) return undefined;
  const seen =
    newer === 'newer events'
      ? 'although GET /events lists newer ones'
      : 'and GET /events lists its events in an order that does not show whether there are newer ones';
  return new TogaiError(
    'unavailable',
    `POST /metrics has counted no new event since ${isoTime(since)} (${formatDuration(silentMs)}), ${seen}: its numbers are probably old, so nothing was evaluated; ask Togai whether its metrics are up to date`,
  );
}
