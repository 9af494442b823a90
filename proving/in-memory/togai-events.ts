import type { ShownPage } from '../history.ts';
import { generationAt, type Scenario } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import { answerOf, type TogaiAnswer } from './answer.ts';
import { EventList, type Listed, type Position, type Selection } from './event-list.ts';
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

/** `GET /events` and `GET /events/{id}`. */
export class EventListing {
  readonly #scenario: Scenario;
  readonly #faults: Faults;
  readonly #list: EventList;
  readonly #byId: Map<string, TrueEvent[]>;

  constructor(scenario: Scenario, events: readonly TrueEvent[], faults: Faults) {
    this.#scenario = scenario;
    this.#faults = faults;
    this.#list = new EventList(events);
    this.#byId = Map.groupBy(events, ({ id }) => id);
  }

  event(id: string, now: number): TogaiAnswer {
    const [own = id, copy = '0'] = id.split('~');
    const events = (this.#byId.get(own) ?? []).filter(
      (event) => statusAt(event, now) !== undefined,
    );
    return answerOf(200, {
      events: events.map((event) => wireEvent({ event, copy: Number(copy) }, now)),
    });
  }

  page(query: URLSearchParams, now: number): TogaiAnswer {
    const selection = this.#selectionOf(query, now);
    if ('problem' in selection) return answerOf(400, { message: selection.problem });
    const { listed, more } = this.#list.page(selection);
    const last = listed.at(-1);
    const { paging } = this.#scenario;
    const position =
      paging === 'number'
        ? String(selection.skipped + listed.length)
        : last && positionText(last, selection.orderBy);
    const events = listed.map((one) => wireEvent(one, now));
    const answer = answerOf(200, { events, nextToken: more && last ? position : null });
    return { ...answer, page: shownPage(listed) };
  }

  #selectionOf(query: URLSearchParams, now: number): Selection | { readonly problem: string } {
    const unknown = [...query.keys()].find((name) => !PARAMETERS.has(name));
    const pageSize = Number(query.get('pageSize') ?? MAX_PAGE_SIZE);
    if (unknown !== undefined || !(pageSize >= 1 && pageSize <= MAX_PAGE_SIZE)) {
      return { problem: `bad parameter ${unknown ?? 'pageSize'}` };
    }
    const start = numberIn(query, 'start_time');
    const end = numberIn(query, 'end_time');
    if (Number.isNaN(start) || Number.isNaN(end) || (start ?? 0) > (end ?? Number.MAX_VALUE)) {
      return { problem: 'bad time' };
    }
    const { weight, paging } = this.#scenario;
    const after = query.get('nextToken');
    const byNumber = paging === 'number';
    return {
      range: this.#rangeOf(start, end, now),
      ...generationAt(this.#scenario, now),
      after: after === null || byNumber ? undefined : readPosition(after),
      skipped: byNumber ? Number(after ?? 0) : 0,
      most: pageSize,
      weight,
      matches: matcherOf(query, now),
      now,
    };
  }

  #rangeOf(start: number | undefined, end: number | undefined, now: number): Selection['range'] {
    if (start === undefined && end === undefined) return undefined;
    const { timeFilter } = generationAt(this.#scenario, now);
    if (this.#faults.strikes('filter-ignored', now) || timeFilter === 'ignored') return undefined;
    const exclusive = this.#scenario.bounds === 'exclusive' ? 1 : 0;
    return {
      field: timeFilter,
      start: (start ?? Number.NEGATIVE_INFINITY) + exclusive,
      end: (end ?? Number.POSITIVE_INFINITY) - exclusive,
    };
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
  return (event) => {
    const current = statusAt(event, now);
    return (
      current !== undefined &&
      (status === null || current === status) &&
      (account === null || event.account === account) &&
      (schema === null || event.schema === schema)
    );
  };
}

function positionText({ event, copy }: Listed, orderBy: Selection['orderBy']): string {
  return `${event[orderBy].toString(36)}.${event.referenceId}.${copy}`;
}

function readPosition(text: string): Position {
  const [time = '', referenceId = '', copy = ''] = text.split('.');
  return { time: Number.parseInt(time, 36), referenceId, copy: Number(copy) };
}

function shownPage(listed: readonly Listed[]): ShownPage {
  const times = listed.map(({ event }) => event.createdAt);
  return {
    events: listed.length,
    newestCreatedAt: times.length > 0 ? Math.max(...times) : undefined,
  };
}

function wireEvent({ event, copy }: Listed, now: number) {
  const { referenceId, id, account, schema } = event;
  const { createdAt, timestamp } = timesOf(event);
  const suffix = copy === 0 ? '' : `~${copy}`;
  return {
    referenceId: `${referenceId}${suffix}`,
    eventPayload: {
      id: `${id}${suffix}`,
      schemaName: schema,
      timestamp,
      ...(account !== '' && { accountId: account }),
    },
    ingestionStatus: { status: statusAt(event, now), statusDescription: 'as it was decided' },
    createdAt,
  };
}

/** An event is listed many times, and writing a time as text is slow. */
const TIMES = new WeakMap<TrueEvent, { readonly timestamp: string; readonly createdAt: string }>();

function timesOf(event: TrueEvent) {
  const known = TIMES.get(event);
  if (known) return known;
  const times = {
    timestamp: new Date(event.timestamp).toISOString(),
    createdAt: new Date(event.createdAt).toISOString(),
  };
  TIMES.set(event, times);
  return times;
}
