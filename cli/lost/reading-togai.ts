import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { EventDetails } from '../../functions/monitor/events/event-details.ts';
import type { AccountRevenue, EventQuery, UsageEvents } from '../../functions/monitor/ports.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import type { Asker } from '../../functions/monitor/togai/ask-with-retries.ts';
import { checkEnd } from '../../functions/monitor/togai/more-pages.ts';
import { readEventDetails } from '../../functions/monitor/togai/read-event-details.ts';
import { type PageAnswer, readPage } from '../../functions/monitor/togai/read-event-page.ts';
import { readRevenue } from '../../functions/monitor/togai/read-metrics.ts';
import {
  eventRequest,
  listRequest,
  nameOf,
  revenueRequest,
} from '../../functions/monitor/togai/requests.ts';
import type { Payload } from './lost-event.ts';

/** A page with the sender's part of each event, where a person asked for it. */
export interface PageWithPayloads extends PageAnswer {
  readonly payloads: ReadonlyMap<UsageEvent, Payload>;
}

/** Togai's answers about the events with one sender's id. */
export interface LookUp {
  /** The latest first. */
  readonly events: readonly UsageEvent[];
  /** Entries that could not be read. */
  readonly malformed: number;
  readonly details: readonly EventDetails[];
}

/** Reads events, and changes none. */
export class ReadingTogai implements UsageEvents, AccountRevenue {
  readonly #asker: Asker;
  readonly #baseUrl: string;
  readonly #withPayload: boolean;

  constructor(asker: Asker, baseUrl: string, withPayload: boolean) {
    this.#asker = asker;
    this.#baseUrl = baseUrl;
    this.#withPayload = withPayload;
  }

  pages(query: EventQuery, signal: AbortSignal): AsyncGenerator<PageWithPayloads> {
    return this.pagesFrom(query, undefined, signal);
  }

  /** @param token of the first page; `undefined`: from the beginning of the list */
  async *pagesFrom(
    query: EventQuery,
    token: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<PageWithPayloads> {
    let nextToken = token;
    let entries = 0;
    do {
      const request = listRequest(this.#baseUrl, query, nextToken);
      const page = await this.#asker.ask(request, (json) => this.#readPage(json), signal);
      entries += page.events.length + page.malformed.length;
      nextToken = page.nextToken;
      // A list that was begun elsewhere has entries that are not counted here.
      const isWhole = token === undefined;
      if (nextToken === undefined && isWhole) checkEnd(nameOf(request), page.more, entries);
      yield page;
    } while (nextToken !== undefined);
  }

  event(id: string, signal: AbortSignal): Promise<EventDetails[]> {
    return this.#asker.ask(eventRequest(this.#baseUrl, id), readEventDetails, signal);
  }

  /** The events with a sender's id. */
  lookUp(id: string, signal: AbortSignal): Promise<LookUp> {
    return this.#asker.ask(eventRequest(this.#baseUrl, id), readLookUp, signal);
  }

  revenue(range: Range, accounts: readonly string[], signal: AbortSignal) {
    return this.#asker.ask(revenueRequest(this.#baseUrl, range, accounts), readRevenue, signal);
  }

  #readPage(json: unknown): PageWithPayloads {
    const page = readPage(json);
    return { ...page, payloads: this.#withPayload ? payloadsOf(json, page) : new Map() };
  }
}

/** Reads the answer of `GET /events/{event_id}`: a list of events with that id, or the event itself. */
function readLookUp(json: unknown): LookUp {
  const details = readEventDetails(json);
  const isList = typeof json === 'object' && json !== null && 'events' in json;
  const { events, malformed } = readPage(isList ? { events: json.events } : { events: [json] });
  return { events, malformed: malformed.length, details };
}

function payloadsOf(json: unknown, { events }: PageAnswer): ReadonlyMap<UsageEvent, Payload> {
  const payloads = new Map<UsageEvent, Payload>();
  const { events: entries } = json as { readonly events?: readonly unknown[] | null };
  let next = 0;
  for (const entry of entries ?? []) {
    const event = readPage({ events: [entry] }).events.length === 1 ? events[next++] : undefined;
    if (event) payloads.set(event, payloadOf(entry));
  }
  return payloads;
}

function payloadOf(entry: unknown): Payload {
  const { eventPayload } = entry as { readonly eventPayload?: Partial<Payload> | null };
  return { attributes: eventPayload?.attributes ?? [], dimensions: eventPayload?.dimensions ?? {} };
}
