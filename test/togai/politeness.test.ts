import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../functions/monitor/togai/retry-after.ts';
import { createJumpingClock } from '../support/clock.ts';
import { wireEvent } from '../support/events.ts';
import { serve, serveAnswers } from '../support/server.ts';
import { allPages, client, NOW, signal } from '../support/togai-client.ts';

const FULL = { body: { events: [wireEvent({})], nextToken: null } };

describe('Retry-After', () => {
  test('is obeyed on a 503, too', async () => {
    const clock = createJumpingClock(NOW);
    const { url } = await serveAnswers(
      { status: 503, body: '', headers: { 'retry-after': '40' } },
      FULL,
    );
    await allPages(client(url, { clock }));
    expect(clock.now() - NOW).toBeGreaterThanOrEqual(40_000);
  });

  test('of a 503 is remembered for the runs to come', async () => {
    const { url } = await serveAnswers(
      { status: 503, body: '', headers: { 'retry-after': '40' } },
      FULL,
    );
    const togai = await client(url);
    await allPages(togai);
    expect(togai.stats().retryAfter).toMatchObject({ end: NOW + 40_000 });
  });

  test('of two answers the longer one is remembered', async () => {
    const waits = ['200', '10'];
    const waiting: (() => void)[] = [];
    const { url, requests } = await serve((_, response) => {
      if (requests.length === 1 || waits.length === 0) {
        return response.end(JSON.stringify(FULL.body));
      }
      waiting.push(() => {
        response.writeHead(503, { 'retry-after': waits.shift() });
        response.end();
      });
      // Both requests are under way before one is answered.
      if (waiting.length === 2) for (const answer of waiting) answer();
      return undefined;
    });
    const togai = await client(url);
    await allPages(togai);
    await Promise.all([allPages(togai), allPages(togai)]);
    const { start = 0, end = 0 } = togai.stats().retryAfter ?? {};
    expect(end - start).toBe(200_000);
  });

  test('of a 503 that asks for too long ends in a sentence', async () => {
    const { url, requests } = await serveAnswers({
      status: 503,
      body: '',
      headers: { 'retry-after': '7200' },
    });
    await expect(allPages(client(url))).rejects.toThrow(/503.* asks to wait 2 h/);
    expect(requests).toHaveLength(1);
  });

  test('is obeyed on a 429 whose body cannot be read', async () => {
    const clock = createJumpingClock(NOW);
    let answers = 0;
    const { url } = await serve((_, response) => {
      if (answers++ > 0) return response.end(JSON.stringify(FULL.body));
      response.writeHead(429, { 'retry-after': '40', 'content-encoding': 'gzip' });
      return response.end('this is not gzip');
    });
    const togai = await client(url, { clock });
    await allPages(togai);
    expect(clock.now() - NOW).toBeGreaterThanOrEqual(40_000);
    expect(togai.stats().throttled).toBe(1);
  });

  test('of more seconds than a number can hold is a number of ms that can be added to a time', () => {
    expect(Number.isSafeInteger(retryAfterMs('1'.repeat(400), NOW))).toBe(true);
  });

  test.each(['1000000000', '99999999999', '1'.repeat(40)])(
    'of %s seconds is long, not none',
    (text) => {
      expect(retryAfterMs(text, NOW)).toBeGreaterThanOrEqual(1e12);
    },
  );
});

test.each([408, 425])('%i is tried again', async (status) => {
  const { url, requests } = await serveAnswers({ status, body: '' }, FULL);
  expect((await allPages(client(url)))[0]?.events).toHaveLength(1);
  expect(requests).toHaveLength(2);
});

describe('requests under way', () => {
  test('the first goes alone, and then at most four', async () => {
    let open = 0;
    const most: number[] = [];
    const { url } = await serve((_, response) => {
      most.push(++open);
      setImmediate(() =>
        setImmediate(() => {
          open--;
          response.end(JSON.stringify(FULL.body));
        }),
      );
    });
    const togai = await client(url, { requestsPerSecond: 100 });
    await Promise.all(Array.from({ length: 40 }, () => allPages(togai)));
    expect(most[0]).toBe(1);
    expect(Math.max(...most)).toBeLessThanOrEqual(4);
  });

  test('none is sent before the first is answered', async () => {
    const { promise, resolve } = Promise.withResolvers<() => void>();
    const { url, requests } = await serve((_, response) => {
      const answer = () => void response.end(JSON.stringify(FULL.body));
      if (requests.length === 1) resolve(answer);
      else answer();
    });
    const togai = await client(url, { requestsPerSecond: 100 });
    const all = Array.from({ length: 8 }, () => allPages(togai));
    const answer = await promise;
    await setTimeout(50);
    expect(requests).toHaveLength(1);
    answer();
    await Promise.all(all);
  });

  test.each([429, 503])(
    'go alone after a %i, too, for it does not say that the token is valid',
    async (first) => {
      const { url, requests } = await serve((_, response) => {
        response.writeHead(requests.length === 1 ? first : 401);
        setImmediate(() => response.end());
      });
      const togai = await client(url, { requestsPerSecond: 100 });
      await Promise.all(Array.from({ length: 8 }, () => allPages(togai).catch(() => {})));
      expect(requests).toHaveLength(2);
    },
  );

  test('a token that is revoked while many are waiting costs four rejected requests', async () => {
    let rejected = 0;
    let answers = 0;
    const { url } = await serve((_, response) => {
      if (answers++ < 3) return response.end(JSON.stringify(FULL.body));
      rejected++;
      response.writeHead(401);
      return setImmediate(() => response.end());
    });
    const togai = await client(url, { requestsPerSecond: 100 });
    const all = Array.from({ length: 40 }, () => allPages(togai).catch(() => {}));
    await Promise.all(all);
    expect(rejected).toBeGreaterThan(0);
    expect(rejected).toBeLessThanOrEqual(4);
  });
});

describe('a quota that is exceeded a little', () => {
  /** Answers 429 to the requests with these numbers, and counts. @returns how long the requests took, in ms */
  async function timeOf(requests: number, throttled: readonly number[]): Promise<number> {
    const clock = createJumpingClock(NOW);
    let answers = 0;
    const { url } = await serve((_, response) => {
      if (throttled.includes(answers++)) response.writeHead(429);
      response.end(JSON.stringify(FULL.body));
    });
    const togai = await client(url, { clock, requestsPerSecond: 10 });
    for (let request = 0; request < requests; request++) await allPages(togai);
    return clock.now() - NOW;
  }

  test('a lone 429 costs little: the rate is not halved', async () => {
    const undisturbed = await timeOf(200, []);
    expect(await timeOf(200, [50])).toBeLessThan(1.15 * undisturbed);
  });

  test('three 429 far from each other cost little', async () => {
    const undisturbed = await timeOf(300, []);
    expect(await timeOf(300, [50, 130, 210])).toBeLessThan(1.25 * undisturbed);
  });

  test('429 that keep coming halve the rate', async () => {
    const undisturbed = await timeOf(60, []);
    expect(await timeOf(60, [10, 11, 12, 13, 14])).toBeGreaterThan(1.5 * undisturbed);
  });
});

describe('an error names the right cause', () => {
  test.each([
    ['HTML', 'text/html', '<html><h1>Request blocked</h1></html>'],
    ['HTML that does not begin with a tag', 'text/html; charset=utf-8', 'Request blocked'],
    ['HTML that is called text', 'text/plain', ' <html>Request blocked</html>'],
  ])('a 403 with %s is a firewall or a proxy, not a missing permission', async (_, type, body) => {
    const { url } = await serveAnswers({ status: 403, body, headers: { 'content-type': type } });
    const failed = allPages(client(url));
    await expect(failed).rejects.toThrow(/403 and HTML.*(firewall|proxy)/);
    await expect(failed).rejects.not.toThrow(/permission in Togai/);
  });

  test('a 403 with a message of Togai is a missing permission', async () => {
    const { url } = await serveAnswers({ status: 403, body: { message: 'Forbidden' } });
    await expect(allPages(client(url))).rejects.toThrow(/"Forbidden".*permission/);
  });

  test('a 407 says that the proxy wants a login', async () => {
    const { url } = await serveAnswers({ status: 407, body: '' });
    await expect(allPages(client(url))).rejects.toThrow(/407.*proxy.*(login|user and password)/);
  });
});

test('a request that is aborted while it waits leaves no other one waiting', async () => {
  const { url } = await serveAnswers(FULL);
  const togai = await client(url);
  const aborted = Array.fromAsync(togai.pages({}, AbortSignal.abort(new Error('enough'))));
  await expect(aborted).rejects.toThrow('enough');
  expect(await Array.fromAsync(togai.pages({}, signal))).toHaveLength(1);
});
