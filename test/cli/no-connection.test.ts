import { createServer as createTlsServer } from 'node:https';
import { createServer as createNetServer } from 'node:net';
import { generate } from 'selfsigned';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { check, RANGE, refusal } from '../support/refused-check.ts';
import { listen, serve, serveAnswers } from '../support/server.ts';

describe('no connection', () => {
  test('the host does not resolve', async () => {
    // The resolver of this machine refuses a name with such a long part, without asking another server.
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

  test('the port is one that fetch refuses', async () => {
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

  test('the answer never comes', async () => {
    const { url } = await serve(() => {});
    expect(refusal(await check(url, RANGE, { requestTimeoutMs: 50 }))).toMatch(
      /the last time it did not answer completely within 0\.05 s/,
    );
  });
});

test('Ctrl-C ends a check, which says that nothing was counted', async () => {
  const abort = new AbortController();
  const { url } = await serve(() => abort.abort(new Interrupted(130)));
  const result = await check(url, RANGE, { signal: abort.signal });
  expect(result).toEqual({
    exitCode: 130,
    stdout: '',
    stderr: 'unmetered: interrupted, nothing was counted\n',
  });
});
