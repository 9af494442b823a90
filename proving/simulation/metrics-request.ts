import type { Grouping } from '../world/scenario.ts';

const MAX_QUERIES = 5;
/** A query without a filter by status means these: events in progress are left out. */
const SETTLED = ['PROCESSED', 'UNPROCESSED'];

export interface MetricsRequest {
  /** Epoch ms. */
  readonly start: number;
  readonly end: number;
  readonly queries: readonly Query[];
}

export interface Query {
  readonly id: string;
  readonly groupBy: Grouping | undefined;
  readonly statuses: readonly string[];
  readonly accounts: readonly string[] | undefined;
}

export class BadRequest extends Error {}

/** The start of the range that is asked for, epoch ms; `undefined` for a request that cannot be read. */
export function startOfMetrics(post: string | undefined): number | undefined {
  try {
    return readMetricsRequest(post).start;
  } catch {
    return undefined;
  }
}

/** @throws BadRequest for everything that the documentation of `POST /metrics` does not name */
export function readMetricsRequest(post: string | undefined): MetricsRequest {
  const { startTime, endTime, metricQueries, ...others } = fields(parse(post));
  const start = Date.parse(String(startTime));
  const end = Date.parse(String(endTime));
  refuseOthers(others);
  if (!(start < end)) throw new BadRequest('startTime must be before endTime');
  const queries = list(metricQueries).map(readQuery);
  if (queries.length < 1 || queries.length > MAX_QUERIES) throw new BadRequest('metricQueries');
  if (new Set(queries.map(({ id }) => id)).size < queries.length) throw new BadRequest('id');
  return { start, end, queries };
}

function readQuery(query: unknown): Query {
  const { id, name, aggregationPeriod, groupBy, filters = [], ...others } = fields(query);
  refuseOthers(others);
  if (typeof id !== 'string' || id === '') throw new BadRequest('id');
  if (name !== 'EVENTS') throw new BadRequest('name');
  if (aggregationPeriod !== 'HOUR') throw new BadRequest('aggregationPeriod');
  const groupings: readonly unknown[] = ['RAW_EVENT_STATUS', 'ACCOUNT_ID', 'SCHEMA_NAME'];
  if (groupBy !== undefined && !groupings.includes(groupBy)) throw new BadRequest('groupBy');
  const wanted = new Map<string, string[]>();
  for (const filter of list(filters)) {
    const { fieldName, fieldValues } = fields(filter);
    if (fieldName !== 'EVENT_STATUS' && fieldName !== 'ACCOUNT_ID') throw new BadRequest('filters');
    const values = list(fieldValues).map(String);
    if (values.length === 0) throw new BadRequest('fieldValues');
    wanted.set(fieldName, values);
  }
  return {
    id,
    groupBy: groupBy as Grouping | undefined,
    statuses: wanted.get('EVENT_STATUS') ?? SETTLED,
    accounts: wanted.get('ACCOUNT_ID'),
  };
}

function parse(post: string | undefined): unknown {
  try {
    return JSON.parse(post ?? '');
  } catch {
    throw new BadRequest('the body is no JSON');
  }
}

function fields(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new BadRequest('an object was expected');
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new BadRequest('a list was expected');
}

function refuseOthers(others: Record<string, unknown>): void {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new BadRequest(`${unknown} is unknown`);
}
