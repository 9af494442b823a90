import {
  createTogaiClient,
  type TogaiClientStats,
} from '../functions/monitor/adapters/togai/client.ts';
import { type Count, count } from '../functions/monitor/count.ts';
import { SettingError, TogaiError } from '../functions/monitor/errors.ts';
import { bucketsOf } from '../functions/monitor/steps/bucket.ts';
import { judge, type Verdict } from '../functions/monitor/steps/judge.ts';
import { mergeTallies, type Tally, type Waived } from '../functions/monitor/steps/tally.ts';
import { counted } from '../functions/monitor/steps/text.ts';
import type { Threshold } from '../functions/monitor/steps/threshold.ts';
import type { Range } from '../functions/monitor/steps/time.ts';
import type { ProgressView } from './progress.ts';
import type { Surroundings } from './terminal.ts';

/** Everything `check` needs to know, read and checked. */
export interface CheckRequest {
  readonly window: Range;
  readonly thresholds: readonly Threshold[];
  readonly minimumEvents: number;
  readonly waived: Waived;
  readonly baseUrl: string;
  readonly token: string;
  /** Where the token came from, for messages. */
  readonly tokenSource: string;
  readonly requestsPerSecond: number;
}

/** What a window held and what the thresholds say of it. */
export interface CheckResult {
  readonly window: Range;
  readonly baseUrl: string;
  readonly count: Count;
  /** Of the whole window. */
  readonly tally: Tally;
  readonly verdicts: readonly Verdict[];
  readonly stats: TogaiClientStats;
  readonly durationMs: number;
}

/**
 * Counts a window completely and judges it.
 *
 * @throws SettingError, TogaiError; the signal's reason once that is aborted
 */
export async function check(
  request: CheckRequest,
  { clock, signal, requestTimeoutMs }: Surroundings,
  progress: ProgressView,
): Promise<CheckResult> {
  const { window, thresholds, waived, minimumEvents, baseUrl } = request;
  const started = clock.elapsed();
  const togai = createTogaiClient({
    baseUrl,
    token: request.token,
    tokenSource: request.tokenSource,
    requestsPerSecond: request.requestsPerSecond,
    clock,
    onTrouble: progress.note,
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  });
  const result = await count(togai, {
    buckets: bucketsOf(window),
    waived,
    lanes: lanesFor(request.requestsPerSecond),
    signal,
    onProgress: (state) => progress.update(state, togai.stats().requests),
  });
  const tally = mergeTallies(result.buckets.map((bucket) => bucket.tally));
  refuseIfNothingWasReadable(tally);
  return {
    window,
    baseUrl,
    count: result,
    tally,
    verdicts: thresholds.map((threshold) =>
      judge(threshold, { tally, whole: true }, { minimumEvents }),
    ),
    stats: togai.stats(),
    durationMs: Math.round(clock.elapsed() - started),
  };
}

/** Enough to keep the pacer busy while an answer takes up to 0.3 s. */
function lanesFor(requestsPerSecond: number): number {
  return Math.max(2, Math.ceil(requestsPerSecond * 0.3));
}

/** One malformed event among good ones is reported; nothing but malformed ones are no count. */
function refuseIfNothingWasReadable({ total, ignored, malformed, malformedExample }: Tally): void {
  if (malformed === 0 || total + ignored > 0) return;
  throw new TogaiError(
    'unreadable',
    `GET /events listed ${counted(malformed, 'event')}, none of which could be read (${malformedExample}): check that the base URL is Togai's, and if it is please report this to this project`,
  );
}

/** @throws SettingError where a range is empty or not over yet */
export function checkWindow(window: Range, now: number): Range {
  if (window.start >= window.end) {
    throw new SettingError('--from is not before --to; swap them, or choose a later --to');
  }
  if (window.end > now) {
    throw new SettingError('--to lies in the future; leave it out to count up to now');
  }
  return window;
}
