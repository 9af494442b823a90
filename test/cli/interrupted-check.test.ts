import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { cli, NOW } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { servePages } from '../support/events-server.ts';

describe('a check that is interrupted', () => {
  const interrupted = (...flags: string[]) => interruptedAt(30, {}, flags);

  async function interruptedAt(events: number, kind: { status?: string }, flags: string[] = []) {
    const { url } = await servePages(events, { end: NOW, minutes: 60, ...kind });
    const abort = new AbortController();
    const clock = createJumpingClock(NOW);
    const { sleep } = clock;
    let waits = 0;
    clock.sleep = (ms, signal) => {
      if (++waits === 6) abort.abort(new Interrupted(130));
      return sleep(ms, signal);
    };
    const args = ['check', ...flags, '--thresholds', 'total < 100, metered >= 1, unmetered >= 1'];
    return cli([...args, '--togai-base-url', url], { clock, signal: abort.signal });
  }

  test('prints its counts so far, as at least so many', async () => {
    const { stdout } = await interrupted();
    expect(stdout).toMatch(/^at least [1-9]\d? events from 2026-11-18 11:00/);
  });

  test('ends with 130, and says that it was interrupted', async () => {
    const { exitCode, stderr } = await interrupted();
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/^unmetered: interrupted, the numbers above are lower bounds$/m);
  });

  test('calls a threshold breached only if the missing events cannot change that', async () => {
    const { stdout } = await interrupted();
    expect(stdout).toMatch(/BREACHED +warning +metered >= 1/);
    expect(stdout).toMatch(/not enough data +warning +total < 100/);
  });

  describe('before any bucket is complete', () => {
    const unmetered = { status: 'INGESTION_COMPLETED_EVENT_NOT_METERED' };

    test('draws no chart', async () => {
      const { stdout } = await interruptedAt(300, unmetered);
      expect(stdout).not.toMatch(/UNMETERED OVER TIME|Infinity/);
    });

    test('says at least in the last lines, too', async () => {
      const { stdout } = await interruptedAt(300, unmetered);
      expect(stdout).toMatch(/^At least [1-9]\d? unmetered events: /m);
    });
  });

  test.each(['--json', '--quiet'])('prints nothing with %s', async (flag) => {
    const { stdout, exitCode } = await interrupted(flag);
    expect([stdout, exitCode]).toEqual(['', 130]);
  });
});
