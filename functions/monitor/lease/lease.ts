import type { MonitorState } from '../monitor-state.ts';
import { noteUnfinished } from '../notifications/monitor-failures.ts';

/** What to say of runs that began and did not end, and did not live to say why. */
const KILLED =
  'The last runs began and did not end: they were killed or ran out of time. Look at the logs and the timeout of the function.';

export interface LeaseRequest {
  readonly runId: string;
  /** The run's time, epoch ms. */
  readonly scheduledTime: number;
  /** The clock's time, epoch ms. */
  readonly now: number;
  readonly leaseMs: number;
  /** See {@link noteUnfinished}. */
  readonly repeatMs: number;
}

/** The state with the lease taken and what is to be told of the runs before, or why it cannot be taken. */
export function takeLease(
  state: MonitorState,
  { runId, scheduledTime, now, leaseMs, repeatMs }: LeaseRequest,
): MonitorState | 'held' | 'late' {
  if (state.leaseUntil > now) return 'held';
  if (state.committedAt !== undefined && state.committedAt > scheduledTime) return 'late';
  const problem = state.problem ?? { what: KILLED, cause: 'killed' };
  const noted = noteUnfinished(state, { at: scheduledTime, ...problem, atOnce: false, repeatMs });
  return {
    ...noted,
    runNumber: state.runNumber + 1,
    runId,
    leaseUntil: now + leaseMs,
    unfinished: state.unfinished + 1,
    unfinishedSince: state.unfinishedSince ?? scheduledTime,
    problem: undefined,
  };
}
