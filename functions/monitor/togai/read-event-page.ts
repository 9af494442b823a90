import * as v from 'valibot';
import {
  type EventPage,
  MAX_DESCRIPTION,
  type MalformedEvent,
  type UsageEvent,
} from '../events/event.ts';
import { groupOf } from '../events/status-groups.ts';
import { hash53 } from '../text/hash.ts';
import { cutAt, formatCount, printable } from '../text/text.ts';
import { parseTime } from '../timeline/time.ts';
import {
  asObject,
  ingestionStatus,
  MAX_NAME,
  NotOfThisApi,
  optionalText,
  problemOf,
} from './answer-fields.ts';
import { MAX_ENTRIES } from './body-size.ts';
import { complaintIn, FailedAnswer } from './empty-list-with-message.ts';
import { hintsAtMore, type MorePages, morePagesIn } from './more-pages.ts';

/** In characters. */
const MAX_IDENTITY = 90;

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
  eventPayload: v.nullish(payload),
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

/** Keys that this version knows, beside those that hint at more pages. */
const KNOWN_KEYS = ['events', 'nextToken', 'message', 'error', 'errors', 'code', 'success', 'ok'];

/** A page, and the other facts that the client takes from the answer. */
export interface PageAnswer extends EventPage {
  readonly more: MorePages;
  /** Keys that this version does not know. */
  readonly unknownKeys: readonly string[];
}

/**
 * Reads the answer of `GET /events`. An empty result may come as `{"events":[]}`, as `{"events":null}` or as `{}`.
 *
 * @param json a parsed body
 * @throws NotOfThisApi where the answer as a whole cannot be read; an unreadable event is `malformed` instead.
 *   FailedAnswer for an empty list with words that say that it failed
 */
export function readPage(json: unknown): PageAnswer {
  const body = asObject(json);
  const complaint = complaintIn(body);
  if (complaint && isEmptyList(body.events)) {
    throw new FailedAnswer(`an empty list of events and ${complaint}`);
  }
  const result = v.safeParse(page, body);
  if (!result.success) {
    throw new NotOfThisApi(`an object whose ${problemOf(result.issues[0])}`);
  }
  refuseOtherObject(body);
  const events: UsageEvent[] = [];
  const malformed: MalformedEvent[] = [];
  for (const entry of result.output.events ?? []) {
    const usual = readUsual(entry);
    if (usual) {
      events.push(usual);
      continue;
    }
    const read = v.safeParse(event, entry);
    if (read.success) {
      const { createdAt } = entry as { createdAt: string };
      events.push(toUsageEvent({ ...read.output, isZoneless: isZoneless(createdAt) }));
    } else malformed.push(toMalformedEvent(entry, problemOf(read.issues[0])));
  }
  return {
    events,
    malformed,
    nextToken: result.output.nextToken || undefined,
    isEndUnsaid: !('nextToken' in body),
    more: morePagesIn(body),
    unknownKeys: unknownKeysOf(body).filter((key) => !hintsAtMore(key)),
  };
}

function unknownKeysOf(body: object): string[] {
  return Object.keys(body).filter((key) => !KNOWN_KEYS.includes(key));
}

function isEmptyList(events: unknown): boolean {
  return events === undefined || events === null || (Array.isArray(events) && events.length === 0);
}

/** @throws NotOfThisApi for an object that is neither a page nor empty, and for a list that no page holds */
function refuseOtherObject(body: Readonly<Record<string, unknown>>): void {
  if (Array.isArray(body.events) && body.events.length > MAX_ENTRIES) {
    throw new NotOfThisApi(`a page of more than ${formatCount(MAX_ENTRIES)} events`);
  }
  const others = unknownKeysOf(body);
  if ('events' in body || others.length === 0) return;
  const names = printable(others.slice(0, 5).join(', '), 80);
  throw new NotOfThisApi(`an object without "events" (it has ${names})`);
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

/** As Togai writes statuses; any other spelling is left to the schema, which corrects it. */
const USUAL_STATUS = /^[A-Z0-9_]+$/;

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
  if (typeof status !== 'string' || !USUAL_STATUS.test(status)) return undefined;
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
    isZoneless: isZoneless(createdAt),
  });
}

function toUsageEvent(
  output: Omit<v.InferOutput<typeof event>, 'createdAt'> & {
    readonly createdAt: number;
    readonly isZoneless: boolean;
  },
): UsageEvent {
  const { eventPayload, ingestionStatus, createdAt } = output;
  const referenceId = output.referenceId || eventPayload?.referenceId;
  const id = eventPayload?.id;
  const { status, statusDescription } = ingestionStatus;
  const accountId = cutAt(eventPayload?.accountId ?? '', MAX_NAME);
  const schemaName = cutAt(eventPayload?.schemaName ?? '', MAX_NAME);
  return {
    // Without a referenceId it takes all fields to name an event. A duplicate carries the id of its original, and is another event.
    identity: referenceId
      ? identityOf(referenceId, id, createdAt)
      : id
        ? identityOf(id, createdAt, isDuplicate(status), accountId, schemaName)
        : undefined,
    referenceId: referenceId && cutAt(referenceId, MAX_NAME),
    id: id && cutAt(id, MAX_NAME),
    createdAt,
    ...(output.isZoneless && { isZoneless: true }),
    timestamp: eventPayload?.timestamp,
    status: cutAt(status, MAX_NAME),
    statusDescription:
      statusDescription === undefined ? undefined : cutAt(statusDescription, MAX_DESCRIPTION),
    accountId,
    schemaName,
  };
}

function isDuplicate(status: string): boolean {
  return groupOf(status) === 'duplicate';
}

/** Short for fields of any length, because it is held for each event of a bucket, and compared. */
function identityOf(...parts: readonly unknown[]): string {
  const text = JSON.stringify(parts);
  return text.length <= MAX_IDENTITY ? text : `${hash53(text)} ${text.length}`;
}

/** Read as UTC, as Togai's examples without a zone are meant. */
function isZoneless(time: string): boolean {
  return !/(?:Z|[+-]\d\d(?::?\d\d)?)$/i.test(time);
}

function toMalformedEvent(entry: unknown, problem: string): MalformedEvent {
  const result = v.safeParse(malformedEvent, entry);
  const { referenceId, eventPayload, createdAt } = result.success
    ? result.output
    : { referenceId: undefined, eventPayload: undefined, createdAt: undefined };
  const name = referenceId || eventPayload?.referenceId;
  const shown = name === undefined ? 'an event' : `event ${printable(name, 80)}`;
  const identity = name && identityOf(name, createdAt, problem);
  return { identity, createdAt, problem: `${shown}: ${problem}` };
}
