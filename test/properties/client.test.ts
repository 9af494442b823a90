import { createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixedCredential } from '../../cli/credentials.ts';
import { MonitorError } from '../../functions/monitor/errors.ts';
import {
  NotOfThisApi,
  readBody,
  readErrorMessage,
  readEventDetails,
  readMetrics,
  readPage,
} from '../../functions/monitor/togai/answers.ts';
import { connectTogai, type TogaiClient } from '../../functions/monitor/togai/client.ts';
import { createJumpingClock } from '../support/clock.ts';
import { listen, serve } from '../support/server.ts';
import { anyBody, changedPage, validPage } from './answers.ts';
import { holdsAlways } from './cases.ts';
import { BREAKS_LINES } from './texts.ts';

const asItIs = (text: string) => text;
const NOW = Date.UTC(2026, 10, 18, 12);

/** What was read, or what was thrown instead. */
function attempt<T>(read: () => T): { value: T } | { error: unknown } {
  try {
    return { value: read() };
  } catch (error) {
    return { error };
  }
}

describe('any body', () => {
  test.each([
    ['a page', readPage],
    ['metrics', readMetrics],
    ['the details of an event', readEventDetails],
    ['an error', readErrorMessage],
  ] as const)('is read as %s, or is no JSON, or is not of this API', (_, read) =>
    holdsAlways(
      fc.property(anyBody, (body) => {
        const outcome = attempt(() => readBody<unknown>(body, asItIs, read));
        if (!('error' in outcome)) return;
        const { error } = outcome;
        expect(error instanceof SyntaxError || error instanceof NotOfThisApi ? '' : error).toBe('');
        if (error instanceof SyntaxError) return;
        expect((error as Error).message).not.toMatch(BREAKS_LINES);
        expect((error as Error).message.length).toBeLessThan(400);
      }),
      2,
    ),
  );

  test('gives as many events, readable or not, as its list has entries', () =>
    holdsAlways(
      fc.property(anyBody, (body) => {
        const outcome = attempt(() => readBody(body, asItIs, readPage));
        if ('error' in outcome) return;
        const { events, malformed } = outcome.value;
        expect(events.length + malformed.length).toBe(JSON.parse(body).events?.length ?? 0);
      }),
      2,
    ));

  test('gives events whose times are times and whose names are bounded', () =>
    holdsAlways(
      fc.property(anyBody, (body) => {
        const outcome = attempt(() => readBody(body, asItIs, readPage));
        if ('error' in outcome) return;
        for (const event of outcome.value.events) {
          const { createdAt, timestamp, accountId, schemaName, status } = event;
          expect(createdAt).toBeGreaterThanOrEqual(Date.UTC(2000, 0));
          expect([createdAt, timestamp ?? 0].every(Number.isSafeInteger)).toBe(true);
          const lengths = [accountId, schemaName, status].map((name) => Array.from(name).length);
          expect(Math.max(...lengths)).toBeLessThanOrEqual(512);
          expect(status).not.toBe('');
          expect(event.identity).not.toBe('');
        }
      }),
      2,
    ));

  test('gives problems in words, on one line', () =>
    holdsAlways(
      fc.property(anyBody, (body) => {
        const outcome = attempt(() => readBody(body, asItIs, readPage));
        if ('error' in outcome) return;
        for (const { problem } of outcome.value.malformed) {
          expect(problem).not.toMatch(BREAKS_LINES);
          expect(problem.length).toBeLessThan(400);
        }
      }),
      2,
    ));

  test('gives counts of metrics that are numbers, none below zero', () =>
    holdsAlways(
      fc.property(anyBody, (body) => {
        const outcome = attempt(() => readBody(body, asItIs, readMetrics));
        if ('error' in outcome) return;
        const counts = [...outcome.value.series.values()].flat().map(({ events }) => events);
        expect(counts.filter((count) => !(count >= 0))).toEqual([]);
      }),
      2,
    ));
});

describe('a page, one value of which is anything,', () => {
  const page = fc.oneof(
    changedPage,
    validPage.map((json) => JSON.stringify(json)),
  );

  test('reads the same by the short way, for the usual spelling, as by the schema', () => {
    /** Spaces around a status are nothing to the schema, and too much for the short way. */
    const spaced = (entry: unknown) => {
      const status = (entry as { ingestionStatus?: { status?: unknown } } | null)?.ingestionStatus
        ?.status;
      if (typeof status !== 'string') return entry;
      const { ingestionStatus, ...rest } = entry as { ingestionStatus: object };
      return { ...rest, ingestionStatus: { ...ingestionStatus, status: ` ${status} ` } };
    };
    return holdsAlways(
      fc.property(page, (body) => {
        const json = JSON.parse(body);
        fc.pre(Array.isArray(json?.events));
        const other = JSON.stringify({ ...json, events: json.events.map(spaced) });
        const usual = attempt(() => readBody(body, asItIs, readPage));
        const bySchema = attempt(() => readBody(other, asItIs, readPage));
        if ('error' in usual || 'error' in bySchema) {
          expect('error' in bySchema).toBe('error' in usual);
          return;
        }
        expect(bySchema.value.events).toEqual(usual.value.events);
        expect(bySchema.value.nextToken).toBe(usual.value.nextToken);
      }),
      2,
    );
  });

  test('reads the same where it is searched for what escapes hide', () =>
    holdsAlways(
      fc.property(page, (body) => {
        fc.pre(Array.isArray(JSON.parse(body)?.events) && !body.includes('\\'));
        const escaped = body.replace('{', '{"\\u0069gnored":0,');
        const bySearch = attempt(() => readBody(escaped, asItIs, readPage));
        expect(bySearch).toEqual(attempt(() => readBody(body, asItIs, readPage)));
      }),
      2,
    ));
});

describe('whatever a server answers,', () => {
  const TOKEN = 'tgi/Zk3+"9\\x~=secret-of-the-organisation';
  const HTTP_COST = 40;

  /** A token as an answer may repeat it. */
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
      // A server may go on for ever; what ends that is no business of the client.
      if (pages.length === 3) break;
    }
    return pages;
  }

  /** Asks once, and sees what came of it and what was said meanwhile. */
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
        // It says so, and mostly is not.
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

  test('bytes that are hardly HTTP are an error of the family too', async () => {
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

/** Every text in what was read. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Map) return textsIn([...value]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
