import { headlineOf } from '../text/headline.ts';
import type { FailureKind, Incident } from './incident.ts';
import { incidentIdOf } from './open-incident.ts';

/** The kinds of failures of the monitor itself. */
export type FailureKey =
  | 'run'
  | 'settings'
  | 'size'
  | 'grouping'
  | 'sources'
  | 'storage'
  | 'delivery'
  | 'arrivals';

const KIND_OF: Readonly<Record<FailureKey, FailureKind>> = {
  run: 'cannot_count',
  settings: 'settings_refused',
  size: 'cannot_count',
  // Rules that Togai cannot serve have to be changed.
  grouping: 'settings_refused',
  sources: 'sources_disagree',
  storage: 'cannot_count',
  delivery: 'cannot_deliver',
  arrivals: 'nothing_arrives',
};

/** The part of the monitor's state that is about its own failures. */
export interface FailureState {
  readonly failures: Readonly<Partial<Record<FailureKey, Incident>>>;
}

interface FailureNote {
  readonly at: number;
  /** @default `at` */
  readonly since?: number;
  /** The problem and the next step, in words. */
  readonly what: string;
  /** Names the problem. */
  readonly cause: string;
  /** People are notified of another cause at once. @default false */
  readonly anew?: boolean;
}

/** The monitor does not work: an incident of its own, one for each kind. It lives as every other incident does. */
export function noteFailure<S extends FailureState>(
  state: S,
  key: FailureKey,
  { at, since = at, what, cause, anew = false }: FailureNote,
): S {
  // A failure whose end is not delivered everywhere goes on as the same one.
  const before = state.failures[key] ?? newFailure(key, since, at);
  const isOther = before.end || (anew && before.failure?.cause !== cause);
  // A cause that people were not notified of must not make the cause that they know look like
  // another one.
  const known = isOther ? undefined : before.failure?.cause;
  const incident: Incident = {
    ...before,
    failure: { kind: KIND_OF[key], what, cause: known ?? cause },
    // Later than the time that people know, also where a run has just notified them of another
    // problem.
    evaluatedTo: isOther ? Math.max(at, before.evaluatedTo + 1) : before.evaluatedTo,
    end: undefined,
    // People may have read of the end, although its delivery is not known.
    reopened: before.reopened + (before.end ? 1 : 0),
  };
  return { ...state, failures: { ...state.failures, [key]: incident } };
}

/** Ends a failure. Its end repeats the problem: some people hear of it only then. */
export function endFailure<S extends FailureState>(
  state: S,
  key: FailureKey,
  at: number,
  what: string,
): S {
  const before = state.failures[key];
  if (!before?.failure || before.end) return state;
  const text = `"${headlineOf(before.failure.what).headline}" is over. ${what}`;
  const ended: Incident = {
    ...before,
    failure: { ...before.failure, what: text },
    end: { kind: 'resolved', at, seenAt: at, counted: [] },
  };
  return { ...state, failures: { ...state.failures, [key]: ended } };
}

/** Whether a failure lasts. */
export function isFailing({ failures }: FailureState, key: FailureKey): boolean {
  const failure = failures[key];
  return failure !== undefined && !failure.end;
}

/** Whether nothing is counted while a failure lasts. Other failures leave something out, or only one item. */
export function isBlind({ threshold }: Pick<Incident, 'threshold'>): boolean {
  return threshold === ('run' satisfies FailureKey);
}

function newFailure(key: FailureKey, onset: number, at: number): Incident {
  return {
    id: incidentIdOf('monitor', onset, key),
    subject: 'monitor',
    nature: 'failure',
    onset,
    openedAt: at,
    severity: 'critical',
    threshold: key,
    worst: 0,
    accounts: [],
    evaluatedTo: at,
    okEnds: [],
    groups: [],
    reopened: 0,
    notified: {},
  };
}
