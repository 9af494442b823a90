import * as v from 'valibot';
import type { EventPage, MalformedEvent, UsageEvent } from '../events/event.ts';
import { cutAt, printable } from '../text/text.ts';
import { parseTime } from '../timeline/time.ts';
import {
  asObject,
  ingestionStatus,
  MAX_NAME,
  NotOfThisApi,
  optionalText,
  problemOf,
} from './answer-fields.ts';

/** In code points. */
const MAX_DESCRIPTION = 250;

const time = v.pipe(v.string(), v.transform(parseTime), v.number('is not an ISO 8601 time'));

/** Togai is younger than this. An older time, such as one of the year 1, stands for a missing one. */
const EARLIEST = Date.UTC(2000, 0);
const receivedAt = v.pipe(time, v.minValue(EARLIEST, 'is before there was a Togai'));

const payload = v.object({
  referenceId: optionalText,
  id: optionalText,
  accountId: optionalText,
  schemaName: optionalText,
  timestamp: v.fallback(v.optional(time), undefined),
});

const event = v.object({
  // At the top in the schema, inside `eventPayload` in the published examples.
  referenceId: optionalText,
  eventPayload: v.fallback(v.optional(payload), undefined),
  ingestionStatus,
  createdAt: receivedAt,
});

/** The fields of a malformed event that help to recognise it. */
const malformedEvent = v.object({
  referenceId: optionalText,
  eventPayload: v.fallback(v.optional(v.object({ referenceId: optionalText })), undefined),
  createdAt: v.fallback(v.optional(receivedAt), undefined),
});

const page = v.object({
  events: v.nullish(v.array(v.unknown())),
  nextToken: v.nullish(v.string()),
});

/**
 * Reads the answer of `GET /events`. An empty result may come as `{"events":[]}`, as `{"events":null}` or as `{}`.
 *
 * @param json a parsed body
 * @throws NotOfThisApi where the answer as a whole cannot be read; an unreadable event is `malformed` instead
 */
export function readPage(json: unknown): EventPage {
  const body = asObject(json);
  const result = v.safeParse(page, body);
  if (!result.success) {
    throw new NotOfThisApi(`an object whose ${problemOf(result.issues[0])}`);
  }
  if (!('events' in body)) {
    const others = Object.keys(body).filter((key) => key !== 'nextToken');
    if (others.length > 0) {
      const names = printable(others.slice(0, 5).join(', '), 80);
      throw new NotOfThisApi(`an object without "events" (it has ${names})`);
    }
  }
  const events: UsageEvent[] = [];
  const malformed: MalformedEvent[] = [];
  for (const entry of result.output.events ?? []) {
    const usual = readUsual(entry);
    if (usual) {
      events.push(usual);
      continue;
    }
    const read = v.safeParse(event, entry);
    if (read.success) events.push(toUsageEvent(read.output));
    else malformed.push(toMalformedEvent(entry, problemOf(read.issues[0])));
  }
  return { events, malformed, nextToken: result.output.nextToken || undefined };
}

/** An entry of the list, before any of its fields was checked. */
interface RawEvent {
  readonly referenceId?: unknown;
  readonly eventPayload?: {
    readonly referenceId?: unknown;
    readonly id?: unknown;
    readonly accountId?: unknown;
    readonly schemaName?: unknown;
    readonly timestamp?: unknown;
  } | null;
  readonly ingestionStatus?: {
    readonly status?: unknown;
    readonly statusDescription?: unknown;
  } | null;
  readonly createdAt?: unknown;
}

const isTextOrNothing = (value: unknown): value is string | undefined =>
  typeof value === 'string' || value === undefined;

/**
 * Reads an event of the usual shape without the schema, for speed. By the schema, reading a page takes three times as long as
 * parsing it. An event that is unusual in any way is left to the schema, so both ways read the same.
 */
function readUsual(entry: unknown): UsageEvent | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { referenceId, eventPayload, ingestionStatus, createdAt } = entry as RawEvent;
  if (typeof eventPayload !== 'object' || eventPayload === null) return undefined;
  if (typeof ingestionStatus !== 'object' || ingestionStatus === null) return undefined;
  const { id, accountId, schemaName, timestamp } = eventPayload;
  const { status, statusDescription } = ingestionStatus;
  if (typeof createdAt !== 'string' || typeof timestamp !== 'string') return undefined;
  if (typeof status !== 'string' || status === '' || status !== status.trim()) return undefined;
  if (!isTextOrNothing(referenceId) || !isTextOrNothing(eventPayload.referenceId)) return undefined;
  if (!isTextOrNothing(id) || !isTextOrNothing(statusDescription)) return undefined;
  if (!isTextOrNothing(accountId) || !isTextOrNothing(schemaName)) return undefined;
  const received = parseTime(createdAt);
  const happened = parseTime(timestamp);
  if (received === undefined || received < EARLIEST || happened === undefined) return undefined;
  return toUsageEvent({
    referenceId,
    eventPayload: {
      referenceId: eventPayload.referenceId,
      id,
      accountId,
      schemaName,
      timestamp: happened,
    },
    ingestionStatus: { status, statusDescription },
    createdAt: received,
  });
}

function toUsageEvent(output: v.InferOutput<typeof event>): UsageEvent {
  const { eventPayload, ingestionStatus, createdAt } = output;
  const referenceId = output.referenceId || eventPayload?.referenceId;
  const id = eventPayload?.id;
  const { status, statusDescription } = ingestionStatus;
  const accountId = cutAt(eventPayload?.accountId ?? '', MAX_NAME);
  const schemaName = cutAt(eventPayload?.schemaName ?? '', MAX_NAME);
  // The id alone is no identity, because a duplicate carries the id of its original. It hardly shares all of these fields.
  const standIn = () =>
    id === undefined ? undefined : JSON.stringify([id, createdAt, status, accountId, schemaName]);
  return {
    identity: referenceId || standIn(),
    referenceId,
    id,
    createdAt,
    timestamp: eventPayload?.timestamp,
    status: cutAt(status, MAX_NAME),
    statusDescription:
      statusDescription === undefined ? undefined : cutAt(statusDescription, MAX_DESCRIPTION),
    accountId,
    schemaName,
  };
}

function toMalformedEvent(entry: unknown, problem: string): MalformedEvent {
  const result = v.safeParse(malformedEvent, entry);
  const { referenceId, eventPayload, createdAt } = result.success
    ? result.output
    : { referenceId: undefined, eventPayload: undefined, createdAt: undefined };
  const identity = referenceId || eventPayload?.referenceId;
  const name = identity === undefined ? 'an event' : `event ${printable(identity, 80)}`;
  return { identity, createdAt, problem: `${name}: ${problem}` };
}
