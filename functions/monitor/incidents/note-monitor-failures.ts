import type { BucketRecord } from '../events/bucket-record.ts';
import { entriesIn } from '../events/counts.ts';
import { PAGE_SIZE } from '../events/page-size.ts';
import { formatCount } from '../text/text.ts';
import { BUCKET_MS } from '../timeline/bucket.ts';
import { HOUR_MS, MINUTE_MS } from '../timeline/time.ts';
import { endFailure, type FailureState, isFailing, noteFailure } from './monitor-failures.ts';

/** The part of the monitor's state that says whether runs finish. */
export interface RunFailureState extends FailureState {
  /** The scheduled time of the newest run that could count, epoch ms. */
  readonly completeAt?: number | undefined;
  /** Runs in a row that began and did not finish. */
  readonly unfinished: number;
  /** The scheduled time of the first of them, epoch ms. */
  readonly unfinishedSince: number | undefined;
  /** Why the last of them could not count; `undefined` if it was killed. */
  readonly problem: { readonly what: string; readonly cause: string } | undefined;
}

/** So many buckets of the last {@link SIZE_REACH_MS} must be too large for a run. */
const MANY_TOO_LARGE = 3;
export const SIZE_REACH_MS = HOUR_MS;

/** So many runs in a row, over so long a time, must not finish. */
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
}

/**
 * Runs that do not finish: after three in a row over at least 15 minutes. At once where the token
 * or a setting cannot be used.
 */
export function noteUnfinished<S extends RunFailureState>(
  state: S,
  { at, what, cause, atOnce }: UnfinishedNote,
): S {
  const since = state.unfinishedSince ?? at;
  const isLasting = state.unfinished >= UNFINISHED_RUNS && at - since >= UNFINISHED_MS;
  if (!atOnce && !isLasting && !isFailing(state, 'run')) return state;
  return noteFailure(state, 'run', { at, since, what, cause, anew: atOnce });
}

/** Settings that turn out wrong only at run time. An empty `what` ends the failure. */
export function noteSettings<S extends FailureState>(
  state: S,
  { at, what }: { readonly at: number; readonly what: string },
): S {
  return what === ''
    ? endFailure(state, 'settings', at, 'The settings can be used again.')
    : noteFailure(state, 'settings', { at, what, cause: what, anew: true });
}

/**
 * Three buckets of the last counted hour did not fit into a run. It lasts while there is one.
 *
 * @param counted the buckets before the watermark
 */
export function noteSize<S extends FailureState & { readonly watermark: number | undefined }>(
  state: S,
  counted: Iterable<Pick<BucketRecord, 'start' | 'partial' | 'counts'>>,
  at: number,
): S {
  const end = state.watermark ?? at;
  const tooLarge = [...counted].filter(
    ({ start, partial, counts }) =>
      partial && entriesIn(counts) > 0 && start >= end - SIZE_REACH_MS && start < end,
  );
  if (tooLarge.length === 0) {
    return endFailure(state, 'size', at, 'For an hour every bucket has been counted to its end.');
  }
  if (tooLarge.length < MANY_TOO_LARGE && !isFailing(state, 'size')) return state;
  const largest = Math.max(...tooLarge.map(({ counts }) => entriesIn(counts)));
  return noteFailure(state, 'size', {
    at,
    what: `Counts are too low. ${tooLarge.length} of the last ${SIZE_REACH_MS / BUCKET_MS} buckets of five minutes hold more events than a run can fetch (at least ${formatCount(largest)} in one). They are kept as lower bounds, and shares are not evaluated. Raise MaxRequestsPerSecond (${PAGE_SIZE} events a request), as far as Togai's quota allows.`,
    cause: 'size',
  });
}

interface GroupingNote {
  readonly at: number;
  /** The rules that cannot be evaluated, and the next step; `undefined` if there are none. */
  readonly what: string | undefined;
  /** Togai groups by all that the rules need: the failure has ended. */
  readonly isOver: boolean;
}

/** Rules that cannot be evaluated because Togai does not group by account or schema. */
export function noteGrouping<S extends FailureState>(
  state: S,
  { at, what, isOver }: GroupingNote,
): S {
  if (what === undefined) {
    if (!isOver) return state;
    return endFailure(
      state,
      'grouping',
      at,
      'Togai tells accounts and schemas apart again. Rules about them are evaluated again.',
    );
  }
  return noteFailure(state, 'grouping', { at, what, cause: what, anew: true });
}

/** Both sources differ. An empty `what` ends the failure. */
export function noteSources<S extends FailureState>(
  state: S,
  { at, what }: { readonly at: number; readonly what: string },
): S {
  if (what === '') return endFailure(state, 'sources', at, 'Both sources agree again.');
  return noteFailure(state, 'sources', { at, what, cause: 'sources' });
}

/** Ends the failure of runs: this run could count. */
export function noteFinished<S extends RunFailureState>(state: S, at: number): S {
  const finished = {
    ...state,
    completeAt: at,
    unfinished: 0,
    unfinishedSince: undefined,
    problem: undefined,
  };
  return endFailure(
    finished,
    'run',
    at,
    'Counting works again. The missed time is counted now, a part in each run. If some of it is too old to count, a message about that time says so.',
  );
}
