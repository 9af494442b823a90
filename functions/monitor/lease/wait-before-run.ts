import { QUOTA_ADVICE, TogaiError } from '../errors.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { Clock } from '../ports.ts';
import { formatDuration } from '../timeline/duration.ts';
import { isoTime, MINUTE_MS, type Range } from '../timeline/time.ts';

/**
 * The rest of a time in which Togai asked for no requests. The clock of the run that stored it may be ahead of this one. So a
 * time that begins in the future begins now, and lasts no longer than Togai asked.
 *
 * @param now epoch ms, by the clock
 * @returns `undefined` once the time is over
 */
export function retryAfterAt(retryAfter: Range | undefined, now: number): Range | undefined {
  if (!retryAfter) return undefined;
  const start = Math.min(retryAfter.start, now);
  const end = start + retryAfter.end - retryAfter.start;
  return end > now ? { start, end } : undefined;
}

/** A run waits at most this long for the end of a `Retry-After` of an earlier run. Otherwise it fails and says so. */
const MAX_WAIT_MS = MINUTE_MS;

/**
 * Waits for the end of a time in which Togai asked for no requests.
 *
 * @throws TogaiError `throttled` where it lasts too long; the reason of `signal` once that is aborted
 */
export async function waitUntil(
  { start, end }: Range,
  clock: Clock,
  { signal, softDeadline }: { readonly signal: AbortSignal; readonly softDeadline: AbortSignal },
): Promise<void> {
  const tooLong = new TogaiError(
    'throttled',
    `nothing was sent to Togai: it asked at ${isoTime(start)} to wait ${formatDuration(end - start)}, so counting goes on at ${isoTime(end)}; if this happens often, ${QUOTA_ADVICE}`,
  );
  const waitMs = end - clock.now();
  if (waitMs > MAX_WAIT_MS) throw tooLong;
  try {
    await clock.sleep(waitMs, AbortSignal.any([signal, softDeadline]));
  } catch {
    signal.throwIfAborted();
    throw tooLong;
  }
}

/** The state with the `Retry-After` that ends later: that of this run or the stored one. @param now by the clock, epoch ms */
export function withRetryAfter(
  state: MonitorState,
  ofThisRun: Range | undefined,
  now: number,
): MonitorState {
  const stored = retryAfterAt(state.retryAfter, now);
  const own = retryAfterAt(ofThisRun, now);
  const retryAfter = (own?.end ?? 0) > (stored?.end ?? 0) ? own : stored;
  const isSame =
    retryAfter?.start === state.retryAfter?.start && retryAfter?.end === state.retryAfter?.end;
  return isSame ? state : { ...state, retryAfter };
}
