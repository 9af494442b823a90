import type { Alert } from './alert.ts';
import { digest } from './alert.ts';
import type { TimeField } from './event.ts';
import type { GroupingNote } from './grouping.ts';
import type { Notification } from './notification.ts';
import { monitorNotification } from './notification.ts';
import type { CountedBucket } from './plan.ts';
import type { Tally } from './tally.ts';
import { formatCount } from './text.ts';
import { formatDuration, HOUR_MS, isoTime, MINUTE_MS, type Range, shortTime } from './time.ts';
import type { Counting, Timeline } from './timeline.ts';

/** Everything the monitor remembers, but for its buckets. One item; times are epoch ms. */
export interface MonitorState {
  /** Raised by each run; a write with a lower one is refused. */
  readonly runNumber: number;
  /** The run that holds, or held, the lease. */
  readonly runId: string;
  /** Until when that run may work; 0 once it has given the lease back. By the clock, not by the run's time. */
  readonly leaseUntil: number;
  /** Until when the next run sends nothing, by the clock: the requests of the last one still count. */
  readonly restUntil?: number | undefined;
  /** From when until when Togai has asked for no requests, by the clock. */
  readonly quiet?: Range | undefined;
  /** The time of the newest run that committed. */
  readonly committedAt: number | undefined;
  /** Runs in a row that began and did not finish, and the time of the first of them. */
  readonly unfinished: number;
  readonly unfinishedSince: number | undefined;
  /** Why the last of them could not count, where it lived to say so. */
  readonly problem: { readonly what: string; readonly cause: string } | undefined;
  /** How events were counted last; before there was a choice, one by one. */
  readonly counting?: Counting | undefined;
  /** By which time Togai was seen to filter. */
  readonly timeField: TimeField | undefined;
  /** The end of the newest bucket before which nothing is outstanding. */
  readonly frontier: number | undefined;
  /** The newest window end that was judged. */
  readonly judgedTo: number | undefined;
  readonly alerts: readonly Alert[];
  /** Decided, not delivered. */
  readonly pending: readonly Notification[];
  /** How often a bucket could not be counted in a run in which others could, by its start. */
  readonly failures: Readonly<Record<string, number>>;
  /** A MuteUntil that was refused: what was too far ahead does not become valid by waiting. */
  readonly refusedMute: string | undefined;
  /** Tokens that Togai rejected in the last half hour. */
  readonly rejections: readonly Rejection[];
  /** What is being skipped, as long as it grows. */
  readonly gap: OpenGap | undefined;
  /** What is the matter with the monitor itself, by kind, as far as people were told. */
  readonly troubles: Readonly<Partial<Record<TroubleKind, Trouble>>>;
}

interface Rejection {
  readonly digest: string;
  /** The last time, by the clock. */
  readonly at: number;
  /** How many requests with it were rejected; before they were counted, one. */
  readonly count?: number;
}

interface OpenGap extends Range {
  readonly alertId: string;
  /** The end that people were told, and when. */
  readonly toldEnd: number;
  readonly lastToldAt: number;
  readonly grownAt: number;
  /** Some of what lies in it was counted. */
  readonly holed: boolean;
}

type TroubleKind = 'run' | 'settings' | 'size' | 'grouping';

interface Trouble {
  readonly alertId: string;
  readonly since: number;
  readonly lastToldAt: number;
  /** What is the matter; something else is told anew. */
  readonly cause: string;
}

/** A bucket as it is stored. */
export interface BucketRecord extends CountedBucket {
  /** Of the run that counted it. */
  readonly runNumber: number;
  readonly tally: Tally;
}

export const NEW_STATE: MonitorState = {
  runNumber: 0,
  runId: '',
  leaseUntil: 0,
  committedAt: undefined,
  unfinished: 0,
  unfinishedSince: undefined,
  problem: undefined,
  timeField: undefined,
  frontier: undefined,
  judgedTo: undefined,
  alerts: [],
  pending: [],
  failures: {},
  refusedMute: undefined,
  rejections: [],
  gap: undefined,
  troubles: {},
};

const MANY_TOO_LARGE = 3;
const UNFINISHED_RUNS = 3;
const UNFINISHED_MS = 15 * MINUTE_MS;
/** Half an hour, and as much as the clocks of two runs may differ by. */
const REJECTION_MS = 31 * MINUTE_MS;
const MAX_REJECTIONS = 4;
/** A gap that has not grown for so long is over, though no run could say so. */
const GAP_PAUSE_MS = 60 * MINUTE_MS;

/** What to say of runs that began and did not end, and did not live to say why. */
const KILLED =
  'The last runs began and did not end: they were killed or ran out of time. Look at the logs and the timeout of the function.';

export interface LeaseRequest {
  readonly runId: string;
  /** The run's time, epoch ms. */
  readonly at: number;
  /** The clock's time, epoch ms. */
  readonly now: number;
  readonly leaseMs: number;
  /** See {@link noteUnfinished}. */
  readonly repeatMs: number;
}

/** The state with the lease taken and what is to be told of the runs before, or why it cannot be taken. */
export function takeLease(
  state: MonitorState,
  { runId, at, now, leaseMs, repeatMs }: LeaseRequest,
): MonitorState | 'held' | 'late' {
  if (state.leaseUntil > now) return 'held';
  if (state.committedAt !== undefined && state.committedAt > at) return 'late';
  const problem = state.problem ?? { what: KILLED, cause: 'killed' };
  const noted = noteUnfinished(state, { at, ...problem, atOnce: false, repeatMs });
  return {
    ...noted,
    runNumber: state.runNumber + 1,
    runId,
    leaseUntil: now + leaseMs,
    unfinished: state.unfinished + 1,
    unfinishedSince: state.unfinishedSince ?? at,
    problem: undefined,
  };
}

interface UnfinishedNote {
  readonly at: number;
  /** What fails and what to do. */
  readonly what: string;
  /** Names it, to tell it from what was told before. */
  readonly cause: string;
  /** Too bad to wait for three runs. */
  readonly atOnce: boolean;
  readonly repeatMs: number;
}

/**
 * What people must know of runs that do not finish: after three in a row over at least 15 minutes, or at
 * once for a rejected token. Told again every `repeatMs` (0: never) while it lasts.
 */
export function noteUnfinished(
  state: MonitorState,
  { at, what, cause, atOnce, repeatMs }: UnfinishedNote,
): MonitorState {
  const since = state.unfinishedSince ?? at;
  const lasting = state.unfinished >= UNFINISHED_RUNS && at - since >= UNFINISHED_MS;
  return atOnce || lasting
    ? tellTrouble(state, 'run', { at, since, what, cause, repeatMs, anew: atOnce })
    : state;
}

/** The same for settings that only turn out wrong at run time; `what` is empty when they are right. */
export function noteSettings(
  state: MonitorState,
  { at, what, repeatMs }: { at: number; what: string; repeatMs: number },
): MonitorState {
  if (what !== '') {
    return tellTrouble(state, 'settings', {
      at,
      since: at,
      what,
      cause: what,
      repeatMs,
      anew: true,
    });
  }
  return endTrouble(state, 'settings', at, 'The settings can be used again.');
}

/**
 * Buckets that do not fit into a run: three in the last hour that was counted are told, and again every `repeatMs`
 * (0: never) while there is one.
 *
 * @param counted the buckets before the frontier
 */
export function noteSize(
  state: MonitorState,
  counted: Iterable<Pick<BucketRecord, 'start' | 'partial' | 'tally'>>,
  { at, repeatMs }: { at: number; repeatMs: number },
): MonitorState {
  const end = state.frontier ?? at;
  const tooLarge = [...counted].filter(
    ({ start, partial, tally }) =>
      partial && tally.total + tally.ignored > 0 && start >= end - HOUR_MS && start < end,
  );
  if (tooLarge.length === 0) {
    return endTrouble(state, 'size', at, 'For an hour every bucket has been counted to its end.');
  }
  if (tooLarge.length < MANY_TOO_LARGE && !state.troubles.size) return state;
  const largest = Math.max(...tooLarge.map(({ tally }) => tally.total + tally.ignored));
  return tellTrouble(state, 'size', {
    at,
    since: at,
    what: `${tooLarge.length} of the last 12 buckets of five minutes hold more events than a run can fetch (at least ${formatCount(largest)} in one): they are kept as lower bounds, so counts are too low and shares cannot be judged. Raise MaxRequestsPerSecond (50 events a request), within what Togai's quota leaves, or let Togai count: Counting = metrics.`,
    cause: 'size',
    repeatMs,
    anew: false,
  });
}

/** Rules that cannot be judged because Togai does not tell apart what they are about. */
export function noteGrouping(
  state: MonitorState,
  { at, what, isOver, repeatMs }: GroupingNote & { readonly at: number; readonly repeatMs: number },
): MonitorState {
  if (what === undefined) {
    if (!isOver) return state;
    return endTrouble(
      state,
      'grouping',
      at,
      'Togai tells accounts and schemas apart again: rules about them are judged once every hour of the window was counted so.',
    );
  }
  const note = { at, since: at, what, cause: what, repeatMs, anew: true };
  return tellTrouble(state, 'grouping', note);
}

/**
 * How events are counted from now on. What was counted in another way is of no use: the newest window is outstanding again.
 *
 * @param newestEnd the end of the newest bucket that can be counted
 */
export function noteCounting(
  state: MonitorState,
  counting: Counting,
  timeline: Timeline,
  newestEnd: number,
): MonitorState {
  if ((state.counting ?? 'events') === counting || state.frontier === undefined) {
    return { ...state, counting };
  }
  const frontier = Math.min(state.frontier, timeline.windowOf(newestEnd).start);
  return { ...state, counting, frontier };
}

/** A run that did what it had to. */
export function noteFinished(state: MonitorState, at: number): MonitorState {
  const finished = { ...state, unfinished: 0, unfinishedSince: undefined, problem: undefined };
  const since = state.troubles.run?.since ?? at;
  return endTrouble(
    finished,
    'run',
    at,
    `Counting works again, after ${formatDuration(at - since)}. What was missed is being caught up with.`,
  );
}

/**
 * A range that is skipped for good. While it goes on growing, run by run, it is one gap: told when it begins,
 * every `repeatMs` (0: never) while it grows, and once more, whole, when it has ended.
 */
export function noteGap(
  state: MonitorState,
  gap: Range | undefined,
  { at, repeatMs }: { at: number; repeatMs: number },
): MonitorState {
  const open = state.gap;
  const growing = open !== undefined && gap !== undefined && at - open.grownAt <= GAP_PAUSE_MS;
  if (open && !growing) {
    const closed = { ...state, gap: undefined };
    const told = open.end > open.toldEnd ? tellGap(closed, open, at) : closed;
    return noteGap(told, gap, { at, repeatMs });
  }
  if (!gap) return state;
  const judgedTo = Math.max(state.judgedTo ?? gap.end, gap.end);
  const moved = { ...state, frontier: gap.end, judgedTo };
  if (!open) {
    const alertId = `gap-${digest(String(gap.start))}`;
    const begun = { ...gap, alertId, toldEnd: gap.end, lastToldAt: at, grownAt: at, holed: false };
    return tellGap({ ...moved, gap: begun }, begun, at);
  }
  const holed = open.holed || gap.start > open.end;
  const grown = { ...open, end: gap.end, grownAt: at, holed };
  if (repeatMs === 0 || at - open.lastToldAt < repeatMs) return { ...moved, gap: grown };
  return tellGap({ ...moved, gap: { ...grown, toldEnd: gap.end, lastToldAt: at } }, grown, at);
}

function tellGap(state: MonitorState, { alertId, start, end, holed }: OpenGap, at: number) {
  const length = formatDuration(end - start);
  const reason = `From ${shortTime(start)} to ${shortTime(end)} UTC (${length}) ${holed ? 'not everything' : 'nothing'} was counted, and it is farther back than MaxCatchUpHours: the monitor did not run, could not count, or is too slow for the traffic (MaxRequestsPerSecond). Count it by hand: npx unmetered check --from ${isoTime(start)} --to ${isoTime(end)}`;
  const others = state.pending.filter((entry) => entry.alertId !== alertId);
  const notification = monitorNotification('gap', alertId, at, reason, { start, end });
  return { ...state, pending: [...others, notification] };
}

/** What is left of a time without requests. What a clock that is ahead has said begins now: it lasts no longer than was asked. */
export function quietAt(quiet: Range | undefined, now: number): Range | undefined {
  if (!quiet) return undefined;
  const start = Math.min(quiet.start, now);
  const end = start + quiet.end - quiet.start;
  return end > now ? { start, end } : undefined;
}

/** Whether a token may be sent: not one that was rejected lately, and none after too many rejected requests. */
export function maySend(state: MonitorState, tokenDigest: string, now: number): boolean {
  const recent = recentRejections(state, now);
  return rejected(recent) < MAX_REJECTIONS && !recent.some(({ digest }) => digest === tokenDigest);
}

/** How many requests may be on their way at once: after a rejection no more than may still be rejected. */
export function mostUnderWay(state: MonitorState, now: number): number {
  const count = rejected(recentRejections(state, now));
  return count === 0 ? Number.POSITIVE_INFINITY : Math.max(1, MAX_REJECTIONS - count);
}

export function noteRejection(state: MonitorState, tokenDigest: string, now: number): MonitorState {
  const recent = recentRejections(state, now);
  const others = recent.filter(({ digest }) => digest !== tokenDigest);
  const count = 1 + rejected(recent) - rejected(others);
  return { ...state, rejections: [...others, { digest: tokenDigest, at: now, count }] };
}

function recentRejections({ rejections }: MonitorState, now: number): readonly Rejection[] {
  return rejections.filter(({ at }) => now - at < REJECTION_MS);
}

function rejected(rejections: readonly Rejection[]): number {
  return rejections.reduce((sum, { count = 1 }) => sum + count, 0);
}

function tellTrouble(
  state: MonitorState,
  kind: TroubleKind,
  { at, since, what, cause, repeatMs, anew }: TroubleNote,
): MonitorState {
  const before = state.troubles[kind];
  const again = before !== undefined && repeatMs > 0 && at - before.lastToldAt >= repeatMs;
  const other = before !== undefined && anew && before.cause !== cause;
  if (before && !again && !other) return state;
  const alertId = before?.alertId ?? `${kind}-${digest(`${kind}${since}`)}`;
  const trouble: Trouble = { alertId, since: before?.since ?? since, lastToldAt: at, cause };
  const others = state.pending.filter((entry) => entry.alertId !== alertId);
  const told = monitorNotification('failing', alertId, at, what);
  // One run may tell first of those before it, and then what it has met itself.
  const id = before?.lastToldAt === at ? `${told.id}.${digest(cause)}` : told.id;
  return {
    ...state,
    troubles: { ...state.troubles, [kind]: trouble },
    pending: [...others, { ...told, id }],
  };
}

interface TroubleNote {
  readonly at: number;
  readonly since: number;
  readonly what: string;
  readonly cause: string;
  readonly repeatMs: number;
  /** Another cause is told at once. */
  readonly anew: boolean;
}

function endTrouble(
  state: MonitorState,
  kind: TroubleKind,
  at: number,
  what: string,
): MonitorState {
  const before = state.troubles[kind];
  if (!before) return state;
  const { [kind]: _, ...troubles } = state.troubles;
  // If nobody was told yet that it failed, as far as is known, the one message tells both.
  const untold = state.pending.find((entry) => entry.alertId === before.alertId);
  const reason = untold ? `${untold.reason} This is over. ${what}` : what;
  const recovered = monitorNotification('recovered', before.alertId, at, reason);
  const others = state.pending.filter((entry) => entry !== untold);
  return { ...state, troubles, pending: [...others, recovered] };
}
