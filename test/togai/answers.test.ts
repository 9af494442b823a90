import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventsIn } from '../../functions/monitor/events/metrics-answer.ts';
import { NotOfThisApi } from '../../functions/monitor/togai/answer-fields.ts';
import { parseJson } from '../../functions/monitor/togai/parse-json.ts';
import { readPage } from '../../functions/monitor/togai/read-event-page.ts';
import { readMetrics, readRevenue } from '../../functions/monitor/togai/read-metrics.ts';

const nothingToRedact = (text: string) => text;
const read = (event: object) =>
  parseJson(JSON.stringify({ events: [event] }), nothingToRedact, readPage);

const time = fc
  .date({
    min: new Date('2001-01-01T00:00:00Z'),
    max: new Date('2099-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const name = fc.oneof(fc.string({ maxLength: 20 }), fc.constant(''), fc.integer());
const event = fc.record({
  referenceId: optional(name),
  eventPayload: fc.record({
    referenceId: optional(name),
    id: optional(name),
    accountId: optional(name),
    schemaName: optional(name),
    timestamp: time,
  }),
  ingestionStatus: fc.record({
    status: fc.constantFrom('INGESTION_COMPLETED_EVENT_METERED', 'NEW', ' SPACED ', ''),
    statusDescription: optional(fc.string({ maxLength: 300 })),
  }),
  createdAt: time,
});

test('an event reads the same in its usual spelling and in another one', () => {
  fc.assert(
    fc.property(event, (usual) => {
      const another = {
        ...usual,
        // The same meaning in a spelling that the fast path does not take.
        ingestionStatus: { ...usual.ingestionStatus, status: ` ${usual.ingestionStatus.status} ` },
      };
      const [a, b] = [read(usual), read(another)];
      expect(a.events).toEqual(b.events);
      expect(a.malformed.length).toBe(b.malformed.length);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['a payload that is missing', { eventPayload: undefined }],
  ['a payload that is a list', { eventPayload: [] }],
  ['a payload that is null', { eventPayload: null }],
  ['a timestamp that is no time', { eventPayload: { timestamp: 'yesterday' } }],
])('an event with %s is read by the schema', (_, fields) => {
  const page = read({
    referenceId: 'r',
    ingestionStatus: { status: 'REVERTED' },
    createdAt: '2026-11-18T11:30:00.500Z',
    ...fields,
  });
  expect(page.events).toMatchObject([
    { referenceId: 'r', status: 'REVERTED', timestamp: undefined },
  ]);
});

test.each([
  ['2026-11-18T11:30:00.500', true],
  ['2026-11-18T11:30:00.500Z', undefined],
  ['2026-11-18T17:00:00.500+05:30', undefined],
  ['2026-11-18T17:00:00.500+0530', undefined],
  ['2026-11-18T06:30:00.500-05', undefined],
])('the time %s has no zone: %s', (createdAt, isZoneless) => {
  const { events } = read({
    eventPayload: { timestamp: '2026-11-18T11:30:00.500Z' },
    ingestionStatus: { status: 'REVERTED' },
    createdAt,
  });
  expect(events.map((event) => event.isZoneless)).toEqual([isZoneless]);
});

test.each([
  ['before there was a Togai', '1999-12-31T23:59:59.999Z'],
  ['at an hour that no day has', '2026-11-18T24:00:00.000Z'],
  ['at a minute that no hour has', '2026-11-18T23:60:00.000Z'],
  ['on a day that no month has', '2026-11-31T23:00:00.000Z'],
])('an event that was received %s is malformed', (_, createdAt) => {
  const { malformed } = read({
    eventPayload: { timestamp: '2026-11-18T11:30:00.500Z' },
    ingestionStatus: { status: 'REVERTED' },
    createdAt,
  });
  expect(malformed).toHaveLength(1);
});

test.each([
  '123456789012345678',
  '-123456789012345678',
  '1e20',
  '1.5E+30',
  '12345678901234567890.0',
])('an id that is the number %s keeps every digit, although a number cannot hold it', (id) => {
  const body = `{"events":[{"referenceId":${id},"ingestionStatus":{"status":"REVERTED"},"createdAt":"2026-11-18T11:30:00.500Z"}]}`;
  expect(parseJson(body, nothingToRedact, readPage).events[0]?.referenceId).toBe(id);
  const escaped = body.replace('REVERTED', 'REVERTE\\u0044');
  expect(parseJson(escaped, nothingToRedact, readPage).events[0]?.referenceId).toBe(id);
});

test.each([
  ['a text', '"\\n"'],
  ['an id longer than a number can hold', '1'],
])('endless levels around %s are no answer of this API', (_, innermost) => {
  const deep = `${'['.repeat(20_000)}${innermost}${']'.repeat(20_000)}`;
  const body = `{"events":[{"referenceId":123456789012345678901,"eventPayload":{},"ingestionStatus":{"status":"REVERTED"},"createdAt":"2026-11-18T11:30:00.500Z","dimensions":${deep}}]}`;
  expect(() => parseJson(body, nothingToRedact, readPage)).toThrow(NotOfThisApi);
});

test.each([
  ['a negative number', '[-1]'],
  ['no number', '["many"]'],
  ['a number beyond all bounds', '[1e999]'],
  ['no list', '"12"'],
])('a metric is never read as zero if it is %s', (_, metricValues) => {
  const body = `{"results":[{"id":"q","data":[{"timestamps":[],"metricValues":${metricValues}}]}]}`;
  expect(() => parseJson(body, nothingToRedact, readMetrics)).toThrow(NotOfThisApi);
});

test('revenue may be negative, and counts of events beside it may not', () => {
  const body = (revenue: number, events: number) => ({
    results: [
      { id: 'revenue', name: 'REVENUE', data: points(revenue) },
      { id: 'metered', name: 'EVENTS', data: points(events) },
    ],
  });
  const points = (value: number) => [
    { timestamps: ['2026-11-18T00:00:00Z'], metricValues: [value] },
  ];
  expect(readRevenue(body(-12.5, 3)).revenue.map(eventsIn)).toEqual([-12.5]);
  expect(() => readRevenue(body(1, -3))).toThrow(NotOfThisApi);
});

test('an answer without revenue is no answer about it', () => {
  const body = { results: [{ id: 'metered', name: 'EVENTS', data: [] }] };
  expect(() => readRevenue(body)).toThrow(NotOfThisApi);
});

test('names in a body are redacted like values, in any spelling and of any length', () => {
  const secret = 'tgi/secret';
  const redact = (text: string) => text.replaceAll(secret, '[token]');
  const spelled = JSON.stringify({ [`${secret}${'x'.repeat(200)}`]: [{ [secret]: 1 }] });
  const read = parseJson(spelled.replaceAll('/', '\\u002f'), redact, (json) =>
    JSON.stringify(json),
  );
  expect(read).not.toContain('secret');
});
