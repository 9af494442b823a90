import type { Answer } from '../../functions/monitor/togai/exchange.ts';
import type { Scenario } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import { answerOf } from './answer.ts';
import type { Faults } from './faults.ts';

const MAX_PAGE_SIZE = 50;
const PARAMETERS = new Set([
  'start_time',
  'end_time',
  'status',
  'account_id',
  'schema_name',
  'pageSize',
  'nextToken',
]);

/** A part of the list, newest first. */
interface Part {
  readonly events: readonly TrueEvent[];
  readonly more: boolean;
}

/** Which events are listed, and how many. */
interface Selection {
  readonly now: number;
  /** The position of the last event of the page before; `null` for the first page. */
  readonly after: string | null;
  readonly most: number;
  readonly matches: (event: TrueEvent) => boolean;
}

/** `GET /events` and `GET /events/{id}`. */
export class EventListing {
  readonly #scenario: Scenario;
  readonly #faults: Faults;
  /** Oldest first by the time that Togai filters by. */
  readonly #byFilteredTime: readonly TrueEvent[];
  /** Oldest first by `createdAt`. */
  readonly #byCreation: readonly TrueEvent[];
  readonly #byId: Map<string, TrueEvent[]>;

  constructor(scenario: Scenario, events: readonly TrueEvent[], faults: Faults) {
    this.#scenario = scenario;
    this.#faults = faults;
    this.#byCreation = events;
    this.#byFilteredTime =
      scenario.timeField === 'createdAt'
        ? events
        : [...events].sort((a, b) => a.timestamp - b.timestamp);
    this.#byId = Map.groupBy(events, ({ id }) => id);
  }

  event(id: string, now: number): Answer {
    const events = (this.#byId.get(id) ?? []).filter(({ visibleAt }) => visibleAt <= now);
    return answerOf(200, { events: events.map((event) => wireEvent(event, now)) });
  }

  page(query: URLSearchParams, now: number): Answer {
    const unknown = [...query.keys()].find((name) => !PARAMETERS.has(name));
    const pageSize = Number(query.get('pageSize') ?? MAX_PAGE_SIZE);
    if (unknown !== undefined || !(pageSize >= 1 && pageSize <= MAX_PAGE_SIZE)) {
      return answerOf(400, { message: `bad parameter ${unknown ?? 'pageSize'}` });
    }
    const start = numberIn(query, 'start_time');
    const end = numberIn(query, 'end_time');
    if (Number.isNaN(start) || Number.isNaN(end) || (start ?? 0) > (end ?? Number.MAX_VALUE)) {
      return answerOf(400, { message: 'bad time' });
    }
    const after = query.get('nextToken');
    const ignores =
      start !== undefined && this.#faults.strikes('filter-ignored', now) !== undefined;
    const byNumber = this.#scenario.paging === 'number';
    const skipped = byNumber ? Number(after ?? 0) : 0;
    const most = skipped + pageSize;
    const selection = {
      now,
      after: byNumber ? null : after,
      most,
      matches: matcherOf(query, now),
    };
    const { events, more } =
      ignores || start === undefined || end === undefined
        ? this.#newest(selection)
        : this.#within(start, end, selection);
    const last = events.at(-1);
    const position = byNumber ? String(most) : last && positionOf(last);
    return answerOf(200, {
      events: events.slice(skipped).map((event) => wireEvent(event, now)),
      nextToken: more && last ? position : null,
    });
  }

  /** The newest of all events. */
  #newest({ now, after, most, matches }: Selection): Part {
    const events: TrueEvent[] = [];
    const all = this.#byCreation;
    const from = after === null ? now : Number.parseInt(after, 36);
    for (let index = firstAfter(all, from, 'createdAt') - 1; index >= 0; index--) {
      const event = all[index];
      if (!event || event.visibleAt > now || (after !== null && positionOf(event) >= after))
        continue;
      if (!matches(event)) continue;
      if (events.length === most) return { events, more: true };
      events.push(event);
    }
    return { events, more: false };
  }

  /** The newest events of a range. */
  #within(start: number, end: number, { now, after, most, matches }: Selection): Part {
    const { timeField, bounds } = this.#scenario;
    const all = this.#byFilteredTime;
    const exclusive = bounds === 'exclusive' ? 1 : 0;
    const first = firstAfter(all, start - 1 + exclusive, timeField);
    const found: TrueEvent[] = [];
    for (let index = first; index < all.length; index++) {
      const event = all[index];
      if (!event || event[timeField] > end - exclusive) break;
      if (event.visibleAt > now || (after !== null && positionOf(event) >= after)) continue;
      if (!matches(event)) continue;
      found.push(event);
    }
    if (timeField === 'createdAt') found.reverse();
    else found.sort((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1));
    return { events: found.slice(0, most), more: found.length > most };
  }
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null ? undefined : Number(text);
}

function matcherOf(query: URLSearchParams, now: number): Selection['matches'] {
  const [status, account, schema] = ['status', 'account_id', 'schema_name'].map((name) =>
    query.get(name),
  );
  return (event) =>
    (status === null || statusAt(event, now) === status) &&
    (account === null || event.account === account) &&
    (schema === null || event.schema === schema);
}

/** Grows with `createdAt`, and differs for events of the same moment. */
function positionOf({ createdAt, referenceId }: TrueEvent): string {
  return `${createdAt.toString(36)}.${referenceId}`;
}

/** The index of the first event after a time, in events that are sorted by `field`. */
export function firstAfter(
  events: readonly TrueEvent[],
  time: number,
  field: 'createdAt' | 'timestamp',
): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.[field] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wireEvent(event: TrueEvent, now: number) {
  const { referenceId, id, account, schema, createdAt, timestamp } = event;
  return {
    referenceId,
    eventPayload: {
      id,
      schemaName: schema,
      timestamp: isoTime(timestamp),
      ...(account !== '' && { accountId: account }),
    },
    ingestionStatus: { status: statusAt(event, now), statusDescription: 'as it was decided' },
    createdAt: isoTime(createdAt),
  };
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
