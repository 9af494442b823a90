import { describe, expect, test } from 'vitest';
import { wireEvent } from '../support/events.ts';
import { check, RANGE, refusal } from '../support/refused-check.ts';
import { serve, serveAnswers } from '../support/server.ts';

describe('answers that end a check', () => {
  test.each([
    [
      401,
      { message: 'Credential expired' },
      /401 \("Credential expired"\): Togai does not accept the token\. .* does not try this token again, because Togai blocks an IP address after five refused tries in 30 minutes; put a new token into TOGAI_TOKEN/,
    ],
    [
      403,
      { message: 'Not for you' },
      /403 \("Not for you"\): the token is valid but may not list events; give it that permission/,
    ],
    [
      400,
      { message: 'start_time is odd' },
      /400 \("start_time is odd"\): Togai cannot work with this request; try a shorter or more recent range/,
    ],
    [422, { message: 'too wide' }, /422 \("too wide"\): Togai cannot work with this request/],
    [
      404,
      { message: 'Not Found' },
      /404 \("Not Found"\): this is not how Togai's events API answers; check the base URL/,
    ],
    [418, '', /418: this is not how Togai's events API answers/],
  ])('%s, after one request to each source', async (status, body, sentence) => {
    const { url, requests } = await serveAnswers({ status, body });
    expect(refusal(await check(url))).toMatch(sentence);
    expect(requests).toHaveLength(status === 401 ? 1 : 2);
  });

  test('403 to a question for metrics, which names that permission', async () => {
    const { url } = await serveAnswers({ status: 403, body: { message: 'Not for you' } });
    const { stderr } = await check(url, [...RANGE, '--counting', 'metrics']);
    expect(stderr).toMatch(/\/metrics was answered with 403 .*may not read metrics; give it that/);
  });

  test('429 that does not end', async () => {
    const { url, requests } = await serveAnswers({ status: 429, body: { message: 'slow down' } });
    expect(refusal(await check(url))).toMatch(
      /429 \("slow down"\) again and again, though the rate was halved 8 times: lower MaxRequestsPerSecond \(--max-requests-per-second\)/,
    );
    expect(requests.length).toBeLessThan(12);
  });

  test('429 that comes again and again is warned of once for each change of pace', async () => {
    const { url } = await serveAnswers({ status: 429, body: { message: 'slow down' } });
    const warnings = (await check(url)).stderr.match(/^Togai is throttling .*$/gm);
    expect(warnings).toEqual([
      'Togai is throttling (429): a little slower from here',
      'Togai is throttling (429): half the rate from here',
    ]);
  });

  test('429 that asks to wait for an hour', async () => {
    const headers = { 'retry-after': '3600' };
    const { url } = await serveAnswers({ status: 429, body: {}, headers });
    expect(refusal(await check(url))).toMatch(
      /asks to wait 1 h, too long to wait here: try again after that/,
    );
  });

  test.each([500, 502, 503, 504])('%s that does not end, after five requests', async (status) => {
    const { url, requests } = await serveAnswers({ status, body: '<html>Bad gateway</html>' });
    expect(refusal(await check(url))).toMatch(
      new RegExp(
        `failed 5 times in a row, the last time it was answered with ${status}: Togai or the network has a problem; try again later`,
      ),
    );
    expect(requests).toHaveLength(5);
  });

  test('a redirect', async () => {
    const { url } = await serveAnswers({
      status: 302,
      body: '',
      headers: { location: 'https://login.example/' },
    });
    expect(refusal(await check(url))).toMatch(
      /302 to https:\/\/login\.example\/, a redirect, which is not followed/,
    );
  });
});

describe('bodies', () => {
  test.each([
    ['HTML', '<!doctype html><p>Sign in</p>', /was answered with HTML instead of JSON/],
    [
      'truncated',
      '{"events":[{"createdAt":"2026-',
      /was answered with truncated or broken JSON instead of JSON/,
    ],
    ['empty', '', /was answered with an empty body instead of JSON/],
    ['words', 'OK', /was answered with something instead of JSON/],
  ])('%s, tried five times', async (_, body, sentence) => {
    const { url, requests } = await serveAnswers({ body });
    expect(refusal(await check(url))).toMatch(sentence);
    expect(requests).toHaveLength(5);
  });

  test.each([
    [
      'a list',
      [],
      /was answered with a list instead of an object, which is no answer of Togai's events API: check the base URL/,
    ],
    ['a number', 7, /was answered with a number instead of an object/],
    ['null', 'null', /was answered with null instead of an object/],
    [
      'an object without events',
      { items: [], total: 0 },
      /was answered with an object without "events" \(it has items, total\)/,
    ],
    [
      'events that are no list',
      { events: {} },
      /was answered with an object whose events is an object, not a list/,
    ],
    [
      'a nextToken that is no text',
      { events: [], nextToken: 5 },
      /an object whose nextToken is 5, not text/,
    ],
  ])('%s, tried once', async (_, body, sentence) => {
    const { url, requests } = await serveAnswers({ body });
    expect(refusal(await check(url))).toMatch(sentence);
    expect(requests).toHaveLength(1);
  });

  test('200 MB long, read to the first 8 MB only', async () => {
    let sent = 0;
    const { url } = await serve((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      const send = () => {
        while (sent < 200 && !response.destroyed) {
          sent++;
          if (!response.write(chunk)) return void response.once('drain', send);
        }
        response.end();
      };
      send();
    });
    const result = await check(url, RANGE, { requestTimeoutMs: 10_000 });
    expect(refusal(result)).toMatch(/answered with a body of more than 8 MB: check the base URL/);
    expect(sent).toBeLessThan(40);
  });

  test('a byte at a time, without an end', async () => {
    const { url } = await serve((_, response) => {
      response.write('{');
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
    });
    const result = await check(url, RANGE, { requestTimeoutMs: 50 });
    expect(refusal(result)).toMatch(/did not answer completely within 0\.05 s/);
  });
});

describe('events', () => {
  const good = wireEvent({});
  const { createdAt: _, ...undated } = wireEvent({});
  const { ingestionStatus: __, ...statusless } = wireEvent({});

  test.each([
    ['without a status', statusless, 'ingestionStatus is missing'],
    ['without createdAt', undated, 'createdAt is missing'],
    [
      'with a nonsense date',
      wireEvent({ createdAt: 'yesterday' }),
      'createdAt "yesterday" is not an ISO 8601 time',
    ],
  ])(
    'one %s among good ones is counted as malformed, and reported',
    async (_name, broken, problem) => {
      const { url } = await serveAnswers({ body: { events: [good, broken, wireEvent({})] } });
      const { stdout, stderr, exitCode } = await check(url);
      expect(JSON.parse(stdout)).toMatchObject({ total: 2, malformed: 1, complete: true });
      expect(stderr).toContain(problem);
      expect(exitCode).toBe(0);
    },
  );

  test('one from before Togai existed is malformed', async () => {
    const { url } = await serveAnswers({
      body: { events: [good, wireEvent({ createdAt: '0001-01-01T00:00:00Z' })] },
    });
    const { stdout } = await check(url);
    expect(JSON.parse(stdout)).toMatchObject({ total: 1, malformed: 1 });
  });

  test('one with an unknown status is counted under its own name', async () => {
    const { url } = await serveAnswers({
      body: { events: [wireEvent({ status: 'INGESTION_PAUSED' })] },
    });
    const { stdout } = await check(url);
    expect(JSON.parse(stdout)).toMatchObject({
      total: 1,
      byStatus: { INGESTION_PAUSED: 1 },
      groups: { unknown: 1 },
    });
  });

  test('none that can be read', async () => {
    const { url } = await serveAnswers({ body: { events: [undated, statusless] } });
    expect(refusal(await check(url))).toMatch(
      /GET \/events listed 2 events, and none could be read \(event .*: createdAt is missing\): check that the base URL is Togai's/,
    );
  });
});
