import { MINUTE_MS, parseTime } from '../functions/monitor/timeline/time.ts';
import type { ApiAnswer } from './api-answer.ts';
import type { Switches } from './behaviour-switches.ts';
import { byReferenceId, correct } from './correct-event.ts';
import { eventJson } from './event-json.ts';
import { listEvents } from './list-sent-events.ts';
import type { SimulatedEvent, Traffic } from './traffic.ts';

const ACTIONS = ['UNDO', 'REDO', 'REDO_EVENT'] as const;
type Action = (typeof ACTIONS)[number];

/** So many events a synchronous request corrects at most. */
const MAX_EVENTS = 30;
/** A job is done after this time. */
const JOB_MS = MINUTE_MS;

/** Statuses that cannot be taken in again, each with the reason that Togai gives. */
const NOT_AGAIN: Readonly<Record<string, string>> = {
  INGESTION_IN_PROGRESS: 'Event ingestion is in progress',
  INGESTION_FAILED_DUPLICATE_EVENT: 'Event is a duplicate',
  INGESTION_FAILED_UNITS_INVALID: 'Usage units of the event are invalid',
  INGESTION_FAILED_PAST_GRACE_PERIOD: 'Event is past the grace period',
};

const BY_TIMESTAMP = {
  timeFilter: 'timestamp',
  bounds: 'inclusive',
  orderBy: 'timestamp',
  order: 'newest-first',
} as const;

interface Job {
  /** Epoch ms; `undefined` where it waits for a confirmation. No document says how to confirm it, so it waits for ever. */
  readonly due: number | undefined;
  readonly events: readonly SimulatedEvent[];
  readonly action: Action;
}

/** `POST /events/correction`: undoes events, and takes them in again. Times are epoch ms. */
export class CorrectionApi {
  readonly #traffic: Traffic;
  readonly #switches: Switches;
  readonly #jobs = new Map<string, Job>();
  #lastJob = 0;

  constructor(traffic: Traffic, switches: Switches) {
    this.#traffic = traffic;
    this.#switches = switches;
  }

  answer(query: URLSearchParams, body: unknown, now: number): ApiAnswer {
    const action = ACTIONS.find((each) => each === query.get('action'));
    const accountId = query.get('account_id');
    if (!action) return refusal('action must be UNDO, REDO or REDO_EVENT.');
    if (!accountId) return refusal('account_id is required.');
    if (action === 'REDO_EVENT' && !hasEvent(body)) return refusal('event is required.');
    if (!query.get('id') && !query.get('event_id')) {
      this.#traffic.corrections.withoutId.push(query.toString());
    }
    const events = this.#eventsOf(query, accountId, now);
    if (events.length === 0) return refusal('No events match.');
    const waits = query.get('require_confirmation') === 'true';
    if (waits || query.get('async') === 'true') {
      const jobId = `job-${++this.#lastJob}`;
      this.#jobs.set(jobId, { due: waits ? undefined : now + JOB_MS, events, action });
      return { status: 200, body: { data: [], jobId } };
    }
    if (events.length > MAX_EVENTS) return refusal('Too many events match; use async.');
    const data = events.map((event) => ({
      ...eventJson(event, this.#switches),
      ...this.#correct(event.referenceId, action, now),
    }));
    return { status: 200, body: { data } };
  }

  /** Does the jobs that are due. */
  work(now: number): void {
    for (const [jobId, { due, events, action }] of this.#jobs) {
      if (due === undefined || due > now) continue;
      for (const { referenceId } of events) this.#correct(referenceId, action, now);
      this.#jobs.delete(jobId);
    }
  }

  /** All events that match are corrected, as documented. */
  #eventsOf(query: URLSearchParams, accountId: string, now: number): SimulatedEvent[] {
    const sentAt = parseTime(query.get('event_source_time') ?? '');
    const createdAt = parseTime(query.get('created_at') ?? '');
    return this.#named(query, accountId, sentAt, now).filter(
      (event) =>
        event.accountId === accountId &&
        (sentAt === undefined || event.timestamp === sentAt) &&
        (createdAt === undefined || event.createdAt === createdAt),
    );
  }

  #named(query: URLSearchParams, accountId: string, sentAt: number | undefined, now: number) {
    const id = query.get('id');
    if (id !== null) {
      const event = byReferenceId(this.#traffic, id, now);
      return event ? [event] : [];
    }
    const eventId = query.get('event_id');
    if (eventId !== null) return this.#traffic.byId(eventId, now);
    const newest = {
      startTime: sentAt,
      endTime: sentAt,
      matches: (group: { readonly accountId: string }) => group.accountId === accountId,
      pageSize: MAX_EVENTS + 1,
      after: undefined,
    };
    return [...listEvents(this.#traffic, BY_TIMESTAMP, newest, now).events];
  }

  #correct(referenceId: string, action: Action, now: number) {
    const event = byReferenceId(this.#traffic, referenceId, now);
    const reason = event ? this.#refusalOf(event, action) : 'No such event';
    if (!event || reason !== undefined) return { status: 'FAILED', reason };
    correct(this.#traffic, event, action !== 'UNDO', now);
    return action === 'UNDO'
      ? { status: 'REVERTED', reason: 'Event Reverted' }
      : { status: 'REVERTED_AND_REINGESTED', reason: 'Event Reverted and Reingested' };
  }

  #refusalOf({ status, timestamp }: SimulatedEvent, action: Action): string | undefined {
    if (status === 'REVERTED') return 'Event is already reverted';
    if (action !== 'UNDO' && NOT_AGAIN[status]) return NOT_AGAIN[status];
    const { cyclesClosedBefore = 0 } = this.#traffic.scenario;
    return timestamp < cyclesClosedBefore ? 'Event was ingested in past pricing cycle' : undefined;
  }
}

function refusal(message: string): ApiAnswer {
  return { status: 400, body: { message } };
}

function hasEvent(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'event' in body;
}
