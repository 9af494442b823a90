import { type MonitorError, TogaiError } from '../../errors.ts';
import { entriesIn, type IgnoreLists } from '../../events/counts.ts';
import type { Grouping, MetricQuery, MetricsAnswer } from '../../events/metrics-answer.ts';
import type { EventMetrics } from '../../ports.ts';
import type { Threshold } from '../../thresholds/threshold.ts';
import { type Bucket, newestFirst } from '../../timeline/bucket.ts';
import { type BucketCount, type Count, type CountProgress, isOfABucket } from '../count.ts';
import type { GroupingSeen } from './grouping.ts';
import { checkAnswered, countsOfMetrics, groupingsIn, withoutGrouping } from './metric-answers.ts';
import { type MetricsPlan, planMetrics, requestsOf } from './metric-queries.ts';

export interface CountHoursRequest {
  /** Each begins on the hour; the last may end early. At least one. Counted in this order; if the first fails, the newest is next. */
  readonly hours: readonly Bucket[];
  readonly thresholds: readonly Threshold[];
  readonly ignoreLists: IgnoreLists;
  /** Ends the count at once. */
  readonly signal: AbortSignal;
  /** Ends the count, but what is complete by then is kept. */
  readonly softDeadline?: AbortSignal;
  /** Called for each hour as soon as it is counted. */
  readonly onBucket?: (counted: BucketCount) => Promise<void>;
  /** Called after each hour. */
  readonly onProgress?: (progress: CountProgress) => void;
}

export interface CountedHours extends Count {
  readonly grouping: GroupingSeen;
}

const SLOW =
  'POST /metrics was not answered in the time of a run: Togai answers slowly or is throttling; look at its status and at the quota';

/**
 * Counts hours by what Togai counts itself, one after another, one or two requests each.
 *
 * @throws SettingError where a rule cannot be counted in this way; the reason of `signal` once that is aborted;
 *   whatever `onBucket` throws
 */
export async function countHours(
  metrics: EventMetrics,
  request: CountHoursRequest,
): Promise<CountedHours> {
  const { hours, thresholds, ignoreLists, signal, softDeadline, onBucket, onProgress } = request;
  const plan = planMetrics(thresholds, ignoreLists);
  const either = softDeadline ? AbortSignal.any([signal, softDeadline]) : signal;
  const asker = new Asker(metrics, plan);
  const complete: BucketCount[] = [];
  const failed: Count['failed'][number][] = [];
  let stopped: MonitorError | undefined;
  let events = 0;
  let waiting = [...hours];
  for (let bucket = waiting.shift(); bucket; bucket = waiting.shift()) {
    try {
      const counts = countsOfMetrics(plan, await asker.ask(bucket, either), ignoreLists);
      const counted: BucketCount = { bucket, counts, timeField: 'createdAt' };
      await onBucket?.(counted);
      complete.push(counted);
      events += entriesIn(counts);
    } catch (error) {
      if (softDeadline?.aborted && error === softDeadline.reason) {
        if (complete.length === 0)
          stopped = failed[0]?.error ?? new TogaiError('unavailable', SLOW);
        break;
      }
      // As long as nothing was answered, one more hour is tried.
      const worthGoingOn = complete.length > 0 || failed.length === 0;
      if (error instanceof TogaiError && !(worthGoingOn && isOfABucket(error))) {
        stopped = error;
        break;
      }
      if (!isOfABucket(error)) throw error;
      failed.push({ bucket, error });
      if (complete.length === 0) waiting = newestFirst(waiting);
    }
    onProgress?.({ buckets: hours.length, bucketsDone: complete.length, events });
  }
  return {
    complete,
    unfinished: [],
    failed,
    stopped,
    timeField: 'createdAt',
    filteredHere: false,
    grouping: asker,
  };
}

/**
 * Counts all of the hours, or throws.
 *
 * @throws SettingError, TogaiError; the reason of `signal` once that is aborted
 */
export async function countAllHours(
  metrics: EventMetrics,
  request: Omit<CountHoursRequest, 'softDeadline'>,
): Promise<Count> {
  const result = await countHours(metrics, request);
  const error = result.stopped ?? result.failed[0]?.error;
  if (error) throw error;
  return result;
}

/** Asks for hours, and remembers what the server does not know. */
class Asker implements GroupingSeen {
  readonly #metrics: EventMetrics;
  readonly #plan: MetricsPlan;
  readonly refused = new Set<Grouping>();
  readonly named = new Set<Grouping>();
  readonly unnamed: { readonly grouping: Grouping; readonly hour: Bucket }[] = [];
  /** Those that are not asked for any more. */
  readonly #unusable = new Set<Grouping>();
  #probed = false;

  constructor(metrics: EventMetrics, plan: MetricsPlan) {
    this.#metrics = metrics;
    this.#plan = plan;
  }

  /** @throws TogaiError; the reason of `signal` */
  async ask(hour: Bucket, signal: AbortSignal): Promise<MetricsAnswer[]> {
    // Each round either has every answer, or knows of one grouping more that the server does not have.
    for (;;) {
      const answers = await this.#askAll(hour, signal);
      if (answers) return answers;
    }
  }

  async #askAll(hour: Bucket, signal: AbortSignal): Promise<MetricsAnswer[] | undefined> {
    const answers: MetricsAnswer[] = [];
    const asked: MetricQuery[] = [];
    for (const queries of requestsOf(this.#plan, this.#unusable)) {
      try {
        const answer = await this.#metrics.metrics(hour, queries, signal);
        checkAnswered(queries, answer);
        answers.push(answer);
        asked.push(...queries);
      } catch (error) {
        if (!(error instanceof TogaiError) || error.failure !== 'refused') throw error;
        if (!this.#probed && (await this.#findUnknown(hour, queries, signal))) return undefined;
        throw new TogaiError('refused', `${error.message}; count events instead of metrics`, {
          cause: error,
        });
      }
    }
    let known = answers;
    const { named, unnamed } = groupingsIn(asked, answers);
    for (const grouping of named) this.named.add(grouping);
    for (const grouping of unnamed) {
      this.unnamed.push({ grouping, hour });
      // Events always have a status: it is asked for another way.
      if (grouping === 'RAW_EVENT_STATUS') {
        this.#unusable.add(grouping);
        return undefined;
      }
      known = withoutGrouping(asked, known, grouping);
    }
    return known;
  }

  /** Asks by each grouping alone. @returns whether one is refused */
  async #findUnknown(
    hour: Bucket,
    queries: readonly MetricQuery[],
    signal: AbortSignal,
  ): Promise<boolean> {
    this.#probed = true;
    for (const grouping of new Set(queries.map(({ groupBy }) => groupBy))) {
      const query = queries.find(({ groupBy }) => groupBy === grouping);
      if (!query || grouping === undefined) continue;
      try {
        await this.#metrics.metrics(hour, [query], signal);
      } catch (error) {
        if (!(error instanceof TogaiError) || error.failure !== 'refused') throw error;
        this.refused.add(grouping);
        this.#unusable.add(grouping);
      }
    }
    return this.#unusable.size > 0;
  }
}
