/**
 * Counting by `POST /metrics`: the counts of an hour from one or two requests, whatever the volume. Togai counts; what
 * it is asked for follows from the thresholds. There are no sample events, descriptions or malformed entries in it.
 */

/** One query of a request. Events are counted by hour. */
export interface MetricQuery {
  readonly id: string;
  /** Left out: all of them in one number. */
  readonly groupBy?: Grouping | undefined;
  /** Only events of these statuses. Left out, a server would leave out those in progress. */
  readonly statuses: readonly string[];
  /** Only events of these accounts. */
  readonly accounts?: readonly string[] | undefined;
}

/** What Togai tells events apart by. */
export type Grouping = 'RAW_EVENT_STATUS' | 'ACCOUNT_ID' | 'SCHEMA_NAME';

/** One line of an answer: a group and its events. */
export interface MetricSeries {
  /** `undefined` where the server did not group. */
  readonly group: string | undefined;
  readonly events: number;
}

/** The answer to a request. */
export interface MetricsAnswer {
  /** By the id of the query. */
  readonly series: ReadonlyMap<string, readonly MetricSeries[]>;
  /** How many data points it holds, of all queries. */
  readonly points: number;
}
