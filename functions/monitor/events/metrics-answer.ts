import { sumOf } from './counts.ts';

/**
 * Questions and answers of `POST /metrics`. Togai counts the events itself, so an hour costs one request at any volume. The
 * answers hold numbers only: no samples, descriptions or malformed entries.
 */

/** Togai's limit of data points. An answer that holds so many may have left some out. */
export const MAX_POINTS = 300;

/** One query of a request. It counts events by hour. */
export interface MetricQuery {
  readonly id: string;
  /** @default one number for all events */
  readonly groupBy?: Grouping | undefined;
  /** Raw statuses, and states such as `PROCESSED`. Always given: without them Togai leaves out events in progress. */
  readonly statuses: readonly string[];
  /** Only events of these accounts. @default all accounts */
  readonly accounts?: readonly string[] | undefined;
  /** Only events of this schema. Togai takes at most one. @default all schemas */
  readonly schema?: string | undefined;
}

/** Togai's names for the fields that it can group by. */
export type Grouping = 'RAW_EVENT_STATUS' | 'ACCOUNT_ID' | 'SCHEMA_NAME';

/** A group in an answer, with its events, or with its revenue. */
export interface MetricSeries {
  /** A status, an account or a schema. `undefined` where the server did not group. */
  readonly group: string | undefined;
  /** By the start of the hour, epoch ms. Of revenue: by the start of the day. */
  readonly hours: ReadonlyMap<number, number>;
}

export interface MetricsAnswer {
  /** By the id of the query. A query without a result is missing. */
  readonly series: ReadonlyMap<string, readonly MetricSeries[]>;
  /** Data points of all queries; see {@link MAX_POINTS}. */
  readonly points: number;
}

/** The events of a series, in all hours together. */
export function eventsIn({ hours }: MetricSeries): number {
  return sumOf(hours);
}
