import type { CountingSource } from '../events/counting-source.ts';
import { type Counts, countWhere } from '../events/counts.ts';
import { LOOK_REACH } from '../events/look-record.ts';
import { groupOf, isProblem, isSettled } from '../events/status-groups.ts';
import { MAX_NAME_SHOWN, nameText } from '../text/name-text.ts';
import { counted, formatCount, printable } from '../text/text.ts';
import { printThreshold, type Threshold } from '../thresholds/threshold.ts';
import { shareText } from '../thresholds/value-text.ts';
import { lengthInWords } from '../timeline/duration.ts';
import { compactTime, type Range } from '../timeline/time.ts';
import type { Notice } from './one-time-notice.ts';

/** The part of the monitor's state that says whether people know that it watches. */
export interface WatchingState {
  /** When people were notified that the monitor watches; `undefined` before. */
  readonly watchingSince?: number | undefined;
  readonly notices: readonly Notice[];
}

/** The first window, and how it was counted. */
export interface FirstWindow {
  readonly window: Range;
  readonly counts: Counts;
  /** All of it was counted completely. */
  readonly whole: boolean;
}

interface Watch {
  readonly at: number;
  readonly source: CountingSource | undefined;
  readonly thresholds: readonly Threshold[] | undefined;
  /** An incident has its own message in the same run. @default false */
  readonly isIncidentOpen?: boolean;
}

/**
 * The first sign of life. It comes once, after the first run that has counted a whole window. Until
 * then nobody knows whether silence is good news.
 *
 * @param first the window that the run evaluated; left out where it evaluated none
 */
export function noteWatching<S extends WatchingState>(
  state: S,
  first: FirstWindow | undefined,
  watch: Watch,
): S {
  if (state.watchingSince !== undefined || !first?.whole) return state;
  const notice: Notice = {
    id: `watching-${compactTime(watch.at)}`,
    topic: 'watching',
    at: watch.at,
    severity: 'warning',
    text: [
      headline(first),
      'You get this once: the monitor has begun to count.',
      ...lossLines(first.counts),
      ...nextLines(first.counts, watch.isIncidentOpen ?? false),
      '',
      ...sourceLines(watch.source, first.counts),
      `Limits (events, or % of events, in the last ${lengthOf(first.window)}): ${(watch.thresholds ?? []).map(printThreshold).join(', ')}`,
    ].join('\n'),
    range: first.window,
    told: [],
  };
  return { ...state, watchingSince: watch.at, notices: [...state.notices, notice] };
}

/** `Watching: 1,204 events of all accounts in the last hour, 12 not billed (1%).` */
function headline({ window, counts }: FirstWindow): string {
  const time = `in the last ${lengthOf(window)}`;
  const settled = countWhere(counts.byStatus, isSettled);
  const inProgress = countWhere(counts.byStatus, isInProgress);
  if (settled === 0 && inProgress > 0) {
    return `Watching: ${counted(inProgress, 'event')} of all accounts ${time}, all in progress.`;
  }
  if (settled === 0) return `Watching: no events of any account ${time}.`;
  const lost = countWhere(counts.byStatus, isProblem);
  const share = shareText((100 * lost) / settled);
  return `Watching: ${counted(settled, 'event')} of all accounts ${time}, ${formatCount(lost)} not billed (${share}).`;
}

function isInProgress(status: string): boolean {
  return groupOf(status) === 'in_progress';
}

function lengthOf({ start, end }: Range): string {
  return lengthInWords(end - start);
}

const NAMES = 3;

/** Whose events are not billed, or not yet; the cause is asked for only where a limit is reached. */
function lossLines({ byStatus, accounts }: Counts): string[] {
  const inProgress = countWhere(byStatus, isInProgress);
  const undecided =
    inProgress > 0
      ? [
          `In progress, unbilled: ${formatCount(inProgress)}. Nobody knows yet whether Togai bills them.`,
        ]
      : [];
  const all = countWhere(byStatus, isProblem);
  if (all === 0) return inProgress > 0 ? undecided : ['No account loses events.'];
  const losing = [...accounts.byName]
    .map(([name, group]) => ({ name, lost: countWhere(group.byStatus, isProblem) }))
    .filter(({ lost }) => lost > 0)
    .sort((a, b) => b.lost - a.lost);
  const shown = losing.slice(0, NAMES);
  const rest = all - shown.reduce((sum, { lost }) => sum + lost, 0);
  const parts = shown.map(
    ({ name, lost }) =>
      `${printable(nameText('account', name), MAX_NAME_SHOWN)} ${formatCount(lost)}`,
  );
  if (parts.length === 0) parts.push('accounts not known');
  else if (rest > 0) parts.push(`others ${formatCount(rest)}`);
  return [`Not billed: ${parts.join(', ')}.`, ...undecided];
}

/** The steps. An incident that is open contradicts "Do: nothing". */
function nextLines(counts: Counts, isIncidentOpen: boolean): string[] {
  const { byStatus } = counts;
  if (isIncidentOpen) {
    return [
      'A limit is reached already: a message with WARNING or CRITICAL says why, and whether it goes on.',
      'Do: go by that message.',
    ];
  }
  const isLosing = countWhere(byStatus, isProblem) > 0;
  return [
    ...(isLosing
      ? ['Why, and whether it goes on, is not known yet. A warning says it, if a limit is reached.']
      : []),
    doLine(counts),
    'If a limit is reached, a message with WARNING or CRITICAL comes here within minutes.',
  ];
}

function doLine({ byStatus, total }: Counts): string {
  if (total === 0) {
    return 'Do: if there should be events, check TogaiBaseUrl (production or sandbox) and the token.';
  }
  const isUndecided = countWhere(byStatus, isInProgress) > 0;
  const step = isUndecided ? 'if they stay in progress for an hour, ask Togai' : 'nothing';
  return `Do: ${step}. If Togai's console shows other numbers, check TogaiBaseUrl and the token.`;
}

/** How events are counted; the last line names those that are not seen. */
export function sourceLines(
  source: CountingSource | undefined,
  { lacksLate }: Pick<Counts, 'lacksLate'>,
): string[] {
  if (source === 'metrics') {
    return [
      "Source: Togai's own sums (Togai metrics), every few minutes.",
      `Not seen: events that come more than ${LOOK_REACH} late, or change their status after more than ${LOOK_REACH}.`,
    ];
  }
  return [
    "Source: Togai's list of events, each of them counted here.",
    lacksLate
      ? 'Not seen: events that come late, because nothing shows that Togai lists them by arrival.'
      : 'Not seen: events that change their status later than half a window.',
  ];
}
