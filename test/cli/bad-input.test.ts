import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { type CliOptions, type CliResult, cli, TOKEN } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { emptyFolder } from '../support/folder.ts';
import { listen, serve, serveAnswers } from '../support/server.ts';

/** Long enough for loopback, short enough to wait for five times. */
const REQUEST_TIMEOUT_MS = 150;
const RANGE = ['--from', '2026-11-18T11:30', '--to', '2026-11-18T11:35'];

const check = (url: string, args: readonly string[] = RANGE, options: CliOptions = {}) =>
  cli(['check', '--json', '--togai-base-url', url, ...args], {
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    ...options,
  });

/** What every refusal has in common; gives the sentence. */
function refusal({ exitCode, stdout, stderr }: CliResult): string {
  const sentence = stderr.trim().split('\n').at(-1) ?? '';
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).not.toContain(TOKEN);
  expect(stderr).not.toContain('secret');
  expect(sentence).toMatch(/^unmetered: /);
  expect(sentence.length).toBeLessThan(420);
  return sentence;
}

describe('the token', () => {
  test('there is none', async () => {
    const result = await check('http://127.0.0.1:1', RANGE, { env: {} });
    expect(refusal(result)).toMatch(
      /no token was found; put Togai's API token into the variable TOGAI_TOKEN or into a file \.env/,
    );
  });

  test('it is empty', async () => {
    const result = await check('http://127.0.0.1:1', RANGE, { env: { TOGAI_TOKEN: '' } });
    expect(refusal(result)).toMatch(
      /the token in TOGAI_TOKEN is empty; put Togai's API token there/,
    );
  });

  test('it holds a line break', async () => {
    const result = await check('http://127.0.0.1:1', RANGE, {
      env: { TOGAI_TOKEN: 'secret\nsecret' },
    });
    expect(refusal(result)).toMatch(/characters that no token has; copy it again/);
  });

  test('.env cannot be read', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, '.env'));
    const result = await check('http://127.0.0.1:1', RANGE, { env: {}, folder });
    expect(refusal(result)).toMatch(
      /the file \.env could not be read \(EISDIR\); make it readable/,
    );
  });

  test('a .env file is read, and the environment comes first', async () => {
    const folder = emptyFolder();
    const tokens: (string | undefined)[] = [];
    const { url } = await serve((request, response) => {
      tokens.push(request.headers.authorization);
      response.end('{}');
    });
    writeFileSync(join(folder, '.env'), `TOGAI_TOKEN="from-file"\nTOGAI_BASE_URL=${url}\n`);
    await cli(['check', ...RANGE], { env: {}, folder });
    await cli(['check', ...RANGE], { env: { TOGAI_TOKEN: 'from-env' }, folder });
    expect(tokens).toEqual(['Bearer from-file', 'Bearer from-env']);
  });
});

describe('answers that end a check', () => {
  test.each([
    [
      401,
      { message: 'Credential expired' },
      /401 \("Credential expired"\): Togai does not accept the token; put a valid one into TOGAI_TOKEN .* Togai blocks an address after five rejected requests in 30 minutes/,
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
  ])('%s, after one request', async (status, body, sentence) => {
    const { url, requests } = await serveAnswers({ status, body });
    expect(refusal(await check(url))).toMatch(sentence);
    expect(requests).toHaveLength(1);
  });

  test('429 that does not end', async () => {
    const { url, requests } = await serveAnswers({ status: 429, body: { message: 'slow down' } });
    expect(refusal(await check(url))).toMatch(
      /429 \("slow down"\) again and again, though the rate was halved 8 times: lower MaxRequestsPerSecond \(--max-requests-per-second\)/,
    );
    expect(requests.length).toBeLessThan(12);
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
        `failed 5 times in a row, the last time it was answered with ${status}: Togai, or something on the way to it, is in trouble; try again later`,
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

describe('no connection', () => {
  test('the host does not resolve', async () => {
    // A name with so long a part is refused by the resolver of this machine, without asking another.
    const result = await check(`https://${'a'.repeat(64)}.invalid`);
    expect(refusal(result)).toMatch(
      /found no such host .*: check the network and the base URL \(--togai-base-url\); behind a proxy/,
    );
  });

  test('the connection is refused', async () => {
    const server = createNetServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(refusal(await check(`http://127.0.0.1:${port}`))).toMatch(
      /could not connect \(ECONNREFUSED\): check the network/,
    );
  });

  test('the port is one that fetch does not use', async () => {
    expect(refusal(await check('http://127.0.0.1:9'))).toMatch(
      /failed \(bad port\): check the network/,
    );
  });

  test('the certificate is not trusted', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const port = await listen(createTlsServer({ key, cert }, (_, response) => response.end('{}')));
    expect(refusal(await check(`https://localhost:${port}`))).toMatch(
      /could not agree on TLS \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    );
  });

  test('the other side does not speak TLS', async () => {
    const { url } = await serveAnswers({ body: {} });
    expect(refusal(await check(url.replace('http:', 'https:')))).toMatch(/could not agree on TLS/);
  });

  test('the connection is reset every time', async () => {
    const { url, requests } = await serve((_, response) => response.socket?.resetAndDestroy());
    expect(refusal(await check(url))).toMatch(
      /failed 5 times in a row, the last time it lost the connection \(ECONNRESET\)/,
    );
    expect(requests).toHaveLength(5);
  });

  test('the answer is no HTTP', async () => {
    const server = createNetServer((socket) =>
      socket.on('data', () => socket.end('nonsense\r\n\r\n')),
    );
    const port = await listen(server);
    expect(refusal(await check(`http://127.0.0.1:${port}`))).toMatch(
      /failed 5 times in a row, the last time it gave an answer that is broken/,
    );
  });

  test('nothing is answered', async () => {
    const { url } = await serve(() => {});
    expect(refusal(await check(url))).toMatch(
      /the last time it did not answer completely within 0\.15 s/,
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

  test('200 MB long, of which little is read', async () => {
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

  test('a byte at a time, for ever', async () => {
    const { url } = await serve((_, response) => {
      response.write('{');
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
    });
    expect(refusal(await check(url))).toMatch(/did not answer completely within 0\.15 s/);
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

  test('one from before there was a Togai is malformed', async () => {
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
      /GET \/events listed 2 events, none of which could be read \(event .*: createdAt is missing\): check that the base URL is Togai's/,
    );
  });
});

describe('flags', () => {
  const TYPO = 'unmeterd >= 10';
  test.each([
    [
      'a base URL that is neither https nor this machine',
      ['--togai-base-url', 'http://api.togai.com'],
      '--togai-base-url: "http://api.togai.com" would send the token unencrypted; write an https address (http only reaches this machine: localhost, 127.0.0.1)',
    ],
    [
      'a base URL that only looks like this machine',
      ['--togai-base-url', 'http://127.0.0.1.example.com'],
      '--togai-base-url: "http://127.0.0.1.example.com" would send the token unencrypted; write an https address (http only reaches this machine: localhost, 127.0.0.1)',
    ],
    [
      'a base URL with a password',
      ['--togai-base-url', 'https://me:secret@togai.example'],
      '--togai-base-url: the address at togai.example holds a user, a password, a query or a fragment; write only scheme, host and path',
    ],
    [
      'a base URL that is none',
      ['--togai-base-url', 'togai'],
      '--togai-base-url: "togai" is no address; write production, sandbox, or one such as https://api.togai.com',
    ],
    [
      'thresholds that do not parse',
      ['--thresholds', TYPO],
      '--thresholds: "unmeterd >= 10": column 1: "unmeterd" is no status, group or pattern; did you mean "unmetered"?',
    ],
    [
      'no thresholds',
      ['--thresholds', ''],
      '--thresholds: no threshold was given; write at least one, such as "unmetered >= 10" (<subject> [by account|by schema] <op> <limit>[%] [for <n>m] [critical])',
    ],
    [
      '--from after --to',
      ['--from', '2026-11-18T10:00', '--to', '2026-11-18T09:00'],
      '--from is not before --to; swap them, or choose a later --to',
    ],
    [
      '--from at --to',
      ['--from', '2026-11-18T10:00', '--to', '2026-11-18T10:00'],
      '--from is not before --to; swap them, or choose a later --to',
    ],
    [
      '--to in the future',
      ['--from', '2026-11-18T10:00', '--to', '2027-01-01'],
      '--to lies in the future; leave it out to count up to now',
    ],
    [
      '--from in the future',
      ['--from', '2027-01-01T05:00'],
      '--from lies in the future; choose a time that has passed',
    ],
    [
      'a range of centuries',
      ['--since', '999999d'],
      'the range is longer than 31 days; count it in shorter pieces',
    ],
    [
      '--to alone',
      ['--to', '2026-11-18T10:00'],
      '--to says where the range ends; say with --from where it starts',
    ],
    [
      '--from in words',
      ['--from', 'yesterday'],
      '--from: "yesterday" is no time; write it like 2026-11-21T09:00 (UTC) or 2026-11-21T10:00+01:00',
    ],
    [
      '--since without a unit',
      ['--since', '60'],
      '--since: "60" is no duration; write minutes, hours or days: 90m, 6h, 2d',
    ],
    [
      '--since together with --from',
      ['--since', '1h', '--from', '2026-11-18'],
      "option '--since <duration>' cannot be used with option '--from <ISO>'; see unmetered check --help",
    ],
    [
      'a rate of nothing',
      ['--max-requests-per-second', '0'],
      '--max-requests-per-second: "0" is not a number from 0.2 to 100',
    ],
    [
      'half a minimum',
      ['--minimum-events', '0.5'],
      '--minimum-events: "0.5" is not a number from 1 to 1000000',
    ],
    [
      'an ignore entry to a day that is none',
      ['--ignored-accounts', 'acme@2027-02-30'],
      '--ignored-accounts: "acme@2027-02-30": "2027-02-30" is no day of the calendar; write the last day as YYYY-MM-DD',
    ],
    [
      'a flag that does not exist',
      ['--threshold', 'failed >= 1'],
      "unknown option '--threshold' (did you mean --thresholds?); see unmetered check --help",
    ],
  ])('%s', async (_, args, sentence) => {
    const result = await cli(['check', ...args]);
    expect(refusal(result)).toBe(`unmetered: ${sentence}`);
    expect(result.stderr).toMatch(/^[^\n]+\n$/);
  });

  test('TOGAI_BASE_URL is held to the same', async () => {
    const env = { TOGAI_TOKEN: TOKEN, TOGAI_BASE_URL: 'http://api.togai.com' };
    expect(refusal(await cli(['check'], { env }))).toMatch(
      /^unmetered: TOGAI_BASE_URL: .* unencrypted/,
    );
  });

  test('a command that does not exist', async () => {
    const { exitCode, stderr } = await cli(['chek']);
    expect([exitCode, stderr]).toEqual([
      2,
      "unmetered: unknown command 'chek' (did you mean check?); see unmetered --help\n",
    ]);
  });
});

test('Ctrl-C counts nothing and says so', async () => {
  const abort = new AbortController();
  const { url } = await serve(() => abort.abort(new Interrupted(130)));
  const result = await check(url, RANGE, { signal: abort.signal });
  expect(result).toEqual({
    exitCode: 130,
    stdout: '',
    stderr: 'unmetered: interrupted, nothing was counted\n',
  });
});
