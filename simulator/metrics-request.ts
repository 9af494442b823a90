import * as v from 'valibot';
import { DAY_MS, HOUR_MS, parseTime, type Range } from '../functions/monitor/timeline/time.ts';

export type Grouping = 'ACCOUNT_ID' | 'SCHEMA_NAME' | 'EVENT_STATUS' | 'RAW_EVENT_STATUS';

/** A query of `POST /metrics`, with the defaults that Togai documents. */
export interface MetricQuery {
  readonly id: string;
  /** The number that is added up. */
  readonly name: 'EVENTS' | 'REVENUE';
  /** `HOUR` or `DAY`, in ms. */
  readonly periodMs: number;
  readonly groupBy: Grouping | undefined;
  /** Raw statuses and states. */
  readonly statuses: readonly string[];
  /** `undefined`: of all accounts, of all schemas. */
  readonly accounts: readonly string[] | undefined;
  readonly schemas: readonly string[] | undefined;
}

export interface MetricsRequest {
  /** Epoch ms; its start belongs to it, its end does not. */
  readonly range: Range;
  readonly queries: readonly MetricQuery[];
}

const MAX_QUERIES = 5;
const MAX_FILTERS = 5;
/** A query without a filter by status means these: events in progress are left out. */
const SETTLED = ['PROCESSED', 'UNPROCESSED'];

/** Only metered events bring revenue. */
const METERED = ['INGESTION_COMPLETED_EVENT_METERED', 'INGESTION_COMPLETED'];

const values = v.pipe(v.array(v.string()), v.minLength(1));
const filter = v.variant('fieldName', [
  v.strictObject({ fieldName: v.literal('ACCOUNT_ID'), fieldValues: values }),
  v.strictObject({ fieldName: v.literal('EVENT_STATUS'), fieldValues: values }),
  // Togai documents "at most one valid schema".
  v.strictObject({
    fieldName: v.literal('SCHEMA_NAME'),
    fieldValues: v.pipe(values, v.maxLength(1)),
  }),
]);
const shared = {
  id: v.pipe(v.string(), v.minLength(1)),
  aggregationPeriod: v.picklist(['HOUR', 'DAY']),
};
const eventsQuery = v.strictObject({
  ...shared,
  name: v.literal('EVENTS'),
  groupBy: v.optional(
    v.picklist(['ACCOUNT_ID', 'SCHEMA_NAME', 'EVENT_STATUS', 'RAW_EVENT_STATUS']),
  ),
  filters: v.optional(v.pipe(v.array(filter), v.minLength(1), v.maxLength(MAX_FILTERS))),
});
/** Togai can filter and group revenue by more, which no client here does. */
const revenueQuery = v.strictObject({
  ...shared,
  name: v.literal('REVENUE'),
  groupBy: v.optional(v.literal('ACCOUNT_ID')),
  configs: v.optional(v.strictObject({ CURRENCY: v.literal('BASE') })),
  filters: v.optional(
    v.pipe(
      v.array(v.strictObject({ fieldName: v.literal('ACCOUNT_ID'), fieldValues: values })),
      v.minLength(1),
      v.maxLength(MAX_FILTERS),
    ),
  ),
});
const query = v.variant('name', [eventsQuery, revenueQuery]);
const time = v.pipe(v.string(), v.transform(parseTime), v.number());
const request = v.pipe(
  v.strictObject({
    startTime: time,
    endTime: time,
    metricQueries: v.pipe(
      v.array(query),
      v.minLength(1),
      v.maxLength(MAX_QUERIES),
      v.check(
        (all) => new Set(all.map(({ id }) => id)).size === all.length,
        'an id is there twice',
      ),
    ),
  }),
  v.check(({ startTime, endTime }) => startTime < endTime, 'startTime must be before endTime'),
);

/** Reads the body of `POST /metrics`. It refuses everything that Togai does not document. @returns or the message of a 400 */
export function readMetricsRequest(body: unknown): MetricsRequest | { readonly problem: string } {
  const parsed = v.safeParse(request, body);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    return { problem: `${v.getDotPath(issue) ?? 'body'}: ${issue.message}` };
  }
  const { startTime, endTime, metricQueries } = parsed.output;
  const queries = metricQueries.map(({ id, name, aggregationPeriod, groupBy, filters = [] }) => {
    const valuesOf = (wanted: (typeof filters)[number]['fieldName']) =>
      filters.find(({ fieldName }) => fieldName === wanted)?.fieldValues;
    return {
      id,
      name,
      periodMs: aggregationPeriod === 'HOUR' ? HOUR_MS : DAY_MS,
      groupBy,
      statuses: name === 'REVENUE' ? METERED : (valuesOf('EVENT_STATUS') ?? SETTLED),
      accounts: valuesOf('ACCOUNT_ID'),
      schemas: valuesOf('SCHEMA_NAME'),
    };
  });
  return { range: { start: startTime, end: endTime }, queries };
}
