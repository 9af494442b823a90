import { describe, expect, test } from 'vitest';
import { wireEvent } from '../support/events.ts';
import { serveAnswers } from '../support/server.ts';
import { allPages, client, NOW, signal } from '../support/togai-client.ts';

const RANGE = { start: NOW - 3_600_000, end: NOW };
const BY_STATUS = { id: 'q1', groupBy: 'RAW_EVENT_STATUS', statuses: ['UNKNOWN'] } as const;

describe('an empty list next to a message is a failure', () => {
  test.each<[string, object]>([
    ['a message', { events: [], message: 'Query timed out' }],
    ['an error and null', { events: null, error: 'Query timed out' }],
    ['an error and no list', { error: 'Query timed out' }],
    ['an error that is an object', { events: [], error: { reason: 'Query timed out' } }],
    ['errors', { events: [], errors: [{ message: 'Query timed out' }] }],
    ['a code', { events: [], code: 'QUERY_TIMEOUT' }],
    ['a code that is a number', { events: [], code: 504 }],
    ['success: false', { events: [], success: false }],
    ['ok: false', { events: null, ok: false }],
  ])('%s', async (_, body) => {
    const { url } = await serveAnswers({ body });
    await expect(allPages(client(url))).rejects.toThrow(
      /^GET http:\S+\/events .*was answered with an empty list of events and .*: .*try again/,
    );
  });

  test('quotes the message of Togai, and no token', async () => {
    const body = { events: [], message: 'Query for secret timed out' };
    const { url } = await serveAnswers({ body });
    await expect(allPages(client(url))).rejects.toThrow(/"Query for \[token\] timed out"/);
  });

  test.each<[string, object]>([
    ['nothing at all', {}],
    ['an empty list', { events: [] }],
    ['null', { events: null, nextToken: null }],
    ['empty words', { events: [], message: '', error: null, errors: [], success: true, ok: true }],
    ['blank words', { events: [], message: ' ' }],
    ['no error', { events: [], error: false }],
    ['a good code', { events: [], code: 'OK' }],
    ['a good code that is a number', { events: [], code: 200 }],
    ['other keys', { events: [], requestId: 'r-1', took: 3 }],
  ])('but %s is a count of zero', async (_, body) => {
    const { url } = await serveAnswers({ body });
    expect(await allPages(client(url))).toMatchObject([{ events: [], malformed: [] }]);
  });

  test('a message beside events changes nothing', async () => {
    const { url } = await serveAnswers({ body: { events: [wireEvent({})], message: 'ok' } });
    expect((await allPages(client(url)))[0]?.events).toHaveLength(1);
  });

  test('unknown keys are reported once', async () => {
    const said: string[] = [];
    const { url } = await serveAnswers(
      { body: { events: [wireEvent({})], nextToken: 'a', requestId: 'r-1' } },
      { body: { events: [wireEvent({})], requestId: 'r-2', took: 3 } },
    );
    await allPages(client(url, { onWarning: (message) => said.push(message) }));
    expect(said.filter((message) => message.includes('requestId'))).toHaveLength(1);
    expect(said.filter((message) => message.includes('took'))).toHaveLength(1);
  });
});

describe('POST /metrics without data', () => {
  test.each<[string, object]>([
    ['of a query is null', { results: [{ id: 'q1', data: null }] }],
    ['of a query is missing', { results: [{ id: 'q1' }] }],
    ['comes with a message', { results: [{ id: 'q1', data: [] }], message: 'Query timed out' }],
    ['comes with an error of the query', { results: [{ id: 'q1', data: [], error: 'too slow' }] }],
    ['is an empty list of results, with an error', { results: [], error: 'too slow' }],
  ])('is no zero where it %s', async (_, body) => {
    const { url } = await serveAnswers({ body });
    const asked = (await client(url)).metrics(RANGE, [BY_STATUS], signal);
    await expect(asked).rejects.toThrow(/^POST http:\S+\/metrics .*was answered with /);
  });

  test('is zero where it is an empty list and nothing else is said', async () => {
    const { url } = await serveAnswers({ body: { results: [{ id: 'q1', data: [] }] } });
    const answer = await (await client(url)).metrics(RANGE, [BY_STATUS], signal);
    expect(answer.series.get('q1')).toEqual([]);
  });
});

describe('a list that says that there is more is not the end', () => {
  const events = () => Array.from({ length: 50 }, () => wireEvent({}));

  test.each<[string, object]>([
    ['has_more', { has_more: true }],
    ['hasMore', { hasMore: true }],
    ['hasNextPage one level deeper', { pagination: { hasNextPage: true } }],
    ['totalCount above the sum', { totalCount: 120, nextToken: null }],
    ['total_count above the sum', { meta: { total_count: 120 } }],
    ['a token under another name', { next_token: 'abc' }],
    ['a cursor', { nextCursor: 'abc' }],
    ['a token one level deeper', { paging: { nextToken: 'abc' } }],
    ['a page token', { nextPageToken: 'abc' }],
    ['a continuation token', { continuationToken: 'abc' }],
    ['a cursor at the end of the page', { pageInfo: { endCursor: 'abc' } }],
    ['the number of the next page', { next_page: 2 }],
    ['total above the sum', { total: 120 }],
    ['count above the sum', { meta: { count: 120 } }],
  ])('by %s', async (_, more) => {
    const { url } = await serveAnswers({ body: { events: events(), ...more } });
    await expect(allPages(client(url))).rejects.toThrow(
      /^GET http:\S+\/events .*says that there is more.*without a nextToken/,
    );
  });

  test.each<[string, object]>([
    ['has_more: false', { has_more: false }],
    ['a total that is reached', { totalCount: 50, nextToken: null }],
    ['an empty token under another name', { next_token: '', nextToken: null }],
    ['nextToken: null', { nextToken: null }],
  ])('but %s is an end', async (_, more) => {
    const { url } = await serveAnswers({ body: { events: events(), ...more } });
    expect((await allPages(client(url)))[0]?.events).toHaveLength(50);
  });

  test('is not mentioned as a key that is ignored', async () => {
    const said: string[] = [];
    const { url } = await serveAnswers({
      body: { events: events(), totalCount: 50, has_more: false },
    });
    await allPages(client(url, { onWarning: (message) => said.push(message) }));
    expect(said).toEqual([]);
  });

  test('a total counts entries that cannot be read, too', async () => {
    const { url } = await serveAnswers({ body: { events: [...events(), null], totalCount: 51 } });
    expect((await allPages(client(url)))[0]?.malformed).toHaveLength(1);
  });

  test('a total is that of all pages', async () => {
    const { url } = await serveAnswers(
      { body: { events: events(), totalCount: 100, nextToken: 'a' } },
      { body: { events: events(), totalCount: 100, nextToken: null } },
    );
    expect(await allPages(client(url))).toHaveLength(2);
  });
});
