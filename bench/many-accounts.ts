import {
  DAY_MS,
  isoTime,
  MINUTE_MS,
  type Range,
  SECOND_MS,
} from '../functions/monitor/timeline/time.ts';
import type { ApiRequest } from '../simulator/api.ts';
import type { ApiAnswer } from '../simulator/api-answer.ts';
import { addTo, dataPointsOf, type Series } from '../simulator/metrics-points.ts';
import { type MetricQuery, readMetricsRequest } from '../simulator/metrics-request.ts';
import { amountOf } from '../simulator/prices.ts';
import { isAskedFor, stateOf } from '../simulator/statuses.ts';

/**
 * A Togai with as many accounts as a figure asks for: the simulator has 48. Its answers follow from arithmetic. Requests are read,
 * and refused, as in the simulator; an answer to a query holds 300 data points. `GET /events` lists newest first and has no filter
 * by time, as in Togai's documents since 2023.
 */

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const LOST = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const IN_PROGRESS = 'INGESTION_IN_PROGRESS';
const SCHEMAS = ['api_call', 'message_sent', 'ride_completed', 'storage_snapshot'];
const SETTLES_AFTER_MS = 20 * SECOND_MS;
const PAGE = 50;
/** A page without a match in so many events is the last. */
const MAX_SEARCHED = 500_000;

export interface ManyAccounts {
  readonly accounts: number;
  /** So many of them lose each of their events. */
  readonly losing: number;
  /** From this time on, epoch ms. */
  readonly losesFrom: number;
  /** Events of one account follow those of the next. */
  readonly eventsPerSecond: number;
  /** Epoch ms. */
  readonly firstEvent: number;
}

/** The API at a time. @param now epoch ms */
export function createManyAccounts(world: ManyAccounts, now: () => number) {
  return async ({ method, path, readBody }: ApiRequest): Promise<ApiAnswer> => {
    const { pathname, searchParams } = new URL(path, 'http://many-accounts');
    if (method === 'POST' && pathname === '/metrics') {
      return answerMetrics(world, await readBody(), now());
    }
    if (method === 'GET' && pathname === '/events') return listEvents(world, searchParams, now());
    const id = /^\/events\/event-(\d+)$/.exec(pathname)?.[1];
    if (method === 'GET' && id !== undefined) {
      return { status: 200, body: { events: [pipelineOf(world, Number(id), now())] } };
    }
    return { status: 404, body: { message: 'There is nothing here.' } };
  };
}

function answerMetrics(world: ManyAccounts, body: unknown, now: number): ApiAnswer {
  const asked = readMetricsRequest(body);
  if ('problem' in asked) return { status: 400, body: { message: asked.problem } };
  const results = asked.queries.map((query) => {
    const series = seriesOf(world, asked.range, query, now);
    return { id: query.id, name: query.name, data: dataPointsOf(series, query.groupBy) };
  });
  return { status: 200, body: { results } };
}

function seriesOf(world: ManyAccounts, range: Range, query: MetricQuery, now: number): Series {
  const series: Series = new Map();
  const first = Math.floor(range.start / query.periodMs) * query.periodMs;
  const numbers = query.accounts?.map(numberOf) ?? Array.from({ length: world.accounts }).keys();
  for (const account of numbers) {
    const schema = schemaOf(account);
    if (query.schemas && !query.schemas.includes(schema)) continue;
    for (let label = first; label < range.end; label += query.periodMs) {
      const period = {
        start: Math.max(label, range.start),
        end: Math.min(label + query.periodMs, range.end),
      };
      for (const [status, events] of countsOf(world, account, period, now)) {
        if (events === 0 || !isAskedFor(status, query.statuses)) continue;
        const amount = amountOf(query.name, nameOf(account), events);
        addTo(series, groupOf(query, account, status), label, amount);
      }
    }
  }
  return series;
}

function groupOf({ groupBy }: MetricQuery, account: number, status: string): string {
  switch (groupBy) {
    case 'ACCOUNT_ID':
      return nameOf(account);
    case 'SCHEMA_NAME':
      return schemaOf(account);
    case 'EVENT_STATUS':
      return stateOf(status);
    case 'RAW_EVENT_STATUS':
      return status;
    case undefined:
      return '';
  }
}

/** The events of an account by status. */
function countsOf(
  world: ManyAccounts,
  account: number,
  { start, end }: Range,
  now: number,
): readonly (readonly [string, number])[] {
  const seen = Math.min(end, now + 1);
  const settled = Math.min(end, now - SETTLES_AFTER_MS);
  const between = (from: number, to: number) =>
    Math.max(0, eventsBefore(world, account, to) - eventsBefore(world, account, from));
  const lostFrom = account < world.losing ? Math.max(start, world.losesFrom) : settled;
  return [
    [METERED, between(start, Math.min(lostFrom, settled))],
    [LOST, between(lostFrom, settled)],
    [IN_PROGRESS, between(Math.max(start, settled), seen)],
  ];
}

/** The events of an account that were created before a time. */
function eventsBefore(world: ManyAccounts, account: number, time: number): number {
  return Math.max(0, Math.ceil((allBefore(world, time) - account) / world.accounts));
}

function allBefore({ eventsPerSecond, firstEvent }: ManyAccounts, time: number): number {
  return Math.max(0, Math.ceil(((time - firstEvent) / SECOND_MS) * eventsPerSecond));
}

function listEvents(world: ManyAccounts, query: URLSearchParams, now: number): ApiAnswer {
  const wanted = {
    status: query.get('status'),
    account: query.get('account_id'),
    schema: query.get('schema_name'),
  };
  const newest = Number(query.get('nextToken') ?? allBefore(world, now + 1) - 1);
  const events: ReturnType<typeof eventOf>[] = [];
  let number = newest;
  for (; number >= Math.max(0, newest - MAX_SEARCHED) && events.length < PAGE; number--) {
    const event = eventOf(world, number, now);
    const { accountId, schemaName } = event.eventPayload;
    if (wanted.account !== null && accountId !== wanted.account) continue;
    if (wanted.schema !== null && schemaName !== wanted.schema) continue;
    if (wanted.status !== null && !isAskedFor(event.ingestionStatus.status, [wanted.status])) {
      continue;
    }
    events.push(event);
  }
  const nextToken = events.length < PAGE ? null : String(number);
  return { status: 200, body: { events, nextToken } };
}

function eventOf(world: ManyAccounts, number: number, now: number) {
  const account = number % world.accounts;
  const at = Math.floor(world.firstEvent + (number / world.eventsPerSecond) * SECOND_MS);
  const isLost = account < world.losing && at >= world.losesFrom;
  const settled = isLost ? LOST : METERED;
  return {
    referenceId: `reference-${number}`,
    eventPayload: {
      schemaName: schemaOf(account),
      id: `event-${number}`,
      timestamp: isoTime(at),
      accountId: nameOf(account),
      attributes: [{ name: 'units', value: '1', unit: 'None' }],
      dimensions: {},
    },
    ingestionStatus: { status: at < now - SETTLES_AFTER_MS ? settled : IN_PROGRESS },
    createdAt: isoTime(at),
  };
}

function pipelineOf(world: ManyAccounts, number: number, now: number) {
  const event = eventOf(world, number, now);
  return {
    ...event,
    eventPipelineInfo: {
      eventSchema: { name: event.eventPayload.schemaName, version: 1 },
      usageMeters: [],
      pricePlans: [],
      account: { id: event.eventPayload.accountId, name: event.eventPayload.accountId },
    },
  };
}

function nameOf(account: number): string {
  return `account-${String(account).padStart(5, '0')}`;
}

function numberOf(name: string): number {
  return Number(name.slice('account-'.length));
}

function schemaOf(account: number): string {
  return SCHEMAS[account % SCHEMAS.length] ?? '';
}

/**
 * 5,000 accounts. 200 of them lose their events all day. Most of the data that a day of runs stores
 * is their names.
 */
export function longIncident(day: number): ManyAccounts {
  return {
    accounts: 5_000,
    losing: 200,
    losesFrom: day - DAY_MS,
    eventsPerSecond: 100,
    firstEvent: day - 40 * DAY_MS + MINUTE_MS,
  };
}
