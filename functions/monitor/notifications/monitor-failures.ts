import type { BucketRecord } from '../events/bucket-record.ts';
import { entriesIn } from '../events/counts.ts';
import { isReminderDue } from '../incidents/reminder.ts';
import { digest } from '../text/digest.ts';
import { formatCount } from '../text/text.ts';
import { formatDuration, HOUR_MS, MINUTE_MS } from '../timeline/time.ts';
import { monitorNotification, type Notification } from './notification.ts';

export type FailureKind = 'run' | 'settings' | 'size' | 'grouping' | 'sources' | 'storage';

/** The part of the monitor's state that is about its own failures. */
export interface FailureState {
  /** Runs in a row that began and did not finish. */
  readonly unfinished: number;
  /** The scheduled time of the first of them, epoch ms. */
  readonly unfinishedSince: number | undefined;
  /** Why the last of them could not count; `undefined` if it was killed. */
  readonly problem: { readonly what: string; readonly cause: string } | undefined;
  /** The failures that people were notified of, by kind. */
  readonly monitorFailures: Readonly<Partial<Record<FailureKind, MonitorFailure>>>;
  readonly outbox: readonly Notification[];
}

export interface MonitorFailure {
  readonly alertId: string;
  readonly since: number;
  readonly lastNotifiedAt: number;
  /** Names the problem, so that people are notified anew of another one. */
  readonly cause: string;
}

const MANY_TOO_LARGE = 3;

const UNFINISHED_RUNS = 3;

const UNFINISHED_MS = 15 * MINUTE_MS;

interface UnfinishedNote {
  readonly at: number;
  /** The failure and the next step, in words. */
  readonly what: string;
  /** Names it, to distinguish it from the one that people were notified of before. */
  readonly cause: string;
  /** Too bad to wait for three runs. */
  readonly atOnce: boolean;
  readonly repeatMs: number;
}

/**
 * Notifies people of runs that do not finish: after three in a row over at least 15 minutes, or at once
 * where the token or a setting cannot be used. A reminder follows every `repeatMs` (0: never) while it lasts.
 */
export function noteUnfinished<S extends FailureState>(
  state: S,
  { at, what, cause, atOnce, repeatMs }: UnfinishedNote,
): S {
  const since = state.unfinishedSince ?? at;
  const lasting = state.unfinished >= UNFINISHED_RUNS && at - since >= UNFINISHED_MS;
  return atOnce || lasting
    ? notifyFailure(state, 'run', { at, since, what, cause, repeatMs, anew: atOnce })
    : state;
}

/** The same for settings that only turn out wrong at run time; `what` is empty when they are right. */
export function noteSettings<S extends FailureState>(
  state: S,
  { at, what, repeatMs }: { at: number; what: string; repeatMs: number },
): S {
  if (what !== '') {
    return notifyFailure(state, 'settings', {
      at,
      since: at,
      what,
      cause: what,
      repeatMs,
      anew: true,
    });
  }
  return endFailure(state, 'settings', at, 'The settings can be used again.');
}

/**
 * Notifies people once three buckets of the last counted hour did not fit into a run. A reminder follows every `repeatMs`
 * (0: never) while there is one.
 *
 * @param counted the buckets before the watermark
 */
export function noteSize<S extends FailureState & { readonly watermark: number | undefined }>(
  state: S,
  counted: Iterable<Pick<BucketRecord, 'start' | 'partial' | 'counts'>>,
  { at, repeatMs }: { at: number; repeatMs: number },
): S {
  const end = state.watermark ?? at;
  const tooLarge = [...counted].filter(
    ({ start, partial, counts }) =>
      partial && entriesIn(counts) > 0 && start >= end - HOUR_MS && start < end,
  );
  if (tooLarge.length === 0) {
    return endFailure(state, 'size', at, 'For an hour every bucket has been counted to its end.');
  }
  if (tooLarge.length < MANY_TOO_LARGE && !state.monitorFailures.size) return state;
  const largest = Math.max(...tooLarge.map(({ counts }) => entriesIn(counts)));
  return notifyFailure(state, 'size', {
    at,
    since: at,
    what: `${tooLarge.length} of the last 12 buckets of five minutes hold more events than a run can fetch (at least ${formatCount(largest)} in one): they are kept as lower bounds, so counts are too low and shares cannot be evaluated. Raise MaxRequestsPerSecond (50 events a request), as far as Togai's quota allows.`,
    cause: 'size',
    repeatMs,
    anew: false,
  });
}

interface GroupingNote {
  readonly at: number;
  /** The rules that cannot be evaluated, and the next step; `undefined` if there are none. */
  readonly what: string | undefined;
  /** Togai groups by all that the rules need: the failure has ended. */
  readonly isOver: boolean;
  readonly repeatMs: number;
}

/** Rules that cannot be evaluated because Togai does not group by account or schema. */
export function noteGrouping<S extends FailureState>(
  state: S,
  { at, what, isOver, repeatMs }: GroupingNote,
): S {
  if (what === undefined) {
    if (!isOver) return state;
    return endFailure(
      state,
      'grouping',
      at,
      'Togai tells accounts and schemas apart again: rules about them are evaluated again.',
    );
  }
  const note = { at, since: at, what, cause: what, repeatMs, anew: true };
  return notifyFailure(state, 'grouping', note);
}

/**
 * Notifies people once that both sources differ.
 *
 * @param what both numbers; empty where they agree
 */
export function noteSources<S extends FailureState>(
  state: S,
  { at, what }: { readonly at: number; readonly what: string },
): S {
  if (what === '') return endFailure(state, 'sources', at, 'Both sources agree again.');
  const note = { at, since: at, what, cause: 'sources', repeatMs: 0, anew: false };
  return notifyFailure(state, 'sources', note);
}

/** Ends the failure of runs: this run could count. */
export function noteFinished<S extends FailureState>(state: S, at: number): S {
  const finished = { ...state, unfinished: 0, unfinishedSince: undefined, problem: undefined };
  const since = state.monitorFailures.run?.since ?? at;
  return endFailure(
    finished,
    'run',
    at,
    `Counting works again, after ${formatDuration(at - since)}. The monitor catches up with the time that it missed.`,
  );
}

/** Notifies people of a failure: when it begins, every `repeatMs` (0: never), and at once of another cause if `anew`. */
export function notifyFailure<S extends FailureState>(
  state: S,
  kind: FailureKind,
  { at, since, what, cause, repeatMs, anew }: FailureNote,
): S {
  const before = state.monitorFailures[kind];
  const again = isReminderDue(before?.lastNotifiedAt, at, repeatMs);
  const other = before !== undefined && anew && before.cause !== cause;
  if (before && !again && !other) return state;
  const alertId = before?.alertId ?? `${kind}-${digest(`${kind}${since}`)}`;
  const trouble: MonitorFailure = {
    alertId,
    since: before?.since ?? since,
    lastNotifiedAt: at,
    cause,
  };
  const others = state.outbox.filter((entry) => entry.alertId !== alertId);
  const notified = monitorNotification('failing', alertId, at, what);
  // One run may notify first of the runs before it, and then of its own failure: these are two messages.
  const id = before?.lastNotifiedAt === at ? `${notified.id}.${digest(cause)}` : notified.id;
  return {
    ...state,
    monitorFailures: { ...state.monitorFailures, [kind]: trouble },
    outbox: [...others, { ...notified, id }],
  };
}

interface FailureNote {
  readonly at: number;
  readonly since: number;
  readonly what: string;
  readonly cause: string;
  readonly repeatMs: number;
  /** People are notified of another cause at once. */
  readonly anew: boolean;
}

/** Notifies people that a failure is over, if they were notified of it. */
export function endFailure<S extends FailureState>(
  state: S,
  kind: FailureKind,
  at: number,
  what: string,
): S {
  const before = state.monitorFailures[kind];
  if (!before) return state;
  const { [kind]: _, ...monitorFailures } = state.monitorFailures;
  // If nobody was notified yet that it failed, as far as is known, one message says both.
  const unnotified = state.outbox.find((entry) => entry.alertId === before.alertId);
  const reason = unnotified ? `${unnotified.reason} This is over. ${what}` : what;
  const recovered = monitorNotification('recovered', before.alertId, at, reason);
  const others = state.outbox.filter((entry) => entry !== unnotified);
  return { ...state, monitorFailures, outbox: [...others, recovered] };
}
