import type { BucketCount, Count, CountProgress } from './count.ts';
import { TogaiError } from './errors.ts';
import type { EventMetrics, MetricsAnswer } from './ports.ts';
import { type MetricsPlan, planMetrics, tallyOfMetrics } from './steps/metrics.ts';
import type { Waived } from './steps/tally.ts';
import type { Threshold } from './steps/threshold.ts';
import type { Range } from './steps/time.ts';

export interface CountHoursRequest {
  /** Each begins on the hour; the last may end early. */
  readonly hours: readonly Range[];
  readonly thresholds: readonly Threshold[];
  readonly waived: Waived;
  /** Ends the count at once. */
  readonly signal: AbortSignal;
  /** Told after each hour. */
  readonly onProgress?: (progress: CountProgress) => void;
}

/**
 * Counts hours by what Togai counts itself, oldest first, one or two requests each; all of them, or throws.
 *
 * @throws SettingError where a rule cannot be counted in this way; TogaiError; the reason of `signal`
 */
export async function countHours(
  metrics: EventMetrics,
  request: CountHoursRequest,
): Promise<Count> {
  const { hours, thresholds, waived, signal, onProgress } = request;
  const plan = planMetrics(thresholds, waived);
  const complete: BucketCount[] = [];
  let events = 0;
  for (const hour of hours) {
    const answers = await askFor(metrics, hour, plan, signal);
    const tally = tallyOfMetrics(plan, answers, waived);
    complete.push({ bucket: hour, tally, timeField: 'createdAt' });
    events += tally.total + tally.ignored;
    onProgress?.({ buckets: hours.length, bucketsDone: complete.length, events });
  }
  return {
    complete,
    unfinished: [],
    failed: [],
    stopped: undefined,
    timeField: 'createdAt',
    filteredHere: false,
  };
}

async function askFor(
  metrics: EventMetrics,
  hour: Range,
  { requests }: MetricsPlan,
  signal: AbortSignal,
): Promise<MetricsAnswer[]> {
  const answers: MetricsAnswer[] = [];
  try {
    for (const queries of requests) answers.push(await metrics.metrics(hour, queries, signal));
  } catch (error) {
    if (!(error instanceof TogaiError) || error.failure !== 'refused') throw error;
    throw new TogaiError(
      'refused',
      `${error.message}; it was asked to group by status, account and schema, which it may not know: count events instead`,
      { cause: error },
    );
  }
  return answers;
}
