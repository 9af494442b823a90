import type { Count, CountProgress } from '../functions/monitor/counting/count.ts';
import { countAll } from '../functions/monitor/counting/listing/count-buckets.ts';
import { countAllHours } from '../functions/monitor/counting/metrics/count-hours.ts';
import { failedKnownByGroup } from '../functions/monitor/counting/metrics/metrics.ts';
import { SettingError, TogaiError } from '../functions/monitor/errors.ts';
import type { Counts, IgnoreLists } from '../functions/monitor/events/counts.ts';
import { mergeCounts } from '../functions/monitor/events/merge-counts.ts';
import type { RequestStats } from '../functions/monitor/ports.ts';
import { workersFor } from '../functions/monitor/settings/read-for-run.ts';
import { counted } from '../functions/monitor/text/text.ts';
import { type Evaluation, evaluate } from '../functions/monitor/thresholds/evaluate.ts';
import type { Threshold } from '../functions/monitor/thresholds/threshold.ts';
import { bucketsOf } from '../functions/monitor/timeline/bucket.ts';
import { DAY_MS, type Range } from '../functions/monitor/timeline/time.ts';
import { type Counting, hoursOf } from '../functions/monitor/timeline/timeline.ts';
import { connectTogai } from '../functions/monitor/togai/client.ts';
import { fixedCredential } from './credentials.ts';
import type { ProgressView } from './progress.ts';
import type { Surroundings } from './terminal.ts';

/** Everything `check` needs to know, read and checked. */
export interface CheckRequest {
  readonly window: Range;
  readonly thresholds: readonly Threshold[];
  readonly minimumEvents: number;
  readonly ignoreLists: IgnoreLists;
  readonly baseUrl: string;
  readonly token: string;
  /** Where the token came from, for messages. */
  readonly tokenSource: string;
  readonly requestsPerSecond: number;
  readonly counting: Counting;
}

/** What a window held and what the thresholds say of it. */
export interface CheckResult {
  /** Counting by metrics, it begins with an hour. */
  readonly window: Range;
  readonly counting: Counting;
  /** Where it was to begin. */
  readonly asked: number;
  /** The failed events of accounts and schemas were counted by themselves. */
  readonly failedKnown: boolean;
  readonly baseUrl: string;
  readonly count: Count;
  /** Of the whole window. */
  readonly counts: Counts;
  readonly evaluations: readonly Evaluation[];
  readonly stats: RequestStats;
  readonly durationMs: number;
}

/**
 * Counts a window completely and evaluates it.
 *
 * @throws SettingError, TogaiError; the signal's reason once that is aborted
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
          signal,
          onProgress,
        })
      : await countAllHours(togai, { hours, thresholds, ignoreLists, signal, onProgress });
  const counts = mergeCounts(result.complete.map((bucket) => bucket.counts));
  refuseIfNothingWasReadable(counts);
  return {
    window,
    counting,
    asked: request.window.start,
    failedKnown: failedKnownByGroup(counting, thresholds),
    baseUrl,
    count: result,
    counts,
    evaluations: thresholds.map((threshold) =>
      evaluate(threshold, { counts, whole: true }, { minimumEvents }),
    ),
    stats: togai.stats(),
    durationMs: Math.round(clock.elapsed() - started),
  };
}

/** One malformed event among good ones is reported; nothing but malformed ones are no count. */
function refuseIfNothingWasReadable({ total, ignored, malformed, malformedExample }: Counts): void {
  if (malformed === 0 || total + ignored > 0) return;
  throw new TogaiError(
    'unreadable',
    `GET /events listed ${counted(malformed, 'event')}, none of which could be read (${malformedExample}): check that the base URL is Togai's, and if it is please report this to this project`,
  );
}

/** A longer one would take hours, and its buckets would take the memory. */
const MAX_WINDOW_MS = 31 * DAY_MS;

/** @throws SettingError where a range is empty, not over yet, or too long */
export function checkWindow(window: Range, now: number): Range {
  if (window.start >= now) {
    throw new SettingError('--from lies in the future; choose a time that has passed');
  }
  if (window.start >= window.end) {
    throw new SettingError('--from is not before --to; swap them, or choose a later --to');
  }
  if (window.end > now) {
    throw new SettingError('--to lies in the future; leave it out to count up to now');
  }
  if (window.end - window.start > MAX_WINDOW_MS) {
    throw new SettingError('the range is longer than 31 days; count it in shorter pieces');
  }
  return window;
}
