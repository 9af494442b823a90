import * as v from 'valibot';
import type { MetricSeries, MetricsAnswer } from '../events/metrics-answer.ts';
import { cutAt } from '../text/text.ts';
import { asObject, MAX_NAME, NotOfThisApi, problemOf, text } from './answer-fields.ts';

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
  results: v.array(v.object({ id: v.string(), data: v.nullish(series) })),
});

/**
 * Reads the answer of `POST /metrics`: the events that each query counted, by group, summed over the whole range.
 *
 * @param json a parsed body
 * @throws NotOfThisApi
 */
export function readMetrics(json: unknown): MetricsAnswer {
  const result = v.safeParse(metricsAnswer, asObject(json));
  if (!result.success) throw new NotOfThisApi(`an object whose ${problemOf(result.issues[0])}`);
  const series = new Map<string, MetricSeries[]>();
  let held = 0;
  for (const { id, data } of result.output.results) {
    const lines = data ?? [];
    held += lines.reduce((sum, { metricValues }) => sum + (metricValues?.length ?? 0), 0);
    const read = lines.map(({ groupedBy, metricValues }) => ({
      group: groupedBy && cutAt(groupedBy.fieldValue, MAX_NAME),
      events: (metricValues ?? []).reduce((sum, value) => sum + value, 0),
    }));
    series.set(id, read);
  }
  return { series, points: held };
}
