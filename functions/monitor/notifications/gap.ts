import { isReminderDue } from '../incidents/reminder.ts';
import { digest } from '../text/digest.ts';
import { formatDuration, isoTime, MINUTE_MS, type Range, shortTime } from '../timeline/time.ts';
import { monitorNotification, type Notification } from './notification.ts';

/** The part of the monitor's state that a gap changes. */
export interface GapState {
  readonly watermark: number | undefined;
  readonly evaluatedTo: number | undefined;
  /** The range that is being skipped, as long as it grows. */
  readonly gap: OpenGap | undefined;
  readonly outbox: readonly Notification[];
}

export interface OpenGap extends Range {
  readonly alertId: string;
  /** The end that people were notified of, and when. */
  readonly notifiedEnd: number;
  readonly lastNotifiedAt: number;
  readonly grownAt: number;
  /** A part of it was counted. */
  readonly partial: boolean;
}

/** A gap that has not grown for so long is over, even if no run saw its end. */
const GAP_PAUSE_MS = 60 * MINUTE_MS;

/**
 * A range that is skipped for good. While it grows run by run, it is one gap. People are notified when it begins, every
 * `repeatMs` (0: never) while it grows, and once more with its whole length when it has ended.
 */
export function noteGap<S extends GapState>(
  state: S,
  gap: Range | undefined,
  { at, repeatMs }: { readonly at: number; readonly repeatMs: number },
): S {
  const open = state.gap;
  const growing = open !== undefined && gap !== undefined && at - open.grownAt <= GAP_PAUSE_MS;
  if (open && !growing) {
    const closed = { ...state, gap: undefined };
    const notified = open.end > open.notifiedEnd ? notifyGap(closed, open, at) : closed;
    return noteGap(notified, gap, { at, repeatMs });
  }
  if (!gap) return state;
  const evaluatedTo = Math.max(state.evaluatedTo ?? gap.end, gap.end);
  const moved = { ...state, watermark: gap.end, evaluatedTo };
  if (!open) {
    const alertId = `gap-${digest(String(gap.start))}`;
    const begun = {
      ...gap,
      alertId,
      notifiedEnd: gap.end,
      lastNotifiedAt: at,
      grownAt: at,
      partial: false,
    };
    return notifyGap({ ...moved, gap: begun }, begun, at);
  }
  const partial = open.partial || gap.start > open.end;
  const grown = { ...open, end: gap.end, grownAt: at, partial };
  if (!isReminderDue(open.lastNotifiedAt, at, repeatMs)) return { ...moved, gap: grown };
  return notifyGap(
    { ...moved, gap: { ...grown, notifiedEnd: gap.end, lastNotifiedAt: at } },
    grown,
    at,
  );
}

function notifyGap<S extends GapState>(
  state: S,
  { alertId, start, end, partial }: OpenGap,
  at: number,
) {
  const length = formatDuration(end - start);
  const reason = `From ${shortTime(start)} to ${shortTime(end)} UTC (${length}) ${partial ? 'not everything' : 'nothing'} was counted, and it is farther back than MaxCatchUpHours: the monitor did not run, could not count, or is too slow for the traffic (MaxRequestsPerSecond). Count it by hand: npx unmetered check --from ${isoTime(start)} --to ${isoTime(end)}`;
  const others = state.outbox.filter((entry) => entry.alertId !== alertId);
  const notification = monitorNotification('gap', alertId, at, reason, { start, end });
  return { ...state, outbox: [...others, notification] };
}
