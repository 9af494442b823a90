import { describe, expect, test } from 'vitest';
import {
  createTogaiClient,
  type TogaiClientOptions,
} from '../../functions/monitor/adapters/togai/client.ts';
import type { EventPage, EventQuery } from '../../functions/monitor/ports.ts';
import { createJumpingClock } from '../support/clock.ts';
import { wireEvent } from '../support/events.ts';
import { serve, serveAnswers } from '../support/server.ts';

const signal = new AbortController().signal;
const NOW = Date.UTC(2026, 10, 18, 12);

function client(baseUrl: string, options: Partial<TogaiClientOptions> = {}) {
  return createTogaiClient({
    baseUrl,
    token: 'secret',
    tokenSource: 'TOGAI_TOKEN',
    requestsPerSecond: 10,
    clock: createJumpingClock(NOW),
    random: () => 0.5,
    ...options,
  });
}

function allPages(togai: ReturnType<typeof client>, query: EventQuery = {}): Promise<EventPage[]> {
  return Array.fromAsync(togai.pages(query, signal));
}

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

  test('follows nextToken to the last page, asking for the same', async () => {
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
    expect(await allPages(client(url))).toEqual([
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
      { identity: 'r' },
    ],
    [
      'referenceId in the payload',
      { eventPayload: { ...payload, referenceId: 'r' } },
      { identity: 'r' },
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

  test('gives an event without referenceId an identity by what a duplicate does not share', async () => {
    const event = (status: string) => ({
      eventPayload: { ...payload, id: 'same' },
      ingestionStatus: { status },
      createdAt,
    });
    const body = { events: [event('A'), event('A'), event('B')] };
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

describe('GET /events/{event_id}', () => {
  const event = {
    ...wireEvent({}),
    ingestionStatus: {
      status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
      statusDescription: 'no plan',
    },
    eventPipelineInfo: {
      usageMeters: [{ id: 'm', name: 'rides', version: 1, status: 'PROCESSED_FILTERED_OUT' }],
      pricePlans: [{ name: 'pro', id: 'p', cycleStart: '2026-11-01', cycleEnd: '2026-11-30' }],
    },
  };

  test.each([
    ['a list, as in the schema', { events: [event] }],
    ['the event itself', event],
  ])('reads %s', async (_, body) => {
    const { url, requests } = await serveAnswers({ body });
    expect(await client(url).event('a/b c', signal)).toEqual([
      {
        status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
        statusDescription: 'no plan',
        pipeline: {
          usageMeters: [{ name: 'rides', status: 'PROCESSED_FILTERED_OUT' }],
          pricePlans: [{ name: 'pro', cycleStart: '2026-11-01', cycleEnd: '2026-11-30' }],
        },
      },
    ]);
    expect(requests).toEqual(['/events/a%2Fb%20c']);
  });

  test('reads an event without pipeline information', async () => {
    const { url } = await serveAnswers({ body: { events: [wireEvent({})] } });
    expect(await client(url).event('x', signal)).toMatchObject([{ pipeline: undefined }]);
  });

  test('reads an empty list as no such event', async () => {
    const { url } = await serveAnswers({ body: { events: [] } });
    expect(await client(url).event('x', signal)).toEqual([]);
  });
});

describe('what can pass is tried again', () => {
  const good = { body: { events: [wireEvent({})] } };
  const bad = { status: 503, body: { message: 'busy' } };

  test('four times, and the answer counts', async () => {
    const { url, requests } = await serveAnswers(bad, bad, bad, bad, good);
    const togai = client(url);
    expect(await allPages(togai)).toHaveLength(1);
    expect(requests).toHaveLength(5);
    expect(togai.stats()).toEqual({ requests: 5, throttled: 0, retries: 4 });
  });

  test('after 429, at half the rate', async () => {
    const throttled = { status: 429, body: { message: 'slow down' } };
    const { url } = await serveAnswers(throttled, good);
    const togai = client(url);
    expect(await allPages(togai)).toHaveLength(1);
    expect(togai.stats()).toEqual({ requests: 2, throttled: 1, retries: 0 });
  });

  test('not before Retry-After is over', async () => {
    const throttled = { status: 429, body: {}, headers: { 'retry-after': '30' } };
    const { url } = await serveAnswers(throttled, good);
    const clock = createJumpingClock(NOW);
    await allPages(client(url, { clock }));
    expect(clock.elapsed()).toBeGreaterThanOrEqual(30_000);
  });

  test('and said in words', async () => {
    const { url } = await serveAnswers(bad, good);
    const said: string[] = [];
    await allPages(client(url, { onTrouble: (message) => said.push(message) }));
    expect(said).toEqual([
      `GET ${url}/events was answered with 503 ("busy"): trying again (1 of 4)`,
    ]);
  });
});

test('after a 401 nothing is sent any more', async () => {
  const { url, requests } = await serveAnswers({ status: 401, body: { message: 'no' } });
  const togai = client(url);
  await expect(allPages(togai)).rejects.toThrow(/does not accept the token/);
  await expect(allPages(togai)).rejects.toThrow(/does not accept the token/);
  await expect(togai.event('x', signal)).rejects.toThrow(/does not accept the token/);
  expect(requests).toHaveLength(1);
});

test('a redirect is not followed, so that the token goes nowhere else', async () => {
  const elsewhere = await serveAnswers({ body: {} });
  const { url } = await serve((_, response) => {
    response.writeHead(307, { location: `${elsewhere.url}/events` });
    response.end();
  });
  await expect(allPages(client(url))).rejects.toThrow(/a redirect, which is not followed/);
  expect(elsewhere.requests).toHaveLength(0);
});

test('a request ends with the signal, for the reason given', async () => {
  const abort = new AbortController();
  const { url } = await serve(() => abort.abort(new Error('time is up')));
  const pages = Array.fromAsync(client(url).pages({}, abort.signal));
  await expect(pages).rejects.toThrow('time is up');
});

test('what comes back goes nowhere with the token in it', async () => {
  const token = 'tgi/0123456789abcdef';
  const { url } = await serve((request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    const echo = `${'x'.repeat(490)} ${request.headers.authorization}`;
    response.end(JSON.stringify({ message: echo }).replaceAll('/', '\\/'));
  });
  const error = await allPages(client(url, { token })).catch((reason: Error) => reason);
  expect(String(error)).not.toContain('tgi/');
  expect(String(error)).toContain('Bearer');
});

test.each([
  ['an empty token', ' ', /is empty/],
  ['a token with a line break in it', 'abc\ndef', /copy it again/],
  ['a token with letters that no header holds', 'abcü', /copy it again/],
])('%s is refused before anything is sent, and not shown', (_, token, message) => {
  const create = () => client('http://127.0.0.1:1', { token });
  expect(create).toThrow(message);
  expect(create).not.toThrow(/abc/);
});
