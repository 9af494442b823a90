import { ClockAheadError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { formatDuration } from '../timeline/duration.ts';
import { isoTime, MINUTE_MS } from '../timeline/time.ts';
import type { Answer } from './exchange.ts';

/** The clock of this machine may differ from Togai's by so much. */
export const CLOCK_MARGIN_MS = 5 * MINUTE_MS;

/**
 * Refuses an answer whose header `Date` shows that the clock of this machine is ahead. The asked
 * time has not come yet, so there are no events of it. To count them as none would be wrong. A
 * clock that is behind does no such harm.
 *
 * @throws ClockAheadError
 */
export function refuseClockAhead(
  { headers }: Pick<Answer, 'headers'>,
  attempted: string,
  clock: Pick<Clock, 'now'>,
): void {
  const date = Date.parse(headers.get('date') ?? '');
  const now = clock.now();
  if (Number.isNaN(date) || now - date <= CLOCK_MARGIN_MS) return;
  throw new ClockAheadError(
    `${attempted} was answered at ${isoTime(date)}, and the clock of this machine says ${isoTime(now)}: it is ${formatDuration(now - date)} ahead, so nothing was counted; set the clock right, then try again`,
  );
}
