import type { MetricQuery } from '../events/metrics-answer.ts';
import { PAGE_SIZE } from '../events/page-size.ts';
import { DOCUMENTED_STATUSES, groupOf } from '../events/status-groups.ts';
import type { EventQuery } from '../ports.ts';
import { printable } from '../text/text.ts';
import { isoTime, type Range } from '../timeline/time.ts';

const METERED_STATUSES = DOCUMENTED_STATUSES.filter((status) => groupOf(status) === 'metered');

/** So that Togai can tell who asks. */
const USER_AGENT = 'unmetered-events-monitor';

/** One request of Togai's API, without the token. */
export interface TogaiRequest {
  readonly url: URL;
  /** The JSON of a POST. Without it the request is a GET. */
  readonly post?: string | undefined;
  /** A right of its own, which a valid token may lack. @default none: the token is rejected where Togai answers with 401 */
  readonly right?: string | undefined;
}

/**
 * `GET /events`. Its parameters are those of Togai's older client; newer documents do not list `start_time` and `end_time`.
 *
 * @param nextToken of the page before; opaque, sent back as it came
 */
export function listRequest(
  baseUrl: string,
  query: EventQuery,
  nextToken: string | undefined,
): TogaiRequest {
  const url = urlOf(baseUrl, 'events');
  const parameters = {
    start_time: query.startTime,
    end_time: query.endTime,
    status: query.status,
    account_id: query.accountId,
    schema_name: query.schemaName,
    pageSize: query.pageSize ?? PAGE_SIZE,
    nextToken,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return { url };
}

/** `GET /events/{event_id}`. */
export function eventRequest(baseUrl: string, id: string): TogaiRequest {
  return { url: urlOf(baseUrl, `events/${encodeURIComponent(id)}`) };
}

/** `POST /metrics`. An hour is the finest period that Togai offers. */
export function metricsRequest(
  baseUrl: string,
  { start, end }: Range,
  queries: readonly MetricQuery[],
): TogaiRequest {
  const post = JSON.stringify({
    startTime: isoTime(start),
    endTime: isoTime(end),
    metricQueries: queries.map(({ id, groupBy, statuses, accounts, schema }) => ({
      id,
      name: 'EVENTS',
      aggregationPeriod: 'HOUR',
      groupBy,
      filters: [
        { fieldName: 'EVENT_STATUS', fieldValues: statuses },
        ...(accounts ? [{ fieldName: 'ACCOUNT_ID', fieldValues: accounts }] : []),
        ...(schema === undefined ? [] : [{ fieldName: 'SCHEMA_NAME', fieldValues: [schema] }]),
      ],
    })),
  });
  return { url: urlOf(baseUrl, 'metrics'), post };
}

/** `POST /metrics`, for metered events of accounts and their revenue. {@link readRevenue} knows the two by their ids. */
export function revenueRequest(
  baseUrl: string,
  { start, end }: Range,
  accounts: readonly string[],
): TogaiRequest {
  const query = { aggregationPeriod: 'DAY', groupBy: 'ACCOUNT_ID' };
  const ofAccounts = { fieldName: 'ACCOUNT_ID', fieldValues: accounts };
  const metered = { fieldName: 'EVENT_STATUS', fieldValues: METERED_STATUSES };
  const post = JSON.stringify({
    startTime: isoTime(start),
    endTime: isoTime(end),
    metricQueries: [
      { id: 'metered', name: 'EVENTS', ...query, filters: [metered, ofAccounts] },
      {
        id: 'revenue',
        name: 'REVENUE',
        ...query,
        configs: { CURRENCY: 'BASE' },
        filters: [ofAccounts],
      },
    ],
  });
  return { url: urlOf(baseUrl, 'metrics'), post, right: 'revenue' };
}

/** The headers of a request with a token. */
export function headersOf({
  post,
  token,
}: Pick<TogaiRequest, 'post'> & { readonly token: string }): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    'user-agent': USER_AGENT,
    ...(post !== undefined && { 'content-type': 'application/json' }),
  };
}

/** `GET https://api.togai.com/events`, for messages. Without parameters, which may name accounts. */
export function nameOf({ url, post }: TogaiRequest): string {
  const method = post === undefined ? 'GET' : 'POST';
  return `${method} ${printable(url.origin + url.pathname, 200)}`;
}

/** Keeps a path in the base URL, such as that of a proxy. */
function urlOf(baseUrl: string, path: string): URL {
  return new URL(path, baseUrl.replace(/\/*$/, '/'));
}
