import * as v from 'valibot';
import { increase } from '../events/counts.ts';
import type { MetricSeries, MetricsAnswer } from '../events/metrics-answer.ts';
import type { RevenueAnswer } from '../events/revenue-answer.ts';
import { cutAt } from '../text/text.ts';
import { parseTime } from '../timeline/time.ts';
import { asObject, MAX_NAME, NotOfThisApi, problemOf, text } from './answer-fields.ts';
import { complaintIn, FailedAnswer } from './empty-list-with-message.ts';

const points = v.object({
  groupedBy: v.optional(v.object({ fieldValue: v.fallback(v.optional(text, ''), '') })),
  // No fallback: an unreadable count must not be taken for zero, nor one hour for another.
  timestamps: v.nullish(v.array(v.pipe(v.string(), v.transform(parseTime), v.number()))),
  metricValues: v.nullish(v.array(v.pipe(v.number(), v.finite()))),
});

/** One older page of Togai's documentation shows a single object in place of the list. */
const series = v.pipe(
  v.unknown(),
  v.transform((data) => [data].flat()),
  v.array(points),
);

const metricsAnswer = v.object({
  results: v.array(v.looseObject({ id: v.string(), name: v.optional(v.unknown()), data: series })),
});

/**
 * Reads the answer of `POST /metrics`: the sums of each query, by group and period.
 *
 * @param json a parsed body
 * @throws NotOfThisApi; FailedAnswer for an answer with words that say that it, or a query of it, failed
 */
export function readMetrics(json: unknown): MetricsAnswer {
  const body = asObject(json);
  refuseFailed(body);
  const result = v.safeParse(metricsAnswer, body);
  if (!result.success) throw new NotOfThisApi(`an object whose ${problemOf(result.issues[0])}`);
  const series = new Map<string, MetricSeries[]>();
  let held = 0;
  for (const { id, name, data } of result.output.results) {
    // A credit note makes revenue negative.
    if (name !== 'REVENUE') refuseNegative(data);
    held += data.reduce((sum, { metricValues }) => sum + (metricValues?.length ?? 0), 0);
    const read = data.map(({ groupedBy, timestamps, metricValues }) => ({
      group: groupedBy && cutAt(groupedBy.fieldValue, MAX_NAME),
      hours: hoursOf(timestamps ?? [], metricValues ?? []),
    }));
    series.set(id, read);
  }
  return { series, points: held };
}

/**
 * Reads the answer of `POST /metrics` about metered events and revenue.
 *
 * @throws NotOfThisApi; FailedAnswer
 */
export function readRevenue(json: unknown): RevenueAnswer {
  const { series, points } = readMetrics(json);
  const [metered, revenue] = [series.get('metered'), series.get('revenue')];
  if (!metered || !revenue) throw new NotOfThisApi('an object without one of two results');
  return { metered, revenue, points };
}

/** @throws NotOfThisApi */
function refuseNegative(data: readonly v.InferOutput<typeof points>[]): void {
  const negative = data
    .flatMap(({ metricValues }) => metricValues ?? [])
    .find((value) => value < 0);
  if (negative !== undefined) throw new NotOfThisApi(`a count of ${negative} events`);
}

/** @throws NotOfThisApi where the hour of a number is not clear */
function hoursOf(timestamps: readonly number[], values: readonly number[]): Map<number, number> {
  if (timestamps.length !== values.length) {
    throw new NotOfThisApi(`${values.length} numbers with ${timestamps.length} times`);
  }
  const hours = new Map<number, number>();
  for (const [index, time] of timestamps.entries()) increase(hours, time, values[index] ?? 0);
  return hours;
}

/**
 * @throws FailedAnswer; NotOfThisApi for a query without data, because Togai gives an empty list
 * where there is nothing to count
 */
function refuseFailed(body: Readonly<Record<string, unknown>>): void {
  const results: readonly unknown[] = Array.isArray(body.results) ? body.results : [];
  const all = [body, ...results.filter((result) => typeof result === 'object' && result !== null)];
  for (const part of all) {
    const complaint = complaintIn(part as Record<string, unknown>);
    if (complaint) throw new FailedAnswer(`numbers and ${complaint}`);
  }
  const missing = results.find((result) => (result as { data?: unknown } | null)?.data == null);
  if (missing) throw new NotOfThisApi('a query without data');
}
