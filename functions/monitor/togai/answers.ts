import * as v from 'valibot';
import type { EventPage, MalformedEvent, UsageEvent } from '../events/event.ts';
import type { EventDetails } from '../events/event-details.ts';
import type { MetricSeries, MetricsAnswer } from '../events/metrics-answer.ts';
import { cutAt, printable } from '../text/text.ts';
import { parseTime } from '../timeline/time.ts';

/**
 * What comes in over HTTP, checked for what counting needs; everything else in it is ignored.
 * Source: Togai's OpenAPI of event management and the examples in it, which disagree with each other.
 */

/** Togai's own bound for an account id, in code points; nothing longer is kept of any name. */
const MAX_NAME = 512;

/** A whole number beyond what a number can hold was met where a text belongs. */
class LongNumber extends Error {}

function isLongNumber(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Some of Togai's examples give ids as numbers. */
const text = v.union([
  v.string(),
  v.pipe(
    v.number(),
    v.transform((number) => {
      if (isLongNumber(number)) throw new LongNumber();
      return String(number);
    }),
  ),
]);
const optionalText = v.fallback(v.optional(text), undefined);
const time = v.pipe(v.string(), v.transform(parseTime), v.number('is not an ISO 8601 time'));
/** Togai is younger than this; what claims to be older (such as the year 1) is no time. */
const EARLIEST = Date.UTC(2000, 0);
const receivedAt = v.pipe(time, v.minValue(EARLIEST, 'is before there was a Togai'));

const ingestionStatus = v.object({
  status: v.pipe(v.string(), v.trim(), v.nonEmpty('is empty')),
  statusDescription: optionalText,
});

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

/** What of a broken event can still be told. */
const remains = v.object({
  referenceId: optionalText,
  eventPayload: v.fallback(v.optional(v.object({ referenceId: optionalText })), undefined),
  createdAt: v.fallback(v.optional(receivedAt), undefined),
});

const eventList = v.nullish(v.array(v.unknown()));
const page = v.object({ events: eventList, nextToken: v.nullish(v.string()) });

const pipelineInfo = v.object({
  usageMeters: v.fallback(v.optional(v.array(v.object({ name: text, status: text }))), undefined),
  pricePlans: v.fallback(
    v.optional(v.array(v.object({ name: text, cycleStart: optionalText, cycleEnd: optionalText }))),
    undefined,
  ),
});

const eventDetails = v.object({
  ingestionStatus,
  eventPipelineInfo: v.fallback(v.optional(pipelineInfo), undefined),
});

const points = v.object({
  groupedBy: v.optional(v.object({ fieldValue: v.fallback(v.optional(text, ''), '') })),
  // What cannot be read is no zero.
  metricValues: v.nullish(v.array(v.pipe(v.number(), v.finite(), v.minValue(0)))),
});
/** One older page shows a single object where the newest shows a list. */
const series = v.pipe(
  v.unknown(),
  v.transform((data) => [data].flat()),
  v.array(points),
);
const metricsAnswer = v.object({
  results: v.array(v.object({ id: v.string(), data: v.nullish(series) })),
});

const errorAnswer = v.object({ message: v.string() });

/** An answer that is JSON, but not an answer of this API. The message says what it is instead. */
export class NotOfThisApi extends Error {}

/**
 * The answer of `GET /events`. An empty result may come as `{"events":[]}`, as `{"events":null}` or as `{}`.
 *
 * @throws NotOfThisApi
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

/** The answer of `GET /events/{event_id}`: a list of events with that id, or the one. @throws NotOfThisApi */
export function readEventDetails(json: unknown): EventDetails[] {
  const body = asObject(json);
  const list = 'events' in body ? body.events : [body];
  const result = v.safeParse(v.nullish(v.array(eventDetails)), list);
  if (!result.success) throw new NotOfThisApi(`an event whose ${problemOf(result.issues[0])}`);
  return (result.output ?? []).map(({ ingestionStatus, eventPipelineInfo }) => ({
    ...ingestionStatus,
    statusDescription: ingestionStatus.statusDescription,
    pipeline: eventPipelineInfo && {
      usageMeters: eventPipelineInfo.usageMeters,
      pricePlans: eventPipelineInfo.pricePlans,
    },
  }));
}

/** The answer of `POST /metrics`: what each query counted, by group, over the whole range. @throws NotOfThisApi */
export function readMetrics(json: unknown): MetricsAnswer {
  const result = v.safeParse(metricsAnswer, asObject(json));
  if (!result.success) throw new NotOfThisApi(`an object whose ${problemOf(result.issues[0])}`);
  const series = new Map<string, MetricSeries[]>();
  let held = 0;
  for (const { id, data } of result.output.results) {
    const lines = data ?? [];
    held += lines.reduce((sum, { metricValues }) => sum + (metricValues?.length ?? 0), 0);
    const read = lines.map(({ groupedBy, metricValues }) => ({
      group: groupedBy && cutAt(groupedBy.fieldValue, MAX_NAME),
      events: (metricValues ?? []).reduce((sum, value) => sum + value, 0),
    }));
    series.set(id, read);
  }
  return { series, points: held };
}

/** Togai's own words for an error, as they came; `undefined` where there are none. */
export function readErrorMessage(json: unknown): string | undefined {
  const result = v.safeParse(errorAnswer, json);
  const message = result.success ? result.output.message.trim() : '';
  return message === '' ? undefined : message;
}

/**
 * Reads a body. Whole numbers beyond what a number can hold, as some ids are, are kept as text.
 *
 * @param redact applied to every text in it that the body itself does not show
 * @throws SyntaxError where it is no JSON; NotOfThisApi where it is nested as no answer is; what `read` throws
 */
export function readBody<T>(
  body: string,
  redact: (text: string) => string,
  read: (json: unknown) => T,
): T {
  // Only in an escape can something hide from a search of the body itself.
  if (!body.includes('\\')) {
    try {
      return read(JSON.parse(body));
    } catch (error) {
      if (!(error instanceof LongNumber)) throw error;
    }
  }
  return read(parseValues(body, redact));
}

function parseValues(body: string, redact: (text: string) => string): unknown {
  try {
    return JSON.parse(body, (_, value: unknown, context?: { source?: string }) => {
      if (typeof value === 'string') return redact(value);
      if (typeof value === 'object' && value !== null) return withSafeKeys(value, redact);
      return isLongNumber(value) ? (context?.source ?? String(value)) : value;
    });
  } catch (error) {
    // What looks at each value does so by recursion, which ends after a few thousand levels.
    if (error instanceof RangeError) throw new NotOfThisApi('JSON of far too many levels');
    throw error;
  }
}

/** Names are shown in messages, too. */
function withSafeKeys(value: object, redact: (text: string) => string): object {
  if (Array.isArray(value) || Object.keys(value).every((key) => redact(key) === key)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [redact(key), entry]));
}

/** An entry as it may be; each field of it is looked at before it is used. */
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
 * An event of the usual shape, without the schema: with it, reading a page would take three times as long as parsing
 * it. Whatever is unusual in any way is left to the schema, which decides.
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

function asObject(json: unknown): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    return json as Record<string, unknown>;
  }
  const kind = json === null ? 'null' : Array.isArray(json) ? 'a list' : `a ${typeof json}`;
  throw new NotOfThisApi(`${kind} instead of an object`);
}

function toUsageEvent(output: v.InferOutput<typeof event>): UsageEvent {
  const { eventPayload, ingestionStatus, createdAt } = output;
  const referenceId = output.referenceId || eventPayload?.referenceId;
  const id = eventPayload?.id;
  const { status, statusDescription } = ingestionStatus;
  const accountId = cutAt(eventPayload?.accountId ?? '', MAX_NAME);
  const schemaName = cutAt(eventPayload?.schemaName ?? '', MAX_NAME);
  // A duplicate shares the id of its original, but hardly everything else.
  const standIn = () =>
    id === undefined ? undefined : JSON.stringify([id, createdAt, status, accountId, schemaName]);
  return {
    identity: referenceId || standIn(),
    referenceId,
    id,
    createdAt,
    timestamp: eventPayload?.timestamp,
    status: cutAt(status, MAX_NAME),
    statusDescription: statusDescription === undefined ? undefined : cutAt(statusDescription, 250),
    accountId,
    schemaName,
  };
}

function toMalformedEvent(entry: unknown, problem: string): MalformedEvent {
  const result = v.safeParse(remains, entry);
  const { referenceId, eventPayload, createdAt } = result.success
    ? result.output
    : { referenceId: undefined, eventPayload: undefined, createdAt: undefined };
  const identity = referenceId || eventPayload?.referenceId;
  const name = identity === undefined ? 'an event' : `event ${printable(identity, 80)}`;
  return { identity, createdAt, problem: `${name}: ${problem}` };
}

/** `createdAt "yesterday" is not an ISO 8601 time`, `ingestionStatus.status is missing`. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const name = path === null ? 'it' : printable(path, 80);
  if (issue.input === undefined && !issue.message.startsWith('is ')) return `${name} is missing`;
  if (issue.message.startsWith('is ')) {
    const input = issue.path?.at(-1)?.value;
    return `${name} ${printable(JSON.stringify(input) ?? '', 40)} ${issue.message}`;
  }
  const expected =
    issue.expected === 'Object' ? 'an object' : issue.expected === 'Array' ? 'a list' : 'text';
  const received = issue.received === 'Object' ? 'an object' : printable(issue.received, 40);
  return `${name} is ${received}, not ${expected}`;
}
