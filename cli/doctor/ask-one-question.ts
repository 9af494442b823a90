import { TogaiError } from '../../functions/monitor/errors.ts';
import {
  eventsIn,
  type MetricQuery,
  type MetricSeries,
  type MetricsAnswer,
} from '../../functions/monitor/events/metrics-answer.ts';
import { DOCUMENTED_STATUSES } from '../../functions/monitor/events/status-groups.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import type { TogaiClient } from '../../functions/monitor/togai/client.ts';
import type { Asked } from './answers.ts';

/** A Togai client, and the clock by its answers. */
export interface Asking {
  readonly togai: TogaiClient;
  /** How far the clock of this machine is ahead of the first answer that has a date, ms. */
  readonly aheadMs: () => number | undefined;
  /** Epoch ms, by Togai's clock where that of this machine is far off. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export const TOTAL: MetricQuery = { id: 'total', statuses: DOCUMENTED_STATUSES };

/** @throws any other error than a failure of Togai */
export async function attempt<T>(signal: AbortSignal, work: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { answer: await work() };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TogaiError) return { error };
    throw error;
  }
}

export function sumOf(series: readonly MetricSeries[] = []): number {
  return series.reduce((sum, each) => sum + eventsIn(each), 0);
}

/** @throws TogaiError `unreadable` where a query was not answered: no answer is no zero */
export async function metricsOf(
  { togai, signal }: Asking,
  range: Range,
  queries: readonly MetricQuery[],
): Promise<MetricsAnswer> {
  const answer = await togai.metrics(range, queries, signal);
  const missing = queries.filter(({ id }) => !answer.series.has(id));
  if (missing.length === 0) return answer;
  throw new TogaiError(
    'unreadable',
    `POST /metrics was answered without the results of ${missing.length} of ${queries.length} queries`,
  );
}

export async function totalOf(asking: Asking, range: Range): Promise<number> {
  const { series } = await metricsOf(asking, range, [TOTAL]);
  return sumOf(series.get(TOTAL.id));
}
