import * as v from 'valibot';
import { DAY_MS, HOUR_MS, isoTime, parseTime } from '../functions/monitor/timeline/time.ts';
import { type Cell, createCounter } from './count.ts';
import { isAskedFor, stateOf } from './statuses.ts';
import type { Traffic } from './traffic.ts';

const MAX_QUERIES = 5;
const MAX_POINTS = 300;

const query = v.object({
  id: v.string(),
  name: v.literal('EVENTS'),
  aggregationPeriod: v.picklist(['HOUR', 'DAY']),
  groupBy: v.optional(
    v.picklist(['ACCOUNT_ID', 'SCHEMA_NAME', 'EVENT_STATUS', 'RAW_EVENT_STATUS']),
  ),
  filters: v.optional(
    v.array(
      v.object({
        fieldName: v.picklist(['ACCOUNT_ID', 'SCHEMA_NAME', 'EVENT_STATUS']),
        fieldValues: v.array(v.string()),
      }),
    ),
  ),
});
const time = v.pipe(v.string(), v.transform(parseTime), v.number());
const request = v.object({
  startTime: time,
  endTime: time,
  metricQueries: v.pipe(v.array(query), v.minLength(1), v.maxLength(MAX_QUERIES)),
});

type MetricQuery = v.InferOutput<typeof query>;

/** The answer of `POST /metrics`, or the message of a 400. Hours and days are by `createdAt`, in UTC. */
export function answerMetrics(
  traffic: Traffic,
  body: unknown,
  now: number,
): { status: 200 | 400; answer: unknown } {
  const parsed = v.safeParse(request, body);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    return {
      status: 400,
      answer: { message: `${v.getDotPath(issue) ?? 'body'}: ${issue.message}` },
    };
  }
  const { startTime, endTime, metricQueries } = parsed.output;
  const count = createCounter(traffic, now);
  const results = metricQueries.map((metricQuery) => {
    const collector = createCollector(metricQuery);
    for (const period of periodsOf(metricQuery, startTime, endTime)) {
      for (const cell of count(period, 'createdAt')) collector.add(cell, period.label);
    }
    return collector.finish();
  });
  return { status: 200, answer: { results } };
}

/** The hours or days of a range, each with the part of it that is in the range. */
function periodsOf({ aggregationPeriod }: MetricQuery, startTime: number, endTime: number) {
  const periodMs = aggregationPeriod === 'HOUR' ? HOUR_MS : DAY_MS;
  const first = Math.floor(startTime / periodMs) * periodMs;
  return Array.from({ length: Math.ceil((endTime - first) / periodMs) }, (_, index) => {
    const label = first + index * periodMs;
    return {
      label,
      start: Math.max(startTime, label),
      end: Math.min(endTime, label + periodMs),
    };
  });
}

function createCollector({ id, name, groupBy, filters = [] }: MetricQuery) {
  const series = new Map<string, Map<number, number>>();
  const statuses = filters.find(({ fieldName }) => fieldName === 'EVENT_STATUS');
  // Without this filter Togai counts the settled events.
  const wanted = statuses?.fieldValues ?? ['PROCESSED', 'UNPROCESSED'];
  const matches = (event: Cell) =>
    isAskedFor(event.status, wanted) &&
    filters.every(
      ({ fieldName, fieldValues }) =>
        (fieldName !== 'ACCOUNT_ID' || fieldValues.includes(event.accountId)) &&
        (fieldName !== 'SCHEMA_NAME' || fieldValues.includes(event.schemaName)),
    );

  return {
    add(event: Cell, period: number): void {
      if (!matches(event)) return;
      const group = groupBy ? groupValue(groupBy, event) : '';
      const points = series.get(group) ?? new Map<number, number>();
      points.set(period, (points.get(period) ?? 0) + event.events);
      series.set(group, points);
    },
    finish() {
      let left = MAX_POINTS;
      const data = [];
      for (const [fieldValue, points] of series) {
        const entries = [...points].sort(([a], [b]) => a - b).slice(0, left);
        left -= entries.length;
        if (entries.length === 0) break;
        data.push({
          ...(groupBy && { groupedBy: { fieldName: groupBy, fieldValue } }),
          timestamps: entries.map(([period]) => isoTime(period)),
          metricValues: entries.map(([, value]) => value),
        });
      }
      return { id, name, data };
    },
  };
}

function groupValue(groupBy: NonNullable<MetricQuery['groupBy']>, event: Cell): string {
  switch (groupBy) {
    case 'ACCOUNT_ID':
      return event.accountId;
    case 'SCHEMA_NAME':
      return event.schemaName;
    case 'EVENT_STATUS':
      return stateOf(event.status);
    case 'RAW_EVENT_STATUS':
      return event.status;
  }
}
