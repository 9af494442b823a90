import * as v from 'valibot';
import type { Switches } from './behaviour-switches.ts';
import type { Matches } from './event-finder.ts';
import type { EventsQuery, PageEnd } from './list-all-events.ts';
import { isAskedFor, STATES } from './statuses.ts';

const MAX_PAGE_SIZE = 50;

const whole = v.pipe(v.number(), v.integer());
const listingPosition = v.object({
  time: whole,
  arrival: v.optional(whole),
  index: v.optional(whole),
});
const pageEnd = v.object({
  sent: v.optional(listingPosition),
  reingested: v.optional(v.object({ time: whole, number: whole })),
});

/** Reads the query of `GET /events`. @returns the query, or the message of a 400 */
export function readEventsQuery(
  query: URLSearchParams,
  { statusFilter, newState }: Pick<Switches, 'statusFilter' | 'newState'>,
): EventsQuery | { problem: string } {
  const pageSize = Number(query.get('pageSize') ?? MAX_PAGE_SIZE);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
    return { problem: `pageSize must be a whole number from 1 to ${MAX_PAGE_SIZE}.` };
  }
  const times = ['start_time', 'end_time'].map((name) => query.get(name));
  if (times.some((time) => time !== null && !/^\d{1,15}$/.test(time))) {
    return { problem: 'start_time and end_time must be epoch milliseconds.' };
  }
  const [startTime, endTime] = times.map((time) => (time === null ? undefined : Number(time)));
  const nextToken = query.get('nextToken');
  const after = nextToken === null ? undefined : readNextToken(nextToken);
  if (nextToken !== null && !after) return { problem: 'nextToken is not a token of this list.' };
  const status = statusFilter === 'ignored' ? null : query.get('status');
  if (status !== null && isRefused(status, statusFilter)) {
    return { problem: `status: ${status} is not known here.` };
  }
  return { startTime, endTime, matches: readFilter(query, status, newState), pageSize, after };
}

function isRefused(status: string, statusFilter: Switches['statusFilter']): boolean {
  return statusFilter === 'refused' || (statusFilter === 'raw-refused' && !STATES.includes(status));
}

function readFilter(
  query: URLSearchParams,
  status: string | null,
  newState: Switches['newState'],
): Matches {
  const account = query.get('account_id');
  const schema = query.get('schema_name');
  return ({ accountId, schemaName }, ownStatus) =>
    (status === null || isAskedFor(ownStatus, [status], newState)) &&
    (account === null || accountId === account) &&
    (schema === null || schemaName === schema);
}

/** The `nextToken` that asks for the page after a position. */
export function writeNextToken(position: PageEnd): string {
  return Buffer.from(JSON.stringify(position)).toString('base64');
}

function readNextToken(token: string): PageEnd | undefined {
  try {
    const position: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    const result = v.safeParse(pageEnd, position);
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
