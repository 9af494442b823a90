import * as v from 'valibot';
import type { MetricSeries, MetricsAnswer } from '../events/metrics-answer.ts';
import { cutAt } from '../text/text.ts';
import { asObject, MAX_NAME, NotOfThisApi, problemOf, text } from './answer-fields.ts';
import { complaintIn, FailedAnswer } from './empty-list-with-message.ts';

const points = v.object({
  groupedBy: v.optional(v.object({ fieldValue: v.fallback(v.optional(text, ''), '') })),
  // No fallback: an unreadable count must not be taken for zero.
  metricValues: v.nullish(v.array(v.pipe(v.number(), v.finite(), v.minValue(0)))),
});

/** One older page of Togai's documentation shows a single object in place of the list. */
const series = v.pipe(
  v.unknown(),
  v.transform((data) => [data].flat()),
  v.array(points),
);

const metricsAnswer = v.object({
  results: v.array(v.looseObject({ id: v.string(), data: series })),
});

/**
 * Reads the answer of `POST /metrics`: the events that each query counted, by group, summed over the whole range.
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
  for (const { id, data } of result.output.results) {
    held += data.reduce((sum, { metricValues }) => sum + (metricValues?.length ?? 0), 0);
    const read = data.map(({ groupedBy, metricValues }) => ({
      group: groupedBy && cutAt(groupedBy.fieldValue, MAX_NAME),
      events: (metricValues ?? []).reduce((sum, value) => sum + value, 0),
    }));
    series.set(id, read);
  }
  return { series, points: held };
}

/** @throws FailedAnswer; NotOfThisApi for a query without data, for where there is nothing to count Togai gives an empty list */
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
