import { createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixedCredential } from '../../cli/credentials.ts';
import { MonitorError } from '../../functions/monitor/errors.ts';
import { connectTogai, type TogaiClient } from '../../functions/monitor/togai/client.ts';
import { createJumpingClock } from '../support/clock.ts';
import { listen, serve } from '../support/server.ts';
import { anyBody } from './answers.ts';
import { holdsAlways } from './cases.ts';
import { BREAKS_LINES } from './texts.ts';

const NOW = Date.UTC(2026, 10, 18, 12);

describe('for any answer of a server,', () => {
  const TOKEN = 'tgi/Zk3+"9\\x~=secret-of-the-organisation';
  const HTTP_COST = 40;

  /** The spellings in which an answer may repeat the token. */
  const repeated = fc.constantFrom(
    '',
    TOKEN,
    JSON.stringify(TOKEN).slice(1, -1),
    [...TOKEN].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    TOKEN.replaceAll('/', '\\/').replaceAll('\\x', '\\\\x').replaceAll('"', '\\"'),
    encodeURIComponent(TOKEN),
  );
  const bodyWithToken = fc.oneof(
    anyBody,
    fc
      .tuple(repeated, fc.constantFrom('message', 'events', 'other'))
      .map(([token, key]) => `{"${key}":"${token}"}`),
    repeated.map((token) => `{"${token}":1}`),
    repeated.map((token) => `{"events":[{"referenceId":"${token}","createdAt":"${token}"}]}`),
    repeated.map(
      (token) =>
        `{"events":[{"ingestionStatus":{"status":"${token}"},"createdAt":"2026-11-18T11:00:00.000Z"}]}`,
    ),
    repeated.map((token) => `<html>${token}</html>`),
  );
  const call = fc.constantFrom(
    (togai: TogaiClient) => firstPages(togai),
    (togai: TogaiClient) => togai.event('event-1', signal),
    (togai: TogaiClient) =>
      togai.metrics(
        { start: NOW - 3_600_000, end: NOW },
        [{ id: 'a', groupBy: 'RAW_EVENT_STATUS', statuses: ['PROCESSED'] }],
        signal,
      ),
  );
  const signal = new AbortController().signal;

  async function firstPages(togai: TogaiClient): Promise<unknown> {
    const pages: unknown[] = [];
    for await (const page of togai.pages({}, signal)) {
      pages.push(page);
      // A server may list pages for ever. The client does not end that, its caller does.
      if (pages.length === 3) break;
    }
    return pages;
  }

  /** Asks once. Gives the answer or the error, and the warnings. */
  async function ask(url: string, question: (togai: TogaiClient) => Promise<unknown>) {
    const said: string[] = [];
    const togai = await connectTogai({
      baseUrl: url,
      credential: fixedCredential(TOKEN),
      tokenSource: 'TOGAI_TOKEN',
      requestsPerSecond: 10,
      clock: createJumpingClock(NOW),
      random: () => 0.5,
      onWarning: (message) => said.push(message),
    });
    try {
      return { value: await question(togai), said };
    } catch (error) {
      return { error, said };
    }
  }

  function expectGoodManners({ value, error, said }: Awaited<ReturnType<typeof ask>>): void {
    if (error !== undefined) expect(error).toBeInstanceOf(MonitorError);
    const messages = [...said];
    for (let cause = error; cause instanceof Error; cause = cause.cause)
      messages.push(cause.message);
    for (const message of messages) expect(message).not.toMatch(BREAKS_LINES);
    for (const text of [...messages, ...textsIn(value)]) expect(text).not.toContain(TOKEN);
  }

  const header = fc.oneof(
    fc.constantFrom('0', '1', '300', '9999999999', 'soon', 'Wed, 18 Nov 2026 12:00:30 GMT', TOKEN),
    fc.stringMatching(/^[\x21-\x7e]{0,20}$/),
  );
  const answer = fc.record({
    status: fc.oneof(
      { weight: 3, arbitrary: fc.constant(200) },
      { weight: 2, arbitrary: fc.constantFrom(201, 204, 301, 304, 400, 401, 403, 422, 429, 500) },
      { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
    ),
    headers: fc.record(
      {
        'retry-after': header,
        location: header,
        'content-type': fc.constantFrom('application/json', 'text/html', ''),
        // Mostly wrong: the body is not encoded.
        'content-encoding': fc.constantFrom(
          'gzip',
          'br',
          'deflate',
          'identity',
          'zstd',
          'nonsense',
        ),
      },
      { requiredKeys: [] },
    ),
    body: fc.oneof(
      bodyWithToken.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    ),
  });

  test('the client gives an answer or an error of its family, and never the token', async () => {
    const answers: fc.Arbitrary<typeof answer extends fc.Arbitrary<infer A> ? A[] : never> =
      fc.array(answer, { minLength: 1, maxLength: 3 });
    let script: { status: number; headers: object; body: Buffer }[] = [];
    let next = 0;
    const { url } = await serve((_, response) => {
      const given = script[next++ % script.length];
      response.writeHead(given?.status ?? 200, { ...given?.headers });
      response.end(given?.body);
    });
    await holdsAlways(
      fc.asyncProperty(answers, call, async (given, question) => {
        script = given;
        next = 0;
        expectGoodManners(await ask(url, question));
      }),
      HTTP_COST,
    );
  });

  test('bytes that are hardly HTTP are an error of the same family', async () => {
    const head = fc.constantFrom(
      '',
      'HTTP/1.1 200 OK\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"eve\r\nffffffffffffffffff\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
      `HTTP/1.1 200 ${TOKEN}\r\n\r\n`,
      `HTTP/1.1 ${TOKEN}\r\n`,
      `HTTP/1.1 200 OK\r\n${TOKEN}: ${TOKEN}\r\n\r\n`,
    );
    const bytes = fc
      .tuple(head, fc.oneof(bodyWithToken, fc.constant('')), fc.uint8Array({ maxLength: 50 }))
      .map(([start, body, rest]) => Buffer.concat([Buffer.from(start + body), rest]));
    let given = Buffer.alloc(0);
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(given));
    });
    const url = `http://127.0.0.1:${await listen(server)}`;
    await holdsAlways(
      fc.asyncProperty(bytes, call, async (sent, question) => {
        given = sent;
        expectGoodManners(await ask(url, question));
      }),
      HTTP_COST,
    );
  });
});

/** Every text in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Map) return textsIn([...value]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
