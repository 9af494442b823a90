import { describe, expect, test } from 'vitest';
import { fetchReportingSend } from '../../functions/monitor/togai/fetch-reporting-send.ts';
import { createJumpingClock } from '../support/clock.ts';
import { wireEvent } from '../support/events.ts';
import { serve, serveAnswers } from '../support/server.ts';
import { allPages, client, NOW, signal } from '../support/togai-client.ts';

describe('a failure that can pass is retried', () => {
  const good = { body: { events: [wireEvent({})] } };
  const bad = { status: 503, body: { message: 'busy' } };

  test('up to four times, until an answer comes', async () => {
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

  test('not before Retry-After is over, even if that was too long for the request that got it', async () => {
    const throttled = { status: 429, body: {}, headers: { 'retry-after': '900' } };
    const { url } = await serveAnswers(throttled, good);
    const clock = createJumpingClock(NOW);
    const togai = await client(url, { clock });
    await expect(allPages(togai)).rejects.toThrow(/asks to wait 15 min, too long to wait here/);
    expect(togai.stats().retryAfter).toEqual({ start: NOW, end: NOW + 900_000 });
    await allPages(togai);
    expect(clock.elapsed()).toBeGreaterThanOrEqual(900_000);
  });

  test('after any number of 429s, if other answers come between them', async () => {
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

  test('with a warning in words', async () => {
    const { url } = await serveAnswers(bad, good);
    const said: string[] = [];
    await allPages(client(url, { onWarning: (message) => said.push(message) }));
    expect(said).toEqual([
      `GET ${url}/events was answered with 503 ("busy"): trying again (1 of 4)`,
    ]);
  });
});

test('nothing more is sent after a 401', async () => {
  const { url, requests } = await serveAnswers({ status: 401, body: { message: 'no' } });
  const togai = await client(url);
  await expect(allPages(togai)).rejects.toThrow(/does not accept the token/);
  await expect(allPages(togai)).rejects.toThrow(/does not accept the token/);
  await expect(togai.event('x', signal)).rejects.toThrow(/does not accept the token/);
  expect(requests).toHaveLength(1);
});

test('a redirect is not followed, so the token reaches no other server', async () => {
  const elsewhere = await serveAnswers({ body: {} });
  const { url } = await serve((_, response) => {
    response.writeHead(307, { location: `${elsewhere.url}/events` });
    response.end();
  });
  await expect(allPages(client(url))).rejects.toThrow(/a redirect, which is not followed/);
  expect(elsewhere.requests).toHaveLength(0);
});

test('an aborted request ends with the reason of its signal', async () => {
  const abort = new AbortController();
  const { url } = await serve(() => abort.abort(new Error('time is up')));
  const pages = Array.fromAsync((await client(url)).pages({}, abort.signal));
  await expect(pages).rejects.toThrow('time is up');
});

test('the rate limiter learns that a request is sent before its answer comes', async () => {
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
])(
  '%s is refused before anything is sent, and the message does not show it',
  async (_, token, message) => {
    const error = await client('http://127.0.0.1:1', { token }).catch((reason: Error) => reason);
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toMatch(/abc/);
  },
);
