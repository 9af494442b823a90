import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { describe, expect, onTestFinished, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { MAIN, runNode, startProgram } from '../support/program.ts';
import { listen, serveAnswers } from '../support/server.ts';

const BIN = fileURLToPath(new URL(`../../${manifest.bin.unmetered}`, import.meta.url));
const EMPTY = { body: { events: [], nextToken: null } };

/** A proxy that passes connections on, and writes down each request. */
async function startProxy(onConnect: (target: string, socket: Socket) => void = tunnel) {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(502);
    response.end();
  });
  server.on('connect', ({ url = '' }, socket: Socket) => {
    asked.push(url);
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    onConnect(url, socket);
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, asked };
}

function tunnel(target: string, socket: Socket): void {
  const { hostname, port } = new URL(`http://${target}`);
  const server = connect(Number(port), hostname, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.pipe(socket).pipe(server);
  });
  server.on('error', () => socket.destroy());
}

const environment = (proxies: NodeJS.ProcessEnv) => ({
  TOGAI_TOKEN: 'secret',
  NODE_USE_ENV_PROXY: '1',
  ...proxies,
});

describe('a loopback address never goes through a proxy', () => {
  test.each([
    ['127.0.0.1', 'HTTP_PROXY'],
    ['127.0.0.1', 'http_proxy'],
    ['localhost', 'HTTP_PROXY'],
  ])('http://%s, with %s', async (host, variable) => {
    const proxy = await startProxy();
    const { url } = await serveAnswers(EMPTY);
    const address = url.replace('127.0.0.1', host);
    const args = [MAIN, 'check', '--since', '5m', '--togai-base-url', address];
    const { exitCode, stdout } = await runNode(args, {
      env: environment({ [variable]: proxy.url }),
    });
    expect(proxy.asked).toEqual([]);
    expect(stdout).toContain('No events.');
    expect(exitCode).toBe(0);
  });

  test('https://localhost, with HTTPS_PROXY', async () => {
    const proxy = await startProxy();
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const port = await listen(createTlsServer({ key, cert }, (_, response) => response.end('{}')));
    const address = `https://localhost:${port}`;
    const args = [MAIN, 'check', '--since', '5m', '--togai-base-url', address];
    const { stderr } = await runNode(args, { env: environment({ HTTPS_PROXY: proxy.url }) });
    expect(proxy.asked).toEqual([]);
    expect(stderr).toContain('could not agree on TLS (DEPTH_ZERO_SELF_SIGNED_CERT)');
  });

  test.each(['NO_PROXY', 'no_proxy'])('nor where %s names other hosts', async (variable) => {
    const proxy = await startProxy();
    const { url } = await serveAnswers(EMPTY);
    const args = [MAIN, 'check', '--since', '5m', '--togai-base-url', url];
    const env = environment({ HTTP_PROXY: proxy.url, [variable]: 'intranet.example' });
    expect((await runNode(args, { env })).exitCode).toBe(0);
    expect(proxy.asked).toEqual([]);
  });

  test.each(['127.0.0.2', '[::1]'])('nor http://%s, where nobody listens', async (host) => {
    const proxy = await startProxy();
    const address = `http://${host}:${new URL(proxy.url).port}`;
    const args = [MAIN, 'check', '--since', '5m', '--togai-base-url', address];
    const { exitCode } = await runNode(args, { env: environment({ HTTP_PROXY: proxy.url }) });
    expect({ exitCode, asked: proxy.asked }).toEqual({ exitCode: 2, asked: [] });
  });
});

/** A check of an address that only a proxy could reach; it ends once the proxy was asked so often. */
async function checkThrough(answer: string, times: number, noProxy?: string) {
  const proxy = await startProxy((_, socket) => {
    socket.end(answer);
    if (proxy.asked.length >= times) child.kill('SIGKILL');
  });
  const args = [MAIN, 'check', '--since', '5m', '--togai-base-url', 'https://togai.invalid'];
  const { child, ended } = startProgram(process.execPath, args, {
    env: environment({ HTTPS_PROXY: proxy.url, ...(noProxy && { NO_PROXY: noProxy }) }),
  });
  return { ...(await ended), asked: proxy.asked };
}

test('any other address goes through it', async () => {
  const { asked } = await checkThrough('HTTP/1.1 503 Busy\r\n\r\n', 1);
  expect(asked).toEqual(['togai.invalid:443']);
});

test('an address that NO_PROXY names does not', async () => {
  const { asked } = await checkThrough('HTTP/1.1 503 Busy\r\n\r\n', 1, 'togai.invalid');
  expect(asked).toEqual([]);
});

describe('started by its first line, as npx does', () => {
  const args = ['check', '--since', '5m', '--togai-base-url', 'https://togai.invalid'];

  test('it asks the proxy', async () => {
    const proxy = await startProxy((_, socket) => {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    const env = environment({ HTTPS_PROXY: proxy.url });
    await startProgram(BIN, args, { env }).ended;
    expect(proxy.asked).toEqual(['togai.invalid:443']);
  });

  test('it does not without NODE_USE_ENV_PROXY=1', async () => {
    const proxy = await startProxy();
    const env = { TOGAI_TOKEN: 'secret', HTTPS_PROXY: proxy.url };
    const { exitCode } = await startProgram(BIN, args, { env }).ended;
    expect({ exitCode, asked: proxy.asked }).toEqual({ exitCode: 2, asked: [] });
  });
});

test('a proxy that wants a login is named, after one request', async () => {
  const answer = 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n';
  const { asked, exitCode, stderr } = await checkThrough(answer, 2);
  expect(stderr).toMatch(
    /^unmetered: [^\n]*407[^\n]*proxy[^\n]*(login|user and password)[^\n]*\n$/,
  );
  expect({ asked, exitCode }).toEqual({ asked: ['togai.invalid:443'], exitCode: 2 });
});

describe('a proxy that is no address gets a sentence, not a stack trace', () => {
  test.each([
    ['HTTPS_PROXY', 'proxy.example:3128'],
    ['HTTPS_PROXY', '127.0.0.1:3128'],
    ['HTTPS_PROXY', 'localhost:3128'],
    ['https_proxy', 'proxy.example:3128'],
    ['HTTPS_PROXY', 'http://proxy.example:99999'],
    ['HTTP_PROXY', 'proxy.example:3128'],
  ])('%s=%s', async (variable, value) => {
    // As npx runs it: by its first line, for Node.js itself ends where it meets such a proxy.
    const { exitCode, stdout, stderr } = await startProgram(
      BIN,
      ['check', '--togai-base-url', `https://${'a'.repeat(64)}.invalid`],
      { env: environment({ [variable]: value }) },
    ).ended;
    expect(stderr).toMatch(/^unmetered: [^\n]*http:\/\/[^\n]*\n$/);
    expect(stderr).toContain(variable);
    expect(stderr).toContain(value);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test('and does not show the password in it', async () => {
    const { exitCode, stderr } = await startProgram(BIN, ['check', '--since', '5m'], {
      env: environment({ HTTPS_PROXY: 'me:pa55word@proxy.example:3128' }),
    }).ended;
    expect(stderr).toMatch(/^unmetered: [^\n]*HTTPS_PROXY[^\n]*\n$/);
    expect(stderr).not.toContain('pa55word');
    expect(exitCode).toBe(2);
  });
});
