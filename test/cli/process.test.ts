import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { cli } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';
import { serve, serveAnswers } from '../support/server.ts';

const MAIN = new URL('../../cli/main.ts', import.meta.url).pathname;

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: emptyFolder(),
    env: { PATH: process.env.PATH, ...env },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = once(child, 'close').then(async ([exitCode]) => {
    const [stdout, stderr] = await output;
    return { exitCode: exitCode as number | null, stdout, stderr };
  });
  return { child, ended };
}

describe('the process', () => {
  test('counts, prints and exits with 0', async () => {
    const { url } = await serveAnswers({ body: {} });
    const args = ['check', '--since', '5m', '--json', '--togai-base-url', url];
    const { exitCode, stdout, stderr } = await start(args, { TOGAI_TOKEN: 'secret' }).ended;
    expect(JSON.parse(stdout).total).toBe(0);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('says what is wrong and exits with 2', async () => {
    const { exitCode, stdout, stderr } = await start(['check']).ended;
    expect(stderr).toMatch(/^unmetered: no token was found; .*\n$/);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends within a second of %s, whatever it waits for', async (signal, exitCode) => {
    let interruptedAt = 0;
    const { url } = await serve(() => {
      interruptedAt = performance.now();
      child.kill(signal);
    });
    const args = ['check', '--togai-base-url', url];
    const { child, ended } = start(args, { TOGAI_TOKEN: 'secret' });
    expect(await ended).toEqual({
      exitCode,
      stdout: '',
      stderr: 'unmetered: interrupted, nothing was counted\n',
    });
    expect(performance.now() - interruptedAt).toBeLessThan(1_000);
  });

  test('says so too when it was showing its progress', async () => {
    const { url } = await serve((request, response) => {
      if (request.url?.includes('nextToken')) return void child.kill('SIGINT');
      response.end('{"events":[],"nextToken":"1"}');
    });
    const { child, ended } = start(['check', '--togai-base-url', url], {
      TOGAI_TOKEN: 'secret',
      NODE_OPTIONS: '--import=data:text/javascript,process.stderr.isTTY=true',
    });
    const { exitCode, stderr } = await ended;
    expect(stderr).toMatch(/requests\/s[\s\S]*unmetered: interrupted, nothing was counted\n/);
    expect(exitCode).toBe(130);
  });

  test('says by its exit code what it found, also when nobody reads its output any more', async () => {
    const { url } = await serveAnswers({ body: {} });
    const args = ['check', '--thresholds', 'total < 1', '--togai-base-url', url, '--since', '5m'];
    const child = spawn(process.execPath, [MAIN, ...args], { env: { TOGAI_TOKEN: 'secret' } });
    child.stdout.destroy();
    const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect([exitCode, stderr]).toEqual([3, '']);
  });
});

test('simulate serves until it is interrupted, and check finds the incident there', async () => {
  const { child, ended } = start(['simulate', '--quota', '1000']);
  const [announcement] = await once(child.stdout, 'data');
  const url = /http:\S+:\d+/.exec(String(announcement))?.[0] ?? '';
  const token = /TOGAI_TOKEN=(\S+)/.exec(String(announcement))?.[1] ?? '';
  const args = ['check', '--since', '15m', '--json', '--max-requests-per-second', '100'];
  const check = await start([...args, '--togai-base-url', url], { TOGAI_TOKEN: token }).ended;
  expect(check.exitCode).toBe(3);
  expect(JSON.parse(check.stdout).topAccounts[0].name).toBe('acme');
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ exitCode: 0, stderr: '' });
});

test('simulate on a port that is taken says so', async () => {
  const { url } = await serveAnswers({ body: {} });
  const { exitCode, stderr } = await start(['simulate', '--port', new URL(url).port]).ended;
  expect(stderr).toMatch(/^unmetered: --port: port \d+ is taken; choose another one/);
  expect(exitCode).toBe(2);
});

describe('the demonstration', () => {
  let result: { exitCode: number | null; stdout: string; stderr: string };
  let moments: string[];

  beforeAll(async () => {
    const child = spawn(process.execPath, [MAIN, 'demo'], { env: { TOGAI_TOKEN: 'a-real-token' } });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const [exitCode] = await once(child, 'close');
    const [stdout, stderr] = await output;
    result = { exitCode, stdout, stderr };
    moments = stdout.split(/^ \d\/3 /m).slice(1);
  });

  test('begins with a quiet hour', () => {
    expect(moments[0]).toMatch(/A quiet morning[\s\S]*No threshold is breached\./);
  });

  test('shows the incident and the account concerned', () => {
    expect(moments[1]).toMatch(/BREACHED +critical +unmetered by account >= 50% critical .* acme /);
    expect(moments[1]).toMatch(
      /3 of 5 thresholds breached\.\n\d+ unmetered events: \d+ of account acme/,
    );
  });

  test('shows the recovery', () => {
    expect(moments[2]).toMatch(/The recovery[\s\S]*No threshold is breached\./);
  });

  test('shows the alert, a reminder and the resolution of the same day', () => {
    const watched = result.stdout.split('watched every five minutes')[1] ?? '';
    expect(watched).toMatch(
      /^09:20 WARNING: \d+ unmetered events[\s\S]*Threshold: unmetered >= 10$/m,
    );
    expect(watched).toMatch(/^\d\d:\d\d CRITICAL: account acme: \d+ unmetered events/m);
    expect(watched).toMatch(/^\d\d:\d\d STILL CRITICAL after 1 h/m);
    expect(watched).toMatch(/^\d\d:\d\d RESOLVED after/m);
  });

  test('ends by telling how to point it at the real Togai', () => {
    expect(result.stdout).toMatch(/TOGAI_TOKEN=\.\.\.[\s\S]*npx unmetered check[^\n]*\n$/);
  });

  test('says that its reminders come oftener than usual', () => {
    expect(result.stdout).toContain('reminders (every 60 minutes here, every 240 by default)');
  });

  test('exits with 0', () => {
    expect(result.exitCode).toBe(0);
  });

  test('counts nothing but a simulation, and says so where it is interrupted', async () => {
    const signal = AbortSignal.abort(new Interrupted(130));
    const { exitCode, stderr } = await cli(['demo'], { signal, clock: systemClock });
    expect(stderr).toBe('unmetered: interrupted, nothing but a simulation was counted\n');
    expect(exitCode).toBe(130);
  });

  test('never reads TOGAI_TOKEN', async () => {
    const guarded = new Proxy<NodeJS.ProcessEnv>(
      {},
      {
        get(_, name) {
          if (String(name).startsWith('TOGAI')) throw new Error(`${String(name)} was read`);
          return undefined;
        },
      },
    );
    expect((await cli(['demo'], { env: guarded, clock: systemClock })).exitCode).toBe(0);
  });
});
