import type { BucketCount, Count } from '../../functions/monitor/counting/count-result.ts';
import { neitherSource } from '../../functions/monitor/counting/error-of-both-sources.ts';
import { workersFor } from '../../functions/monitor/counting/how-many-workers.ts';
import { countAll } from '../../functions/monitor/counting/listing/count-buckets.ts';
import type { CountRequest } from '../../functions/monitor/counting/listing/count-request.ts';
import { countRange } from '../../functions/monitor/counting/metrics/count-range.ts';
import { TogaiError, type TogaiFailure } from '../../functions/monitor/errors.ts';
import type { Counting, CountingSource } from '../../functions/monitor/events/counting-source.ts';
import type { IgnoreLists } from '../../functions/monitor/events/counts.ts';
import { PAGE_SIZE } from '../../functions/monitor/events/page-size.ts';
import type { EventMetrics, UsageEvents } from '../../functions/monitor/ports.ts';
import { formatCount } from '../../functions/monitor/text/text.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { formatDuration } from '../../functions/monitor/timeline/duration.ts';
import { type Range, SECOND_MS } from '../../functions/monitor/timeline/time.ts';

/** Never aborted. */
const NEVER = new AbortController().signal;

/** A person wonders after so long. */
const LONG_WAIT_MS = 10_000;
/** A person does not wait for so long, if there is another way. */
const LONGEST_LISTING_MS = 60_000;

/** Failures of a list after which Togai metrics may still count. */
const OF_THE_LIST: readonly TogaiFailure[] = ['forbidden', 'refused', 'uncountable'];

/** The part of a check's request that counting uses. */
export interface CountForCheckRequest {
  readonly window: Range;
  readonly thresholds: readonly Threshold[];
  readonly ignoreLists: IgnoreLists;
  readonly requestsPerSecond: number;
  readonly counting: Counting;
  /** Whether an interrupted check returns its counts so far. */
  readonly keepsPart: boolean;
}

/** The counts of a check, and their source. */
export interface CountedForCheck {
  /** With Togai metrics it may be longer than the asked range, to the full hours. */
  readonly window: Range;
  readonly source: CountingSource;
  /** Why it is this source, in a sentence. */
  readonly sourceReason: string;
  readonly count: Count;
}

interface Around {
  /** By the clock, epoch ms. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** Prints a message while it is counted. */
  readonly note: (message: string) => void;
  readonly onProgress: NonNullable<CountRequest['onProgress']>;
}

/** Why events are not listed, as a sentence. */
class NotByList extends Error {}

/**
 * Counts the range of a check. Without a source in the request, events are listed where that takes up to a minute and Togai
 * filters by time; otherwise Togai counts.
 *
 * @throws SettingError, TogaiError; the reason of the signal when it aborts
 */
export function countForCheck(
  togai: UsageEvents & EventMetrics,
  request: CountForCheckRequest,
  around: Around,
): Promise<CountedForCheck> {
  switch (request.counting) {
    case 'metrics':
      return byMetrics(togai, request, around, 'Counting is set to metrics.');
    case 'listing':
      return byList(togai, request, around, 'Counting is set to listing.');
    case 'auto':
      return byEither(togai, request, around);
  }
}

async function byEither(
  togai: UsageEvents & EventMetrics,
  request: CountForCheckRequest,
  around: Around,
): Promise<CountedForCheck> {
  try {
    return await byList(togai, request, around, 'Each event was listed.', {
      onEstimate(events) {
        const waitMs = timeToList(events, request);
        if (waitMs < LONGEST_LISTING_MS) return;
        throw new NotByList(
          `${lengthOf(events)}: to list them would take about ${waitText(waitMs)}.`,
        );
      },
      onUnfiltered() {
        throw new NotByList(
          'This Togai does not filter its list by time, so a quick count by list could miss late events.',
        );
      },
    });
  } catch (error) {
    if (!(error instanceof NotByList || isOfTheList(error))) throw error;
    const reason = error instanceof NotByList ? error.message : `${error.message}.`;
    try {
      return await byMetrics(togai, request, around, reason);
    } catch (other) {
      if (!(error instanceof NotByList)) throw neitherSource(error, problemOf(other));
      if (!isOfMetrics(other)) throw other;
      around.note(`${reason} Togai metrics cannot be used (${why(other)}), so events are listed.`);
      return await byList(
        togai,
        request,
        around,
        `Togai metrics cannot be used: ${other.message}.`,
      ).catch((last) => {
        throw neitherSource(last, other.message);
      });
    }
  }
}

async function byList(
  togai: UsageEvents,
  request: CountForCheckRequest,
  { signal, onProgress, note }: Around,
  sourceReason: string,
  limits: Pick<CountRequest, 'onEstimate' | 'onUnfiltered'> = {},
): Promise<CountedForCheck> {
  const { window, ignoreLists, requestsPerSecond, keepsPart } = request;
  const count = await countAll(togai, {
    buckets: bucketsOf(window),
    ignoreLists,
    workers: workersFor(requestsPerSecond),
    ...(keepsPart ? { signal: NEVER, softDeadline: signal } : { signal }),
    ...limits,
    onEstimate(events) {
      limits.onEstimate?.(events);
      const waitMs = timeToList(events, request);
      if (waitMs < LONG_WAIT_MS) return;
      const orElse = limits.onUnfiltered ? ', unless Togai counts them' : '';
      note(`${lengthOf(events)}: to list them takes about ${waitText(waitMs)}${orElse}`);
    },
    onProgress,
  });
  return { window, source: 'listing', sourceReason, count };
}

async function byMetrics(
  togai: EventMetrics,
  { window, thresholds, ignoreLists }: CountForCheckRequest,
  { now, signal }: Around,
  sourceReason: string,
): Promise<CountedForCheck> {
  const request = { range: window, thresholds, ignoreLists, now, signal };
  const { range, pieces } = await countRange(togai, request);
  const complete = pieces.map(({ start, end, counts }): BucketCount => {
    return { bucket: { start, end }, counts, timeField: 'createdAt' };
  });
  const count: Count = {
    complete,
    unfinished: [],
    failed: [],
    stopped: undefined,
    timeField: 'createdAt',
    timeFieldProven: false,
    filteredHere: false,
  };
  return { window: range, source: 'metrics', sourceReason, count };
}

function isOfTheList(error: unknown): error is TogaiError {
  return error instanceof TogaiError && OF_THE_LIST.includes(error.failure);
}

/** Not a rejected token, or a used-up quota: a list would meet them too. */
function isOfMetrics(error: unknown): error is TogaiError {
  if (!(error instanceof TogaiError)) return false;
  return error.failure !== 'unauthorized' && error.failure !== 'throttled';
}

/** A refusal is in the result as well, with the words of Togai. */
function why({ failure, message }: TogaiError): string {
  return failure === 'forbidden' ? 'the token may not read them' : message;
}

function problemOf(error: unknown): string | undefined {
  return isOfMetrics(error) ? error.message : undefined;
}

function timeToList(events: number, { requestsPerSecond }: CountForCheckRequest): number {
  return (SECOND_MS * events) / PAGE_SIZE / requestsPerSecond;
}

/** `About 3,600 events, by the newest ones` */
function lengthOf(events: number): string {
  return `About ${formatCount(Number(events.toPrecision(2)))} events, by the newest ones`;
}

function waitText(waitMs: number): string {
  return formatDuration(Math.ceil(waitMs / SECOND_MS) * SECOND_MS);
}
