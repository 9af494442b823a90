import { describe, expect, test } from 'vitest';
import { wireEvent } from '../support/events.ts';
import { serve, serveAnswers } from '../support/server.ts';
import { allPages, client } from '../support/togai-client.ts';

describe('GET /events', () => {
  test('sends every parameter, the token and nothing else', async () => {
    const seen: (string | undefined)[] = [];
    const { url, requests } = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers.accept);
      response.end('{}');
    });
    const query = {
      startTime: 1,
      endTime: 2,
      status: 'PROCESSED',
      accountId: 'a&b=c/ü',
      schemaName: 'ride',
      pageSize: 7,
    };
    await allPages(client(url), query);
    const sent = new URL(requests[0] ?? '', url);
    expect(sent.pathname).toBe('/events');
    expect(Object.fromEntries(sent.searchParams)).toEqual({
      start_time: '1',
      end_time: '2',
      status: 'PROCESSED',
      account_id: 'a&b=c/ü',
      schema_name: 'ride',
      pageSize: '7',
    });
    expect(seen).toEqual(['Bearer secret', 'application/json']);
  });

  test('follows nextToken to the last page with the same filters', async () => {
    const { url, requests } = await serveAnswers(
      { body: { events: [wireEvent({})], nextToken: 'a+/=' } },
      { body: { events: [wireEvent({})] } },
    );
    const pages = await allPages(client(url), { startTime: 1 });
    expect(pages.map(({ events }) => events.length)).toEqual([1, 1]);
    const second = new URL(requests[1] ?? '', url).searchParams;
    expect([second.get('nextToken'), second.get('start_time')]).toEqual(['a+/=', '1']);
  });

  test('keeps a path in the base URL', async () => {
    const { url, requests } = await serveAnswers({ body: {} });
    await allPages(client(`${url}/proxy/togai/`));
    expect(requests[0]).toMatch(/^\/proxy\/togai\/events\?/);
  });

  test.each([
    ['an empty list', { events: [] }],
    ['null', { events: null }],
    ['nothing', {}],
    ['an empty nextToken', { events: [], nextToken: '' }],
    ['a nextToken of null', { events: [], nextToken: null }],
  ])('reads %s as no events', async (_, body) => {
    const { url } = await serveAnswers({ body });
    expect(await allPages(client(url))).toMatchObject([
      { events: [], malformed: [], nextToken: undefined },
    ]);
  });

  const payload = { schemaName: 'ride', accountId: 'acme', timestamp: '2026-11-18T11:00:00Z' };
  const metered = { status: 'INGESTION_COMPLETED_EVENT_METERED' };
  const createdAt = '2026-11-18T11:00:01.250';

  test.each([
    [
      'referenceId beside the payload',
      { referenceId: 'r', eventPayload: payload },
      { referenceId: 'r' },
    ],
    [
      'referenceId in the payload',
      { eventPayload: { ...payload, referenceId: 'r' } },
      { referenceId: 'r' },
    ],
    [
      'an empty referenceId beside the payload, and one in it',
      { referenceId: '', eventPayload: { ...payload, referenceId: 'r' } },
      { referenceId: 'r' },
    ],
    [
      'an account that is a number',
      { eventPayload: { ...payload, accountId: 1 } },
      { accountId: '1' },
    ],
    ['no account', { eventPayload: { schemaName: 'ride' } }, { accountId: '' }],
    ['no payload', {}, { accountId: '', schemaName: '', timestamp: undefined }],
    [
      'a nonsense timestamp',
      { eventPayload: { ...payload, timestamp: 'soon' } },
      { timestamp: undefined },
    ],
    [
      'a createdAt without a zone',
      { eventPayload: payload },
      { createdAt: Date.UTC(2026, 10, 18, 11, 0, 1, 250) },
    ],
    ['neither referenceId nor id', { eventPayload: payload }, { identity: undefined }],
    [
      'unknown fields',
      { eventPayload: { ...payload, attributes: 'x' }, more: [1] },
      { accountId: 'acme' },
    ],
  ])('reads an event with %s', async (_, fields, expected) => {
    const event = { ingestionStatus: metered, createdAt, ...fields };
    const { url } = await serveAnswers({ body: { events: [event] } });
    const [page] = await allPages(client(url));
    expect(page?.malformed).toEqual([]);
    expect(page?.events[0]).toMatchObject(expected);
  });

  test.each([
    ['status', { ingestionStatus: { status: 'INGESTION_FAILED_DUPLICATE_EVENT' } }],
    ['createdAt', { createdAt: '2026-11-18T11:00:01.251' }],
    ['account', { eventPayload: { ...payload, id: 'same', accountId: 'other' } }],
    ['schema', { eventPayload: { ...payload, id: 'same', schemaName: 'other' } }],
  ])('tells a duplicate without referenceId from its original by its %s', async (_, other) => {
    const event = {
      eventPayload: { ...payload, id: 'same' },
      ingestionStatus: { status: 'A' },
      createdAt,
    };
    const body = { events: [event, event, { ...event, ...other }] };
    const { url } = await serveAnswers({ body });
    const [page] = await allPages(client(url));
    const identities = page?.events.map(({ identity }) => identity);
    expect(new Set(identities).size).toBe(2);
  });

  test.each([
    [
      'no status',
      { createdAt, ingestionStatus: {} },
      'an event: ingestionStatus.status is missing',
    ],
    [
      'an empty status',
      { createdAt, ingestionStatus: { status: ' ' } },
      'an event: ingestionStatus.status " " is empty',
    ],
    [
      'a status that is a number',
      { createdAt, ingestionStatus: { status: 3 } },
      'an event: ingestionStatus.status is 3, not text',
    ],
    ['no ingestionStatus', { createdAt }, 'an event: ingestionStatus is missing'],
    [
      'no createdAt',
      { referenceId: 'r', ingestionStatus: metered },
      'event r: createdAt is missing',
    ],
    [
      'a nonsense createdAt',
      { ingestionStatus: metered, createdAt: 'yesterday' },
      'an event: createdAt "yesterday" is not an ISO 8601 time',
    ],
    ['null', null, 'an event: it is null, not an object'],
    ['a text', 'event', 'an event: it is "event", not an object'],
  ])('reports %s as malformed, in words, and keeps the others', async (_, broken, problem) => {
    const { url } = await serveAnswers({ body: { events: [wireEvent({}), broken] } });
    const [page] = await allPages(client(url));
    expect(page?.events).toHaveLength(1);
    expect(page?.malformed.map((event) => event.problem)).toEqual([problem]);
  });
});

test('an id that no number can hold keeps every digit', async () => {
  const ids = ['1234567890123456781', '1234567890123456782'];
  const { url } = await serve((_, response) => {
    const events = ids.map((id) =>
      JSON.stringify(wireEvent({ referenceId: 'ID' })).replace('"ID"', id),
    );
    response.end(`{"events":[${events.join()}]}`);
  });
  const [page] = await allPages(client(url));
  expect(page?.events.map(({ referenceId }) => referenceId)).toEqual(ids);
});
