import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { cli, NOW } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';
import { replay } from '../support/replayed-day.ts';
import { serve, serveAnswers } from '../support/server.ts';

const MINUTE = 60_000;

describe('run', () => {
  test('replays a day run by run: opened, a reminder, resolved', async () => {
    const { runAt } = await replay();
    const kinds: string[] = [];
    for (let minutes = 9 * 60; minutes <= 12 * 60; minutes += 5) {
      const { stdout } = await runAt(
        minutes,
        '--print',
        'json',
        '--thresholds',
        'unmetered >= 10',
        '--repeat-minutes',
        '60',
      );
      kinds.push(
        ...stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line).kind),
      );
    }
    expect(kinds).toEqual(['opened', 'reminder', 'resolved']);
  });

  test('prints the documented machine format, one object a line', async () => {
    const { runAt } = await replay();
    const { stdout, exitCode } = await runAt(9 * 60 + 45, '--print', 'json');
    const [line = ''] = stdout.split('\n');
    expect(JSON.parse(line)).toMatchObject({
      kind: 'opened',
      id: expect.any(String),
      incidentId: expect.any(String),
      threshold: 'unmetered >= 5% critical',
      severity: 'critical',
      value: expect.any(Number),
      limit: 5,
      unit: 'percent',
      accounts: [expect.objectContaining({ name: 'acme' })],
      window: { start: expect.any(String), end: expect.any(String) },
      onset: expect.any(String),
      endedAt: null,
      at: expect.any(String),
    });
    expect(exitCode).toBe(3);
  });

  test.each([
    ['email', /^Subject: CRITICAL acme: \d+ events not billed since [\d:]+-[\d:]+ UTC$/m],
    ['chat', /^\{\n {2}"version": "1\.0"/],
  ])('prints the messages of %s subscribers', async (format, expected) => {
    const { runAt } = await replay();
    expect((await runAt(9 * 60 + 45, '--print', format)).stdout).toMatch(expected);
  });

  test('exits with 0 if no incident is open, and says so on stderr', async () => {
    const { runAt } = await replay();
    const { stdout, stderr, exitCode } = await runAt(8 * 60);
    expect([stdout, exitCode]).toEqual(['', 0]);
    expect(stderr).toMatch(/finished · 1 look counted · no incident is open/);
  });

  test('keeps its state in the state file, without the token', async () => {
    const { state, runAt } = await replay();
    await runAt(9 * 60 + 45);
    expect(readFileSync(state, 'utf8')).not.toContain('simulated-token');
    expect((await runAt(9 * 60 + 46)).stdout).toBe('');
  });

  test('does nothing if its time is before the last run, and says so', async () => {
    const { runAt } = await replay();
    await runAt(9 * 60 + 45);
    const { stdout, stderr, exitCode } = await runAt(9 * 60);
    expect(stderr).toMatch(/late · a later run is already in the state file; nothing was done/);
    // It still knows which incidents are open.
    expect([stdout, exitCode]).toEqual(['', 3]);
  });

  test('leaves the state file to the next run if it is interrupted', async () => {
    const state = join(emptyFolder(), 'state.json');
    const abort = new AbortController();
    const { url } = await serve((_, response) => {
      if (abort.signal.aborted) response.end('{}');
      else abort.abort(new Interrupted(130));
    });
    const args = ['run', '--state', state, '--togai-base-url', url];
    const { exitCode, stderr } = await cli(args, { signal: abort.signal });
    expect(stderr).toBe(
      `unmetered: interrupted, the counts and incidents so far are in ${state}\n`,
    );
    expect(exitCode).toBe(130);
    expect((await cli(args)).stderr).toMatch(/finished/);
  });

  test('says why it cannot count, keeps its state, and exits with 2', async () => {
    const { url } = await serveAnswers({ status: 403, body: { message: 'no' } });
    const state = join(emptyFolder(), 'state.json');
    const { exitCode, stderr } = await cli(['run', '--state', state, '--togai-base-url', url]);
    expect(stderr).toMatch(
      /failed · 0 buckets counted · 1 h behind\nunmetered: GET .* was answered with 403 \("no"\)/,
    );
    expect(stderr.match(/answered with 403/g)).toHaveLength(1);
    expect(exitCode).toBe(2);
    expect(existsSync(state)).toBe(true);
  });

  test('with --every says after each run why it could not count', async () => {
    const { url } = await serveAnswers({ status: 403, body: { message: 'no' } });
    const abort = new AbortController();
    const clock = createJumpingClock(NOW);
    const { sleep } = clock;
    clock.sleep = (ms, signal) => {
      if (ms > MINUTE) abort.abort(new Interrupted(130));
      return sleep(ms, signal);
    };
    const { stderr } = await cli(
      ['run', '--state', join(emptyFolder(), 's.json'), '--every', '5m', '--togai-base-url', url],
      { clock, signal: abort.signal },
    );
    expect(stderr).toMatch(/failed · .* · GET .* was answered with 403/);
  });

  test('with --every goes on until it is interrupted', async () => {
    const { url, requests } = await serveAnswers({ body: {} });
    const abort = new AbortController();
    const clock = createJumpingClock(NOW);
    const { sleep } = clock;
    let slept = 0;
    clock.sleep = (ms, signal) => {
      if (ms > MINUTE && ++slept === 3) abort.abort(new Interrupted(130));
      return sleep(ms, signal);
    };
    const { exitCode, stderr } = await cli(
      ['run', '--state', join(emptyFolder(), 's.json'), '--every', '5m', '--togai-base-url', url],
      { clock, signal: abort.signal },
    );
    expect(exitCode).toBe(130);
    expect(stderr.match(/finished/g)).toHaveLength(3);
    // The first run asks in vain whether Togai counts.
    expect(requests.filter((path) => path.startsWith('/events'))).toHaveLength(3);
  });

  test.each([
    [
      'no state file',
      [],
      /^unmetered: required option '--state <FILE>' not specified; see unmetered run --help\n$/,
    ],
    [
      'a wrong setting',
      ['--state', 's', '--window-minutes', '45'],
      /--window-minutes: "45" is not one of 30, 60, 120/,
    ],
    [
      'a link that is none',
      ['--state', 's', '--runbook-url', 'javascript:x'],
      /--runbook-url: "javascript:x" is not a link/,
    ],
    [
      'a time to come',
      ['--state', 's', '--at', '2027-01-01'],
      /--at is in the future; leave it out/,
    ],
    [
      'seconds',
      ['--state', 's', '--every', '10s'],
      /--every: "10s" is not a duration of a minute or more/,
    ],
    [
      'both a time and an interval',
      ['--state', 's', '--every', '5m', '--at', '2026-11-18'],
      /cannot be used with option/,
    ],
  ])('refuses %s', async (_, args, message) => {
    const { exitCode, stderr } = await cli(['run', ...args]);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });
});
