import type { UnreadableItem } from '../events/unreadable-item.ts';
import { noteUnfinished } from '../incidents/note-monitor-failures.ts';
import type { MonitorState } from '../monitor-state.ts';
import { noteUnreadable } from '../notifications/note-unreadable-data.ts';
import { withoutTimesAhead } from './drop-times-ahead.ts';

/** A lease ends this long after the run is killed at the latest. So no run takes over while this one still works. */
export const LEASE_MARGIN_MS = 30_000;

/** The problem of runs that began and did not end, where none of them could store a reason. */
const KILLED =
  'The last runs began and did not end: they were killed or ran out of time. Look at the logs and the timeout of the function.';

export interface LeaseRequest {
  /** Of this run alone. */
  readonly runId: string;
  /** Of the run, epoch ms. */
  readonly scheduledTime: number;
  /** The clock's time, epoch ms. */
  readonly now: number;
  /** How long the run may work, in ms. After that another run may take over. */
  readonly leaseMs: number;
  /** The parts of the stored state that cannot be read: this write drops them. @default none */
  readonly unreadable?: readonly UnreadableItem[];
}

/**
 * The state with the lease taken. Unfinished runs before this one are counted here, because a killed run cannot do it: after
 * three in a row people are notified.
 *
 * @param stored times in it that are ahead of the clock are void
 * @returns `held` where another run has the lease; `late` where a run with a later scheduled time has committed
 */
export function takeLease(
  stored: MonitorState,
  { runId, scheduledTime, now, leaseMs, unreadable = [] }: LeaseRequest,
): MonitorState | 'held' | 'late' {
  const state = withoutTimesAhead(stored, now, leaseMs);
  if (state.leaseUntil > now) return 'held';
  if (state.committedAt !== undefined && state.committedAt > scheduledTime) return 'late';
  const problem = state.problem ?? { what: KILLED, cause: 'killed' };
  const noted = noteUnfinished(state, { at: scheduledTime, ...problem, atOnce: false });
  return {
    ...(unreadable.length > 0 ? noteUnreadable(noted, unreadable, scheduledTime) : noted),
    runNumber: state.runNumber + 1,
    runId,
    leaseUntil: now + leaseMs,
    unfinished: state.unfinished + 1,
    unfinishedSince: state.unfinishedSince ?? scheduledTime,
    problem: undefined,
  };
}
