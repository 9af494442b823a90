import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import {
  maySend,
  mostUnderWay,
  noteRejection,
} from '../../functions/monitor/lease/rejection-limiter.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import { serve } from '../support/server.ts';
import { allPages, client, NOW, signal } from '../support/togai-client.ts';

describe('a rejected token', () => {
  /** A Togai that accepts one token. `seen` has the token of each request. */
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
  /** A Togai that revokes the token `old` after one answer, when `underWay` requests with it are under way. */
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
  /** The rejection limiter of a run. */
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

  test('counts as rejected even if the body of the answer breaks off', async () => {
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

  test('leaves its successor only as many requests under way as may still be rejected', async () => {
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

  describe('for the revenue alone', () => {
    /** A Togai that answers everything but the revenue. `revenues` counts the requests for it. */
    async function withoutRevenue() {
      let revenues = 0;
      const { url } = await serve(async (request, response) => {
        const isRevenue = (await text(request)).includes('REVENUE');
        if (isRevenue) revenues++;
        response.writeHead(isRevenue ? 401 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(isRevenue ? { message: 'no' } : { events: [] }));
      });
      return { url, revenues: () => revenues };
    }
    const RANGE = { start: NOW - 86_400_000, end: NOW };

    test('is no rejection of the token: events are still listed, in this run and in the next', async () => {
      const { url } = await withoutRevenue();
      const rejectionLimiter = countingLimiter();
      const togai = client(url, { rejectionLimiter });
      await allPages(togai);
      await expect((await togai).revenue(RANGE, ['acme'], signal)).rejects.toThrow('401');
      expect(await allPages(togai)).toHaveLength(1);
      expect(await allPages(client(url, { rejectionLimiter }))).toHaveLength(1);
    });

    test('is asked for once in half an hour, because Togai counts it', async () => {
      const { url, revenues } = await withoutRevenue();
      const rejectionLimiter = countingLimiter();
      for (let run = 0; run < 3; run++) {
        const togai = client(url, { rejectionLimiter });
        await allPages(togai);
        await expect((await togai).revenue(RANGE, ['acme'], signal)).rejects.toThrow();
      }
      expect([revenues(), rejectionLimiter.count()]).toEqual([1, 1]);
    });

    test('is a rejection of a token that Togai has not accepted yet', async () => {
      const { url } = await withoutRevenue();
      const rejectionLimiter = countingLimiter();
      const togai = client(url, { rejectionLimiter });
      await expect((await togai).revenue(RANGE, ['acme'], signal)).rejects.toThrow('401');
      await expect(allPages(client(url, { rejectionLimiter }))).rejects.toThrow('nothing was sent');
    });
  });

  test('that is still in the secret is not sent again', async () => {
    const { url, seen } = await serverFor('new');
    const pages = allPages(client(url, { credential: rotated('old', 'old') }));
    await expect(pages).rejects.toThrow(/does not accept the token/);
    expect(seen).toEqual(['old']);
  });

  test('is read again only once', async () => {
    const { url, seen } = await serverFor('none');
    let reads = 0;
    const credential = {
      read: () => Promise.resolve('t0'),
      readAgain: () => Promise.resolve(`t${++reads}`),
    };
    await expect(allPages(client(url, { credential }))).rejects.toThrow(/does not accept/);
    expect(seen).toEqual(['t0', 't1']);
  });

  test('reaches the rejection limiter as a digest, and is not sent again', async () => {
    const { url, seen } = await serverFor('new');
    const rejected: string[] = [];
    const rejectionLimiter = {
      maySend: (digest: string) => !rejected.includes(digest),
      mostUnderWay: () => 4,
      rejected: (digest: string) => Promise.resolve(void rejected.push(digest)),
    };
    const togai = () => client(url, { credential: rotated('old', 'old'), rejectionLimiter });
    await expect(allPages(togai())).rejects.toThrow(/does not accept/);
    await expect(togai()).rejects.toThrow(
      /nothing was sent to Togai: it rejected the token in .*, or four requests with other tokens, in the last half hour; it blocks an address after five rejected requests in 30 minutes; put a valid token into/,
    );
    expect(seen).toEqual(['old']);
    expect(rejected.join()).not.toContain('old');
  });

  test('that was rotated is read again once for all requests under way', async () => {
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
    ['one costs two rejections with its successor', 1, ['old', 'new']],
    ['three cost four rejections with the successor', 3, ['old', 'old', 'old', 'new']],
    ['four are all that are allowed', 4, ['old', 'old', 'old', 'old']],
  ])(
    'that was replaced by a wrong one, with this many requests under way: %s',
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

  test('is followed by one request alone with its successor, which may be wrong as well', async () => {
    const { url, seen } = await revokedWith(4, 'none');
    const credential = rotated('old', 'new');
    const togai = await client(url, { requestsPerSecond: 100, credential });
    await allPages(togai);
    await Promise.allSettled(Array.from({ length: 8 }, () => allPages(togai)));
    expect(seen.slice(1)).toEqual(['old', 'old', 'old', 'old', 'new']);
  });

  test('whose secret can no longer be read ends every request with that error', async () => {
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

  test('that the rejection limiter holds back is read again, because it may have been rotated', async () => {
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
