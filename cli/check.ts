import type { Count, CountProgress } from '../functions/monitor/counting/count.ts';
import { countAll } from '../functions/monitor/counting/listing/count-buckets.ts';
import { countAllHours } from '../functions/monitor/counting/metrics/count-hours.ts';
import { failedKnownByGroup } from '../functions/monitor/counting/metrics/metric-queries.ts';
import { TogaiError } from '../functions/monitor/errors.ts';
import type { Counts, IgnoreLists } from '../functions/monitor/events/counts.ts';
import { type IgnoreEntries, remarksOn } from '../functions/monitor/events/ignore-entries.ts';
import { mergeCounts } from '../functions/monitor/events/merge-counts.ts';
import type { RequestStats } from '../functions/monitor/ports.ts';
import { workersFor } from '../functions/monitor/settings/read-for-run.ts';
import { counted } from '../functions/monitor/text/text.ts';
import { type Evaluation, evaluate } from '../functions/monitor/thresholds/evaluate.ts';
import type { Threshold } from '../functions/monitor/thresholds/threshold.ts';
import { bucketsOf } from '../functions/monitor/timeline/bucket.ts';
import type { Range } from '../functions/monitor/timeline/time.ts';
import { type Counting, hoursOf } from '../functions/monitor/timeline/timeline.ts';
import { connectTogai } from './connect.ts';
import { fixedCredential } from './credentials.ts';
import type { ProgressView } from './progress.ts';
import type { Surroundings } from './terminal.ts';

/** Never aborted. */
const NEVER = new AbortController().signal;

/** The options of one check, read and valid. */
export interface CheckRequest {
  readonly window: Range;
  readonly thresholds: readonly Threshold[];
  readonly minimumEvents: number;
  readonly ignoreLists: IgnoreLists;
  readonly ignoreEntries: IgnoreEntries;
  readonly baseUrl: string;
  readonly token: string;
  /** The source of the token, for messages. */
  readonly tokenSource: string;
  readonly requestsPerSecond: number;
  readonly counting: Counting;
  /** Whether an interrupted check returns what it has counted so far. */
  readonly keepsPart: boolean;
  /** Whether the check must fail if Togai's answers show that the clock is ahead. Not for an end that a person gave. */
  readonly checkClock: boolean;
}

/** The counts of a window, and the evaluations of the thresholds. */
export interface CheckResult {
  /** With Togai metrics it starts on the hour. */
  readonly window: Range;
  readonly counting: Counting;
  /** The start that was asked for, epoch ms. */
  readonly asked: number;
  /** Whether failed events are counted for each account and schema. Togai metrics are asked only if a threshold needs it. */
  readonly failedKnown: boolean;
  readonly baseUrl: string;
  readonly count: Count;
  /** The check was interrupted: all numbers are lower bounds. */
  readonly isPart: boolean;
  /** The sum of all buckets. */
  readonly counts: Counts;
  readonly evaluations: readonly Evaluation[];
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
  const { thresholds, ignoreLists, minimumEvents, baseUrl, counting } = request;
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
  const onProgress = (state: CountProgress) =>
    progress.update({ ...state, counting }, togai.stats().requests);
  const hours = hoursOf(request.window);
  const window =
    counting === 'events'
      ? request.window
      : { start: hours[0]?.start ?? request.window.start, end: request.window.end };
  const result =
    counting === 'events'
      ? await countAll(togai, {
          buckets: bucketsOf(window),
          ignoreLists,
          workers: workersFor(request.requestsPerSecond),
          ...(request.keepsPart ? { signal: NEVER, softDeadline: signal } : { signal }),
          onProgress,
        })
      : await countAllHours(togai, { hours, thresholds, ignoreLists, signal, onProgress });
  const counts = mergeCounts([...result.complete, ...result.unfinished].map((part) => part.counts));
  const isPart = result.unfinished.length > 0 || signal.aborted;
  if (counts.total === 0) signal.throwIfAborted();
  refuseIfNothingWasReadable(counts);
  return {
    window,
    counting,
    asked: request.window.start,
    failedKnown: failedKnownByGroup(counting, thresholds),
    baseUrl,
    count: result,
    isPart,
    counts,
    evaluations: thresholds.map((threshold) =>
      evaluate(threshold, { counts, whole: !isPart }, { minimumEvents }),
    ),
    ignoreRemarks: remarksOn(request.ignoreEntries, counts, window),
    stats: togai.stats(),
    durationMs: Math.round(clock.elapsed() - started),
  };
}

/** Some malformed events are reported with the counts. If all are malformed, a count of zero would be wrong. */
function refuseIfNothingWasReadable({ total, ignored, malformed, malformedExample }: Counts): void {
  if (malformed === 0 || total + ignored > 0) return;
  throw new TogaiError(
    'unreadable',
    `GET /events listed ${counted(malformed, 'event')}, and none could be read (${malformedExample}): check that the base URL is Togai's; if it is, report this to the project of this monitor`,
  );
}
