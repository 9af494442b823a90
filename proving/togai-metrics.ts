import type { Faults } from './faults.ts';
import { type Grouping, HOUR, type Scenario } from './scenario.ts';
import { statusAt, type TrueEvent } from './traffic.ts';

const MAX_QUERIES = 5;
const MAX_POINTS = 300;
/** What a filter by status means where there is none: not those in progress. */
const SETTLED = ['PROCESSED', 'UNPROCESSED'];

interface Query {
  readonly id: string;
  readonly groupBy: Grouping | undefined;
  readonly statuses: readonly string[];
  readonly accounts: readonly string[] | undefined;
}

/** What an answer shows of how Togai groups. */
export interface Shown {
  readonly refused: readonly Grouping[];
  /** It was asked for, and there are names, or only numbers. */
  readonly named: readonly Grouping[];
  readonly unnamed: readonly Grouping[];
}

export const NOTHING_SHOWN: Shown = { refused: [], named: [], unnamed: [] };

/** What `POST /metrics` is answered with. */
export interface MetricsReply {
  readonly status: 200 | 400;
  readonly body: unknown;
  readonly groups: Shown;
}

interface Counted {
  /** The events of a range, its start included, its end not. */
  readonly within: (start: number, end: number) => readonly TrueEvent[];
  readonly nameless: Scenario['nameless'];
}

class BadRequest extends Error {}

/**
 * Counts events by `createdAt`, by the hour, as they are at the moment of the answer; as strict as the published API.
 */
export function replyToMetrics(
  post: string | undefined,
  { within, nameless }: Counted,
  faults: Faults,
  now: number,
): MetricsReply {
  try {
    const { start, end, queries } = readRequest(post);
    const asked = new Set(queries.map(({ groupBy }) => groupBy));
    const refused = faults.active('grouping-refused', now)?.by;
    if (refused !== undefined && asked.has(refused)) {
      faults.count('grouping-refused');
      const groups = { ...NOTHING_SHOWN, refused: [refused] };
      return { status: 400, body: { message: `groupBy ${refused}` }, groups };
    }
    const ignored = faults.active('grouping-ignored', now)?.by;
    const events = within(start, end);
    const named = new Set<Grouping>();
    const unnamed = new Set<Grouping>();
    const results = queries.map((query) => {
      const isIgnored = ignored !== undefined && query.groupBy === ignored;
      const answered = isIgnored ? { ...query, groupBy: undefined } : query;
      const data = count(answered, events, nameless, now);
      if (isIgnored && data.length > 0) faults.count('grouping-ignored');
      if (query.groupBy && data.length > 0) {
        (data.some(({ groupedBy }) => groupedBy) ? named : unnamed).add(query.groupBy);
      }
      return { id: query.id, name: 'EVENTS', data };
    });
    if (faults.strikes('result-missing', now)) results.splice(now % results.length, 1);
    const groups = { refused: [], named: [...named], unnamed: [...unnamed] };
    return { status: 200, body: { results }, groups };
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    return { status: 400, body: { message: error.message }, groups: NOTHING_SHOWN };
  }
}

/** The start of the range that is asked for, epoch ms; `undefined` where it cannot be read. */
export function startOfMetrics(post: string | undefined): number | undefined {
  try {
    return readRequest(post).start;
  } catch {
    return undefined;
  }
}

function count(
  { groupBy, statuses, accounts }: Query,
  events: readonly TrueEvent[],
  nameless: Scenario['nameless'],
  now: number,
) {
  const series = new Map<string, Map<number, number>>();
  for (const event of events) {
    const status = statusAt(event, now);
    if (status === undefined || !isAskedFor(status, statuses)) continue;
    if (accounts && !accounts.includes(event.account)) continue;
    const group = groupBy === undefined ? '' : groupValue(groupBy, event, status);
    const points = series.get(group) ?? new Map<number, number>();
    const hour = Math.floor(event.createdAt / HOUR) * HOUR;
    points.set(hour, (points.get(hour) ?? 0) + 1);
    series.set(group, points);
  }
  const isLeftOut = (value: string) => value === '' && nameless === 'left out';
  let left = MAX_POINTS;
  return [...series].flatMap(([fieldValue, all]) => {
    const points = [...all].slice(0, left);
    left -= points.length;
    if (points.length === 0) return [];
    return [
      {
        groupedBy:
          groupBy && !isLeftOut(fieldValue) ? { fieldName: groupBy, fieldValue } : undefined,
        timestamps: points.map(([hour]) => new Date(hour).toISOString()),
        metricValues: points.map(([, value]) => value),
      },
    ];
  });
}

function groupValue(groupBy: Grouping, { account, schema }: TrueEvent, status: string): string {
  if (groupBy === 'ACCOUNT_ID') return account;
  return groupBy === 'SCHEMA_NAME' ? schema : status;
}

function isAskedFor(status: string, statuses: readonly string[]): boolean {
  return statuses.includes(status) || statuses.includes(coarse(status));
}

function coarse(status: string): string {
  if (status === 'INGESTION_IN_PROGRESS') return 'IN_PROGRESS';
  return status === 'INGESTION_COMPLETED_EVENT_METERED' ? 'PROCESSED' : 'UNPROCESSED';
}

/** @throws BadRequest for anything that is not in the documentation */
function readRequest(post: string | undefined) {
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
