import { type FailureState, isFailing } from '../incidents/monitor-failures.ts';
import { formatDuration } from '../timeline/duration.ts';
import { compactTime, dayAndClock, MINUTE_MS, type Range, shortTime } from '../timeline/time.ts';
import type { Notice } from './one-time-notice.ts';

/** The part of the monitor's state that a gap changes. */
export interface GapState extends FailureState {
  readonly watermark: number | undefined;
  readonly evaluatedTo: number | undefined;
  /** The range that is being skipped, as long as it grows. */
  readonly gap: OpenGap | undefined;
  readonly notices: readonly Notice[];
}

export interface OpenGap extends Range {
  /** The end that people were notified of, and when. */
  readonly notifiedEnd: number;
  readonly notifiedAt: number;
  readonly grownAt: number;
  /** A part of it was counted. */
  readonly partial: boolean;
}

/**
 * A gap that has not grown for so long is over, even if no run saw its end. While it grows, people
 * are notified at most so often.
 */
const GAP_PAUSE_MS = 60 * MINUTE_MS;

/**
 * A range that is skipped for good. While it grows run by run, it is one gap. Each part of it is
 * notified once: the first part when the gap begins, the rest when it has ended. If runs count, and
 * are too slow, the growth is notified every hour as well.
 */
export function noteGap<S extends GapState>(state: S, gap: Range | undefined, at: number): S {
  const open = state.gap;
  const isGrowing = open !== undefined && gap !== undefined && at - open.grownAt <= GAP_PAUSE_MS;
  if (open && !isGrowing) return noteGap({ ...withRest(state, open, at), gap: undefined }, gap, at);
  if (!gap) return state;
  const evaluatedTo = Math.max(state.evaluatedTo ?? gap.end, gap.end);
  const moved = { ...state, watermark: gap.end, evaluatedTo };
  if (open) {
    const partial = open.partial || gap.start > open.end;
    const grown = { ...open, end: gap.end, grownAt: at, partial };
    // Reminders say meanwhile that nothing can be counted.
    if (at - open.notifiedAt < GAP_PAUSE_MS || isFailing(state, 'run')) {
      return { ...moved, gap: grown };
    }
    return {
      ...withRest(moved, grown, at),
      gap: { ...grown, notifiedEnd: gap.end, notifiedAt: at },
    };
  }
  const begun = { ...gap, notifiedEnd: gap.end, notifiedAt: at, grownAt: at, partial: false };
  return withNotice({ ...moved, gap: begun }, begun, at);
}

/** Notifies the growth of a gap since the notice before. */
function withRest<S extends GapState>(state: S, open: OpenGap, at: number): S {
  return open.end > open.notifiedEnd
    ? withNotice(state, { ...open, start: open.notifiedEnd }, at)
    : state;
}

/** `2026-11-18T00:00Z`, as commands take it. */
const minuteOf = (time: number) => `${shortTime(time).replace(' ', 'T')}Z`;

function withNotice<S extends GapState>(state: S, { start, end, partial }: OpenGap, at: number): S {
  const whole = partial ? ' in full' : '';
  const notice: Notice = {
    id: `gap-${compactTime(start)}-${compactTime(end)}`,
    topic: 'gap',
    at,
    severity: 'critical',
    text: [
      `Events not counted${whole} for ${formatDuration(end - start)}, all accounts: ${dayAndClock(start)} to ${dayAndClock(end)} UTC.`,
      `${partial ? 'Some' : 'All (100%)'} of the events of that time are uncounted. Nobody knows how many, and how many of them are not billed. The monitor will not count them any more.`,
      'Why: not known.',
      'The monitor did not run, failed, or was too slow, for longer than it can catch up (MaxCatchUpHours). Its alarms and messages of that time may say why.',
      `It is over: counting goes on from ${dayAndClock(end)} UTC. You get this once for that time.`,
      'Do: count that time by hand.',
      `unmetered check --from ${minuteOf(start)} --to ${minuteOf(end)}`,
    ].join('\n'),
    range: { start, end },
    told: [],
  };
  return { ...state, notices: [...state.notices.filter(({ id }) => id !== notice.id), notice] };
}
