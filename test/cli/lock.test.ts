import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { cli } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';
import { startCli } from '../support/program.ts';
import { serveAnswers } from '../support/server.ts';
import { createWaitingClock } from '../support/waiting-clock.ts';

const DAY_S = 86_400;

function lockedFile(aheadS = 0): { state: string; lock: string } {
  const state = join(emptyFolder(), 'state.json');
  const lock = `${state}.lock`;
  writeFileSync(lock, '');
  const time = Date.now() / 1_000 + aheadS;
  utimesSync(lock, time, time);
  return { state, lock };
}

/** Says that the process listens to SIGTERM. Before that, the signal would just end it. */
const SAYS_WHEN_IT_LISTENS =
  "--import=data:text/javascript,process.on('newListener',(name)=>name==='SIGTERM'&&process.stdout.write('ready'))";

describe('run, where the state file is locked', () => {
  test('by a process that died while the clock was a day ahead: it goes on, and ends with 0', async () => {
    const { url } = await serveAnswers({ body: {} });
    const { state } = lockedFile(DAY_S);
    const args = ['run', '--state', state, '--togai-base-url', url];
    const { exitCode, stderr } = await startCli([...args, '--max-requests-per-second', '100'], {
      TOGAI_TOKEN: 'secret',
    }).ended;
    expect(stderr).toMatch(/finished/);
    expect(exitCode).toBe(0);
  });

  test('for long by another process: it ends with 2, and names the lock file and the next step', async () => {
    const { url } = await serveAnswers({ body: {} });
    const { state, lock } = lockedFile();
    const clock = createWaitingClock(() => writeFileSync(lock, ''));
    const args = ['run', '--state', state, '--togai-base-url', url];
    const { exitCode, stderr } = await cli(args, { clock }).catch((error: Error) => ({
      exitCode: undefined,
      stderr: error.message,
    }));
    expect(stderr).toContain(lock);
    expect(stderr).toMatch(/unmetered: .*lock.*(remove|wait|try again|end)/);
    expect(exitCode).toBe(2);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s ends the waiting at once', async (_, code) => {
    const { url } = await serveAnswers({ body: {} });
    const { state, lock } = lockedFile();
    const abort = new AbortController();
    let waits = 0;
    const clock = createWaitingClock(() => {
      waits++;
      writeFileSync(lock, '');
      abort.abort(new Interrupted(code));
    });
    const args = ['run', '--state', state, '--togai-base-url', url];
    const { exitCode, stderr } = await cli(args, { clock, signal: abort.signal }).catch(
      (error: Error) => ({ exitCode: undefined, stderr: error.message }),
    );
    expect(stderr).toMatch(/^unmetered: interrupted, /m);
    expect([exitCode, waits]).toEqual([code, 1]);
  });

  test('the process ends at SIGTERM', async () => {
    const { url } = await serveAnswers({ body: {} });
    const { state, lock } = lockedFile();
    const kept = setInterval(() => writeFileSync(lock, ''), 100);
    onTestFinished(() => clearInterval(kept));
    const { child, ended } = startCli(['run', '--state', state, '--togai-base-url', url], {
      TOGAI_TOKEN: 'secret',
      NODE_OPTIONS: SAYS_WHEN_IT_LISTENS,
    });
    child.stdout.once('data', () => child.kill('SIGTERM'));
    const { exitCode, stderr } = await ended;
    expect(stderr).toMatch(/^unmetered: interrupted, /m);
    expect(exitCode).toBe(143);
  });
});
