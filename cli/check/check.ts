import { TogaiError } from '../../functions/monitor/errors.ts';
import type { Counts } from '../../functions/monitor/events/counts.ts';
import { type IgnoreEntries, remarksOn } from '../../functions/monitor/events/ignore-entries.ts';
import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import { isLong } from '../../functions/monitor/incidents/onset.ts';
import type { RequestStats } from '../../functions/monitor/ports.ts';
import { counted } from '../../functions/monitor/text/text.ts';
import { type Evaluation, evaluate } from '../../functions/monitor/thresholds/evaluate.ts';
import { isLonger, type WindowCounts } from '../../functions/monitor/thresholds/insufficient.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import { connectTogai } from '../connect-togai.ts';
import { fixedCredential } from '../credentials.ts';
import type { ProgressView } from '../progress.ts';
import type { FromStack } from '../settings.ts';
import type { Surroundings } from '../terminal.ts';
import {
  type CountedForCheck,
  type CountForCheckRequest,
  countForCheck,
} from './count-for-check.ts';
import { incidentsIn, lossEndedAt } from './ended-losses.ts';

/** The options of one check, read and valid. */
export interface CheckRequest extends CountForCheckRequest {
  readonly minimumEvents: number;
  /** The window that the limits are meant for, ms. */
  readonly windowMs: number;
  readonly ignoreEntries: IgnoreEntries;
  /** @default the settings are from no stack */
  readonly fromStack?: FromStack | undefined;
  readonly baseUrl: string;
  /** Whether the next command needs the address on its command line. `undefined`: there is none, because Togai is simulated. */
  readonly namesBaseUrl: boolean | undefined;
  readonly token: string;
  /** The source of the token, for messages. */
  readonly tokenSource: string;
  /** Whether the check must fail if Togai's answers show that the clock is ahead. Not for an end that a person gave. */
  readonly checkClock: boolean;
}

/** The evaluation of a threshold over the whole window. */
export interface CheckedThreshold extends Evaluation {
  /**
   * When the loss ended that breaches it, epoch ms; left out where some of it goes on, or may go
   * on.
   */
  readonly lossEndedAt?: number | undefined;
  /** The end was counted in one stretch with more than ten minutes before it: the loss may have ended earlier. */
  readonly mayHaveEndedEarlier?: boolean | undefined;
}

/** The counts of a window, and the evaluations of the thresholds. */
export interface CheckResult extends CountedForCheck {
  readonly asked: Range;
  readonly windowMs: number;
  readonly baseUrl: string;
  readonly namesBaseUrl: boolean | undefined;
  readonly fromStack?: FromStack | undefined;
  /** The check was interrupted: all numbers are lower bounds. */
  readonly isPart: boolean;
  /** Nothing shows that late events stand where the list was read: all numbers are lower bounds. */
  readonly lacksLate: boolean;
  /** The sum of all buckets. */
  readonly counts: Counts;
  readonly evaluations: readonly CheckedThreshold[];
  /** Sentences about entries of the ignore lists that are probably mistakes. */
  readonly ignoreRemarks: readonly string[];
  readonly stats: RequestStats;
  readonly durationMs: number;
}

/**
 * Counts a window and evaluates it. It is counted completely, unless the request asks for a part where the signal aborts.
 *
 * @throws SettingError, TogaiError; the reason of the signal when it aborts
 */
export async function check(
  request: CheckRequest,
  { clock, signal, requestTimeoutMs }: Surroundings,
  progress: ProgressView,
): Promise<CheckResult> {
  const { baseUrl } = request;
  const started = clock.elapsed();
  const togai = await connectTogai({
    baseUrl,
    credential: fixedCredential(request.token),
    tokenSource: request.tokenSource,
    requestsPerSecond: request.requestsPerSecond,
    clock,
    checkClock: request.checkClock,
    onWarning: progress.note,
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  });
  const now = clock.now();
  const { window, source, sourceReason, count } = await countForCheck(togai, request, {
    now,
    signal,
    note: progress.note,
    onProgress: (state) => progress.update(state, togai.stats().requests),
  });
  const counts = mergeCounts([...count.complete, ...count.unfinished].map((part) => part.counts));
  const isPart = count.unfinished.length > 0 || signal.aborted;
  const lacksLate = count.filteredHere && !count.timeFieldProven;
  const whole = !isPart && !lacksLate;
  if (counts.total === 0) signal.throwIfAborted();
  refuseIfNothingWasReadable(counts);
  return {
    window,
    source,
    sourceReason,
    asked: request.window,
    windowMs: request.windowMs,
    baseUrl,
    namesBaseUrl: request.namesBaseUrl,
    fromStack: request.fromStack,
    count,
    isPart,
    lacksLate,
    counts,
    evaluations: evaluationsOf(
      request,
      { window, count, now },
      { counts, whole, isLonger: isLonger(window, request.window) },
    ),
    ignoreRemarks: remarksOn(request.ignoreEntries, counts, window),
    stats: togai.stats(),
    durationMs: Math.round(clock.elapsed() - started),
  };
}

function evaluationsOf(
  { thresholds, minimumEvents, ignoreLists }: CheckRequest,
  { window, count, now }: Pick<CountedForCheck, 'window' | 'count'> & { readonly now: number },
  counted: WindowCounts & { readonly whole: boolean },
): CheckedThreshold[] {
  const pieces = count.complete.map(({ bucket, counts }) => ({
    ...bucket,
    counts,
    partial: false,
  }));
  // An hour of Togai metrics may end later than now, and nobody knows about a loss until then.
  const known = { start: window.start, end: Math.min(window.end, now) };
  const incidents = counted.whole
    ? incidentsIn(pieces, known, { thresholds, minimumEvents, ignoreLists })
    : [];
  return thresholds.map((threshold) => {
    const evaluation = evaluate(threshold, counted, { minimumEvents });
    const isBreached = evaluation.state === 'breached';
    const endedAt = isBreached ? lossEndedAt(threshold, incidents) : undefined;
    const last = pieces.find(({ end }) => end === endedAt);
    return { ...evaluation, lossEndedAt: endedAt, mayHaveEndedEarlier: last && isLong(last) };
  });
}

/** Some malformed events are reported with the counts. If all are malformed, a count of zero would be wrong. */
function refuseIfNothingWasReadable({ total, ignored, malformed, malformedExample }: Counts): void {
  if (malformed === 0 || total + ignored > 0) return;
  throw new TogaiError(
    'unreadable',
    `GET /events listed ${counted(malformed, 'event')}, and none could be read (${malformedExample}): check that the base URL is Togai's; if it is, report this to the project of this monitor`,
  );
}
