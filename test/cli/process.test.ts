import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { emptyFolder } from '../support/folder.ts';
import { MAIN, spawnProgram, startCli } from '../support/program.ts';
import { serve, serveAnswers } from '../support/server.ts';

describe('the process', () => {
  test('counts, prints and exits with 0', async () => {
    const { url } = await serveAnswers({ body: {} });
    const args = ['check', '--since', '5m', '--json', '--togai-base-url', url];
    const { exitCode, stdout, stderr } = await startCli(args, { TOGAI_TOKEN: 'secret' }).ended;
    expect(JSON.parse(stdout).total).toBe(0);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('names the mistake and exits with 2', async () => {
    const { exitCode, stdout, stderr } = await startCli(['check']).ended;
    expect(stderr).toMatch(/^unmetered: no token was found; .*\n$/);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'ends within a second of %s while it waits for an answer',
    async (signal, exitCode) => {
      let interruptedAt = 0;
      const { url } = await serve(() => {
        interruptedAt = performance.now();
        child.kill(signal);
      });
      const args = ['check', '--togai-base-url', url];
      const { child, ended } = startCli(args, { TOGAI_TOKEN: 'secret' });
      expect(await ended).toEqual({
        exitCode,
        stdout: '',
        stderr: 'unmetered: interrupted, nothing was counted\n',
      });
      expect(performance.now() - interruptedAt).toBeLessThan(1_000);
    },
  );

  test('ends with the same message while it shows its progress', async () => {
    const { url } = await serve((request, response) => {
      if (request.url?.includes('nextToken')) return void child.kill('SIGINT');
      response.end('{"events":[],"nextToken":"1"}');
    });
    const { child, ended } = startCli(['check', '--togai-base-url', url], {
      TOGAI_TOKEN: 'secret',
      NODE_OPTIONS: '--import=data:text/javascript,process.stderr.isTTY=true',
    });
    const { exitCode, stderr } = await ended;
    expect(stderr).toMatch(/requests\/s[\s\S]*unmetered: interrupted, nothing was counted\n/);
    expect(exitCode).toBe(130);
  });

  test('exits with 3 for a breach even if nobody reads its output', async () => {
    const { url } = await serveAnswers({ body: {} });
    const args = ['check', '--thresholds', 'total < 1', '--togai-base-url', url, '--since', '5m'];
    const child = spawnProgram(process.execPath, [MAIN, ...args], {
      env: { TOGAI_TOKEN: 'secret' },
      cwd: emptyFolder(),
    });
    child.stdout.destroy();
    const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect([exitCode, stderr]).toEqual([3, '']);
  });
});
