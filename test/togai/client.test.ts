import { describe, expect, test } from 'vitest';
import { fixedCredential } from '../../cli/credentials.ts';
import type { EventPage } from '../../functions/monitor/events/event.ts';
import {
  maySend,
  mostUnderWay,
  noteRejection,
} from '../../functions/monitor/lease/rejection-limiter.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import type { EventQuery } from '../../functions/monitor/ports.ts';
import {
  connectTogai,
  type TogaiClient,
  type TogaiClientOptions,
} from '../../functions/monitor/togai/client.ts';
import { fetchReportingSend } from '../../functions/monitor/togai/sending.ts';
import { createJumpingClock } from '../support/clock.ts';
import { wireEvent } from '../support/events.ts';
import { serve, serveAnswers } from '../support/server.ts';

const signal = new AbortController().signal;
const NOW = Date.UTC(2026, 10, 18, 12);

function client(
  baseUrl: string,
  options: Partial<TogaiClientOptions> & { token?: string } = {},
): Promise<TogaiClient> {
  const { token = 'secret' } = options;
  return connectTogai({
    baseUrl,
    credential: fixedCredential(token),
    tokenSource: 'TOGAI_TOKEN',
    requestsPerSecond: 10,
    clock: createJumpingClock(NOW),
    random: () => 0.5,
    ...options,
  });
}

async function allPages(
  togai: TogaiClient | Promise<TogaiClient>,
  query: EventQuery = {},
): Promise<EventPage[]> {
  return Array.fromAsync((await togai).pages(query, signal));
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
    expect(await (await client(url)).event('a/b c', signal)).toEqual([
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
    expect(await (await client(url)).event('x', signal)).toMatchObject([{ pipeline: undefined }]);
  });

  test('reads an empty list as no such event', async () => {
    const { url } = await serveAnswers({ body: { events: [] } });
    expect(await (await client(url)).event('x', signal)).toEqual([]);
  });
});

describe('what can pass is tried again', () => {
  const good = { body: { events: [wireEvent({})] } };
  const bad = { status: 503, body: { message: 'busy' } };

  test('four times, and the answer counts', async () => {
    const { url, requests } = await serveAnswers(bad, bad, bad, bad, good);
    const togai = await client(url);
    expect(await allPages(togai)).toHaveLength(1);
    expect(requests).toHaveLength(5);
    expect(togai.stats()).toEqual({ requests: 5, throttled: 0, retries: 4 });
  });

  test('after 429, at half the rate', async () => {
    const throttled = { status: 429, body: { message: 'slow down' } };
    const { url } = await serveAnswers(throttled, good);
    const togai = await client(url);
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

  test('not before Retry-After is over, also where that was too long for the one who was told', async () => {
    const throttled = { status: 429, body: {}, headers: { 'retry-after': '900' } };
    const { url } = await serveAnswers(throttled, good);
    const clock = createJumpingClock(NOW);
    const togai = await client(url, { clock });
    await expect(allPages(togai)).rejects.toThrow(/asks to wait 15 min, too long to wait here/);
    expect(togai.stats().retryAfter).toEqual({ start: NOW, end: NOW + 900_000 });
    await allPages(togai);
    expect(clock.elapsed()).toBeGreaterThanOrEqual(900_000);
  });

  test('after any number of 429s, as long as there are other answers between', async () => {
    let request = 0;
    const { url } = await serve((_, response) => {
      request++;
      response.writeHead(request % 3 === 0 && request < 60 ? 200 : request < 60 ? 429 : 200);
      response.end(
        JSON.stringify({
          events: [wireEvent({})],
          ...(request < 60 && { nextToken: `${request}` }),
        }),
      );
    });
    expect((await allPages(client(url))).length).toBe(20);
  });

  test('and said in words', async () => {
    const { url } = await serveAnswers(bad, good);
    const said: string[] = [];
    await allPages(client(url, { onWarning: (message) => said.push(message) }));
    expect(said).toEqual([
      `GET ${url}/events was answered with 503 ("busy"): trying again (1 of 4)`,
    ]);
  });
});

test('after a 401 nothing is sent any more', async () => {
  const { url, requests } = await serveAnswers({ status: 401, body: { message: 'no' } });
  const togai = await client(url);
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
  const pages = Array.fromAsync((await client(url)).pages({}, abort.signal));
  await expect(pages).rejects.toThrow('time is up');
});

describe('what comes back goes nowhere with the token in it', () => {
  const TOKEN = 'tgi/01"23+456\\789';
  const unicode = (text: string) =>
    [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const entities = (text: string, base: number, open: string) =>
    text.replace(/[^a-z0-9]/g, (letter) => `${open}${letter.charCodeAt(0).toString(base)};`);
  const json = JSON.stringify(TOKEN).slice(1, -1);

  test.each([
    ['as it is', json, undefined],
    ['with slashes escaped', json.replaceAll('/', '\\/'), undefined],
    ['in escapes', unicode(TOKEN), undefined],
    ['in escapes of a URL, in small letters', encodeURIComponent(TOKEN).toLowerCase(), undefined],
    ['in escapes of a URL, twice', encodeURIComponent(encodeURIComponent(TOKEN)), undefined],
    ['in escapes of HTML, by names', json.replaceAll('\\"', '&quot;'), undefined],
    ['in escapes of HTML, by numbers', entities(TOKEN, 10, '&#'), undefined],
    ['in escapes of HTML, by hexadecimal numbers', entities(TOKEN, 16, '&#x0'), undefined],
    ['in escapes of HTML, twice', entities(TOKEN, 10, '&amp;#'), undefined],
    ['in a redirect', '', `/login?token=${TOKEN}`],
    ['in a redirect, encoded', '', `/login?token=${encodeURIComponent(TOKEN)}`],
  ])('%s', async (_, spelling, location) => {
    const { url } = await serve((__, response) => {
      if (location) response.setHeader('location', location);
      response.writeHead(location ? 302 : 400, { 'content-type': 'application/json' });
      response.end(`{"message":"no ${spelling} here"}`);
    });
    const error = await allPages(client(url, { token: TOKEN })).catch((reason: Error) => reason);
    expect(String(error)).toContain('[token]');
    expect(String(error)).not.toMatch(/01.?.?23/);
  });

  test('in an event', async () => {
    const { url } = await serve((__, response) => {
      const event = wireEvent({ accountId: 'ACCOUNT', status: '' });
      response.end(
        JSON.stringify({ events: [event, wireEvent({ accountId: TOKEN })] }).replace(
          'ACCOUNT',
          unicode(TOKEN),
        ),
      );
    });
    const pages = await allPages(client(url, { token: TOKEN }));
    expect(pages[0]?.events[0]?.accountId).toBe('[token]');
    expect(JSON.stringify(pages)).not.toMatch(/01.?.?23/);
  });
});

test('an id that no number can hold is read as it was written', async () => {
  const ids = ['1234567890123456781', '1234567890123456782'];
  const { url } = await serve((_, response) => {
    const events = ids.map((id) =>
      JSON.stringify(wireEvent({ referenceId: 'ID' })).replace('"ID"', id),
    );
    response.end(`{"events":[${events.join()}]}`);
  });
  const [page] = await allPages(client(url));
  expect(page?.events.map(({ identity }) => identity)).toEqual(ids);
});

test('the rate limiter is told that a request is sent before it is answered', async () => {
  let sent = false;
  const { url } = await serve((_, response) => response.end(String(sent)));
  const response = await fetchReportingSend(new URL(url), {}, () => {
    sent = true;
  });
  expect(await response.text()).toBe('true');
});

test.each([
  ['an empty token', ' ', /is empty/],
  ['a token with a line break in it', 'abc\ndef', /copy it again/],
  ['a token with letters that no header holds', 'abcü', /copy it again/],
])('%s is refused before anything is sent, and not shown', async (_, token, message) => {
  const error = await client('http://127.0.0.1:1', { token }).catch((reason: Error) => reason);
  expect(String(error)).toMatch(message);
  expect(String(error)).not.toMatch(/abc/);
});

describe('a rejected token', () => {
  /** Knows tokens by what they end in; counts the requests with each. */
  async function serverFor(good: string) {
    const seen: string[] = [];
    const { url } = await serve((request, response) => {
      const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
      seen.push(token);
      response.writeHead(token === good ? 200 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify(token === good ? { events: [] } : { message: 'no' }));
    });
    return { url, seen };
  }
  /** Accepts a token until it is revoked; by then so many requests with it are on their way. */
  async function revokedWith(underWay: number, good: string) {
    const seen: string[] = [];
    const waiting: (() => void)[] = [];
    const { url } = await serve((request, response) => {
      const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
      seen.push(token);
      const status = token === good || seen.length === 1 ? 200 : 401;
      waiting.push(() => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(status === 200 ? { events: [] } : { message: 'no' }));
      });
      if (token === 'old' && seen.length > 1 && waiting.length < underWay) return;
      for (const answer of waiting.splice(0)) answer();
    });
    return { url, seen };
  }
  /** A gate as a run has it. */
  function countingLimiter() {
    let state = NEW_STATE;
    return {
      maySend: (digest: string) => maySend(state, digest, NOW),
      mostUnderWay: () => mostUnderWay(state, NOW),
      rejected: (digest: string) => {
        state = noteRejection(state, digest, NOW);
        return Promise.resolve();
      },
      count: () => state.rejections.reduce((sum, { count = 0 }) => sum + count, 0),
    };
  }
  const rotated = (first: string, second: string) => ({
    read: () => Promise.resolve(first),
    readAgain: () => Promise.resolve(second),
  });

  test('that was rotated is read again, and the request is sent with the new one', async () => {
    const { url, seen } = await serverFor('new');
    expect(await allPages(client(url, { credential: rotated('old', 'new') }))).toHaveLength(1);
    expect(seen).toEqual(['old', 'new']);
  });

  test('counts as rejected where the words of the answer do not come', async () => {
    const { url, requests } = await serve((_, response) => {
      response.writeHead(401, { 'content-length': '10' });
      response.write('{');
      setImmediate(() => response.destroy());
    });
    const rejectionLimiter = countingLimiter();
    await expect(allPages(client(url, { rejectionLimiter }))).rejects.toThrow(
      /does not accept the token/,
    );
    expect([requests.length, rejectionLimiter.count()]).toEqual([1, 1]);
  });

  test('that was rejected lately leaves its successor with as few requests on their way as may be rejected', async () => {
    const rejectionLimiter = countingLimiter();
    for (let rejection = 0; rejection < 2; rejection++) await rejectionLimiter.rejected('before');
    const { url, seen } = await revokedWith(2, 'none');
    const togai = await client(url, {
      requestsPerSecond: 100,
      credential: rotated('old', 'old'),
      rejectionLimiter,
    });
    await allPages(togai);
    await Promise.allSettled(Array.from({ length: 8 }, () => allPages(togai)));
    expect(seen.slice(1)).toEqual(['old', 'old']);
  });

  test('that is still the same is not sent again', async () => {
    const { url, seen } = await serverFor('new');
    const pages = allPages(client(url, { credential: rotated('old', 'old') }));
    await expect(pages).rejects.toThrow(/does not accept the token/);
    expect(seen).toEqual(['old']);
  });

  test('is read again once only', async () => {
    const { url, seen } = await serverFor('none');
    let reads = 0;
    const credential = {
      read: () => Promise.resolve('t0'),
      readAgain: () => Promise.resolve(`t${++reads}`),
    };
    await expect(allPages(client(url, { credential }))).rejects.toThrow(/does not accept/);
    expect(seen).toEqual(['t0', 't1']);
  });

  test('is told to the gate by a digest, which keeps it from being sent another time', async () => {
    const { url, seen } = await serverFor('new');
    const rejected: string[] = [];
    const rejectionLimiter = {
      maySend: (digest: string) => !rejected.includes(digest),
      mostUnderWay: () => 4,
      rejected: (digest: string) => Promise.resolve(void rejected.push(digest)),
    };
    const togai = () => client(url, { credential: rotated('old', 'old'), rejectionLimiter });
    await expect(allPages(togai())).rejects.toThrow(/does not accept/);
    await expect(togai()).rejects.toThrow(/nothing was sent to Togai: it rejected the token/);
    expect(seen).toEqual(['old']);
    expect(rejected.join()).not.toContain('old');
  });

  test('that was rotated is read again once for all requests that were on their way', async () => {
    const { url, seen } = await revokedWith(3, 'new');
    let reads = 0;
    const credential = {
      read: () => Promise.resolve('old'),
      readAgain: () => Promise.resolve(++reads === 1 ? 'new' : 'other'),
    };
    const togai = await client(url, { requestsPerSecond: 100, credential });
    await allPages(togai);
    const answers = await Promise.all([1, 2, 3].map(() => allPages(togai)));
    expect(answers.flat()).toHaveLength(3);
    expect(seen).toEqual(['old', 'old', 'old', 'old', 'new', 'new', 'new']);
    expect(reads).toBe(1);
  });

  test.each([
    ['one, costs two with its successor', 1, ['old', 'new']],
    ['three, cost four with its successor', 3, ['old', 'old', 'old', 'new']],
    ['four, are all that may be', 4, ['old', 'old', 'old', 'old']],
  ])(
    'that was replaced by a wrong one, and had this many on their way: %s',
    async (_, workers, all) => {
      const { url, seen } = await revokedWith(workers, 'none');
      const rejectionLimiter = countingLimiter();
      const credential = rotated('old', 'new');
      const togai = await client(url, { requestsPerSecond: 100, credential, rejectionLimiter });
      await allPages(togai);
      const worker = async (): Promise<never> => {
        for (;;) await allPages(togai);
      };
      await Promise.allSettled(Array.from({ length: workers }, worker));
      expect(seen.slice(1)).toEqual(all);
      expect(rejectionLimiter.count()).toBe(all.length);
    },
  );

  test('whose secret cannot be read any more ends in that, whatever else takes long', async () => {
    const { url } = await serverFor('new');
    const togai = await client(url, {
      credential: {
        read: () => Promise.resolve('old'),
        readAgain: () => Promise.reject(new Error('no access')),
      },
      rejectionLimiter: {
        maySend: () => true,
        mostUnderWay: () => 4,
        rejected: () => new Promise((resolve) => setImmediate(resolve)),
      },
    });
    const answers = await Promise.allSettled([allPages(togai), allPages(togai)]);
    expect(answers.map((answer) => (answer as PromiseRejectedResult).reason.message)).toEqual([
      'no access',
      'no access',
    ]);
  });

  test('that the gate holds back is read again, for it may have been rotated since', async () => {
    const { url, seen } = await serverFor('new');
    const held = new Set<string>();
    const rejectionLimiter = {
      mostUnderWay: () => 4,
      maySend: () => held.has('asked') || !held.add('asked'),
      rejected: () => Promise.resolve(),
    };
    await allPages(client(url, { credential: rotated('old', 'new'), rejectionLimiter }));
    expect(seen).toEqual(['new']);
  });
});
