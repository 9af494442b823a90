import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { wireEvent } from '../support/events.ts';
import { serve, serveAnswers } from '../support/server.ts';
import { allPages, client } from '../support/togai-client.ts';

const gzipped = (text: string) =>
  serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(text));
  });

describe('a hostile answer ends in one sentence, and soon', () => {
  test.each<[string, string]>([
    ['a page of millions of entries', `{"events":[${'{},'.repeat(2_700_000)}{}]}`],
    ['a page of more than 1,000 entries', `{"events":[${'{},'.repeat(1_000)}{}]}`],
    ['millions of brackets', '['.repeat(4e6)],
    [
      'an event of thousands of levels',
      `{"events":[${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}]}`,
    ],
    [
      'a million keys',
      `{"events":[{${Array.from({ length: 5e5 }, (_, i) => `"k${i}":1`).join()}}]}`,
    ],
  ])('%s', async (_, text) => {
    const { url } = await gzipped(text);
    const before = process.memoryUsage();
    const began = process.cpuUsage();
    await expect(allPages(client(url))).rejects.toThrow(
      /^GET http:\S+\/events was answered with .*(more than|too many)/,
    );
    const { user } = process.cpuUsage(began);
    const after = process.memoryUsage();
    // Parsed as a whole it takes 855 MB and 89 s.
    expect(after.heapUsed - before.heapUsed).toBeLessThan(100e6);
    expect(user).toBeLessThan(20e6);
  });

  test('a page of 1,000 entries of a kilobyte is read', async () => {
    const events = Array.from({ length: 1_000 }, () => ({
      ...wireEvent({}),
      more: 'x'.repeat(1_000),
    }));
    const { url } = await serveAnswers({ body: { events } });
    expect((await allPages(client(url)))[0]?.events).toHaveLength(1_000);
  });

  /** An event of more than 64 KB, so many levels deep in its page. */
  const nested = (levels: number) => {
    const inner = levels - 3;
    const more = JSON.parse(`${'['.repeat(inner)}${']'.repeat(inner)}`);
    return { ...wireEvent({}), text: 'x'.repeat(70_000), more };
  };

  test('a page of 64 levels is read', async () => {
    const { url } = await serveAnswers({ body: { events: [nested(64)] } });
    expect((await allPages(client(url)))[0]?.events).toHaveLength(1);
  });

  test('a page of 65 levels is not', async () => {
    const { url } = await serveAnswers({ body: { events: [nested(65)] } });
    await expect(allPages(client(url))).rejects.toThrow(/JSON of more than 64 levels/);
  });

  test('brackets and braces in a text are text', async () => {
    const more = `\\"${'[{,'.repeat(200_000)}`;
    const { url } = await serveAnswers({ body: { events: [{ ...wireEvent({}), more }] } });
    expect((await allPages(client(url)))[0]?.events).toHaveLength(1);
  });
});

test('512 characters of a far too long id are kept, and events stay distinct', async () => {
  const long = 'x'.repeat(550_000);
  const wires = ['a', 'b'].map((end) => ({ ...wireEvent({}), referenceId: `${long}${end}` }));
  const { url } = await serveAnswers({ body: { events: wires } });
  const events = (await allPages(client(url)))[0]?.events ?? [];
  expect(events).toHaveLength(2);
  for (const { referenceId, identity } of events) {
    expect(Array.from(referenceId ?? '')).toHaveLength(512);
    expect(String(identity).length).toBeLessThan(100);
  }
  expect(events[0]?.identity).not.toBe(events[1]?.identity);
});

test('of a status that is far too long 512 characters are kept', async () => {
  const { url } = await serveAnswers({
    body: { events: [wireEvent({ status: 'X'.repeat(550_000) })] },
  });
  const [event] = (await allPages(client(url)))[0]?.events ?? [];
  expect(Array.from(event?.status ?? '')).toHaveLength(512);
});

test('of a sender’s id that is far too long 512 characters are kept', async () => {
  const wire = wireEvent({});
  const payload = { ...(wire.eventPayload as object), id: 'x'.repeat(550_000) };
  const { url } = await serveAnswers({ body: { events: [{ ...wire, eventPayload: payload }] } });
  const [event] = (await allPages(client(url)))[0]?.events ?? [];
  expect(Array.from(event?.id ?? '')).toHaveLength(512);
});

describe('text', () => {
  test.each([
    [' ingestion_completed_event_not_metered ', 'INGESTION_COMPLETED_EVENT_NOT_METERED'],
    ['Ingestion-Completed-Event-Metered', 'INGESTION_COMPLETED_EVENT_METERED'],
    ['metered_maybe', 'METERED_MAYBE'],
  ])('the status %j is %s', async (status, expected) => {
    const { url } = await serveAnswers({ body: { events: [wireEvent({ status })] } });
    expect((await allPages(client(url)))[0]?.events[0]?.status).toBe(expected);
  });

  test('a payload that is JSON in a string is malformed, not an event of no account', async () => {
    const wire = wireEvent({});
    const eventPayload = JSON.stringify(wire.eventPayload);
    const { url } = await serveAnswers({ body: { events: [{ ...wire, eventPayload }] } });
    const [page] = await allPages(client(url));
    expect(page?.events).toEqual([]);
    expect(page?.malformed[0]?.problem).toMatch(/eventPayload is .*not an object/);
  });

  test('bytes that are not UTF-8 are an error, not two accounts merged into one', async () => {
    const { url } = await serve((_, response) => {
      const text = JSON.stringify({ events: [wireEvent({ accountId: 'caf_' })] });
      const bytes = Buffer.from(text, 'latin1');
      bytes[bytes.indexOf('caf_') + 3] = 0xe9;
      response.end(bytes);
    });
    await expect(allPages(client(url))).rejects.toThrow(
      /^GET http:\S+\/events .*was answered with bytes that are not UTF-8/,
    );
  });
});

test('bytes that break off within a character are an error, too', async () => {
  const { url } = await serve((_, response) => {
    response.end(Buffer.concat([Buffer.from('{"events":[]}'), Buffer.from([0xe2])]));
  });
  await expect(allPages(client(url))).rejects.toThrow(/bytes that are not UTF-8/);
});

describe('a broken compression is tried again, as a broken connection is', () => {
  const body = JSON.stringify({ events: [wireEvent({})] });
  test.each<[string, Buffer]>([
    ['gzip', gzipSync(body)],
    ['br', brotliCompressSync(body)],
    ['zstd', zstdCompressSync(body)],
  ])('%s', async (encoding, bytes) => {
    let answers = 0;
    const { url, requests } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      const broken = Buffer.concat([bytes.subarray(0, 10), Buffer.alloc(40, 0x5a)]);
      response.end(answers++ === 0 ? broken : bytes);
    });
    expect((await allPages(client(url)))[0]?.events).toHaveLength(1);
    expect(requests).toHaveLength(2);
  });

  test.each(['gzip', 'br', 'zstd'])('a body that is not %s at all', async (encoding) => {
    let answers = 0;
    const { url, requests } = await serve((_, response) => {
      if (answers++ > 0) return response.end(body);
      response.writeHead(200, { 'content-encoding': encoding });
      return response.end('this is not compressed at all');
    });
    expect((await allPages(client(url)))[0]?.events).toHaveLength(1);
    expect(requests).toHaveLength(2);
  });
});
