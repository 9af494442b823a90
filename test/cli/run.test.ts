import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { scenarios } from '../../simulator/scenario.ts';
import { startSimulator } from '../../simulator/server.ts';
import { cli, NOW } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';
import { serveAnswers } from '../support/server.ts';

const MINUTE = 60_000;

/** The scripted day up to now, with the incident in the middle of the morning. */
async function replay() {
  const day = NOW - 14 * 60 * MINUTE;
  const scenario = scenarios(day).incident;
  if (!scenario) throw new Error('no such scenario');
  const simulator = await startSimulator({ scenario, now: () => NOW, quota: 1e6 });
  onTestFinished(() => simulator.close());
  const state = join(emptyFolder(), 'state.json');
  let runs = 0;
  const runAt = (minutes: number, ...args: readonly string[]) => {
    runs++;
    return cli(
      [
        'run',
        '--state',
        state,
        '--at',
        new Date(day + minutes * MINUTE).toISOString(),
        '--togai-base-url',
        simulator.url,
        '--max-requests-per-second',
        '100',
        ...args,
      ],
      // Its timers are real: what may take five seconds over HTTP must not be over at once. Runs are a minute apart.
      {
        env: { TOGAI_TOKEN: simulator.token },
        clock: { ...systemClock, now: () => NOW + runs * MINUTE },
      },
    );
  };
  return { state, runAt };
}

describe('run, counting by metrics', () => {
  test('replays a day: fired, resolved, with samples of single events', async () => {
    const { runAt } = await replay();
    const notified: { kind: string; summary: { samples: unknown[] } }[] = [];
    const rule = ['--thresholds', 'unmetered >= 100', '--repeat-minutes', '0'];
    for (let minutes = 9 * 60; minutes < 14 * 60; minutes += 5) {
      const { stdout } = await runAt(minutes, '--print', 'json', '--counting', 'metrics', ...rule);
      const lines = stdout.split('\n').filter(Boolean);
      notified.push(...lines.map((line) => JSON.parse(line)));
    }
    expect(notified.map(({ kind }) => kind)).toEqual(['fired', 'resolved']);
    expect(notified[0]?.summary.samples).toHaveLength(5);
  });

  test('says how many hours it has counted', async () => {
    const { runAt } = await replay();
    const { stderr } = await runAt(8 * 60, '--counting', 'metrics');
    expect(stderr).toMatch(/finished · 2 hours counted · /);
  });

  test.each([
    [
      'a window of half an hour',
      ['--window-minutes', '30'],
      /unmetered: --window-minutes: Togai counts by the hour/,
    ],
    [
      'ignored schemas',
      ['--ignored-schemas', 'api_call'],
      /unmetered: --ignored-schemas: schemas cannot be ignored/,
    ],
    [
      'a rule about unknown statuses',
      ['--thresholds', 'unknown >= 1'],
      /unmetered: --thresholds: "unknown >= 1"/,
    ],
  ])('refuses %s at the start', async (_, args, reason) => {
    const { runAt, state } = await replay();
    const { stderr, exitCode } = await runAt(600, '--counting', 'metrics', ...args);
    expect(stderr).toMatch(reason);
    expect([exitCode, existsSync(state)]).toEqual([2, false]);
  });
});

describe('run', () => {
  test('replays a day run by run: fired, reminders, resolved', async () => {
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
    expect(kinds).toEqual(['fired', 'reminder', 'reminder', 'resolved']);
  });

  test('prints the documented machine format, one object a line', async () => {
    const { runAt } = await replay();
    const { stdout, exitCode } = await runAt(9 * 60 + 45, '--print', 'json');
    const [line = ''] = stdout.split('\n');
    expect(JSON.parse(line)).toMatchObject({
      kind: 'fired',
      id: expect.any(String),
      alertId: expect.any(String),
      threshold: 'unmetered >= 5% critical',
      severity: 'critical',
      value: expect.any(Number),
      limit: 5,
      unit: 'percent',
      groups: [],
      window: { start: expect.any(String), end: expect.any(String) },
      firedAt: expect.any(String),
      resolvedAt: null,
      at: expect.any(String),
    });
    expect(exitCode).toBe(3);
  });

  test.each([
    ['email', /^Subject: CRITICAL: \d+ unmetered events/],
    ['slack', /^\{\n {2}"version": "1\.0"/],
  ])('prints what %s subscribers get', async (format, expected) => {
    const { runAt } = await replay();
    expect((await runAt(9 * 60 + 45, '--print', format)).stdout).toMatch(expected);
  });

  test('ends with 0 when nothing fires, and says so on stderr', async () => {
    const { runAt } = await replay();
    const { stdout, stderr, exitCode } = await runAt(8 * 60);
    expect([stdout, exitCode]).toEqual(['', 0]);
    expect(stderr).toMatch(/finished · 12 buckets counted · nothing fires/);
  });

  test('keeps its memory in the state file, without the token', async () => {
    const { state, runAt } = await replay();
    await runAt(9 * 60 + 45);
    expect(readFileSync(state, 'utf8')).not.toContain('simulated-token');
    expect((await runAt(9 * 60 + 46)).stdout).toBe('');
  });

  test('whose time lies before the last one does nothing, and says so', async () => {
    const { runAt } = await replay();
    await runAt(9 * 60 + 45);
    const { stdout, stderr, exitCode } = await runAt(9 * 60);
    expect(stderr).toMatch(/late · a later run has been here before; nothing was done/);
    // What fires is known all the same.
    expect([stdout, exitCode]).toEqual(['', 3]);
  });

  test('that is interrupted leaves the state file to the next one', async () => {
    const { url } = await serveAnswers({ body: {} });
    const state = join(emptyFolder(), 'state.json');
    const abort = new AbortController();
    const clock = createJumpingClock(NOW);
    clock.sleep = () => {
      abort.abort(new Interrupted(130));
      return Promise.reject(abort.signal.reason);
    };
    const args = ['run', '--state', state, '--togai-base-url', url];
    const { exitCode, stderr } = await cli(args, { clock, signal: abort.signal });
    expect(stderr).toBe(`unmetered: interrupted, what was counted and decided is in ${state}\n`);
    expect(exitCode).toBe(130);
    expect((await cli(args)).stderr).toMatch(/finished/);
  });

  test('that cannot count says why, keeps what it knows, and ends with 2', async () => {
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

  test('--every says of each run why it could not count', async () => {
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

  test('--every goes on until it is interrupted', async () => {
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
    expect(requests.length).toBeGreaterThan(12);
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
      /--window-minutes: "45" is none of 30, 60, 120/,
    ],
    [
      'a mute that is no time',
      ['--state', 's', '--mute-until', 'monday'],
      /--mute-until: "monday" is no time/,
    ],
    [
      'a link that is none',
      ['--state', 's', '--runbook-url', 'javascript:x'],
      /--runbook-url: "javascript:x" is no link/,
    ],
    [
      'a time to come',
      ['--state', 's', '--at', '2027-01-01'],
      /--at lies in the future; leave it out/,
    ],
    [
      'seconds',
      ['--state', 's', '--every', '10s'],
      /--every: "10s" is no duration of a minute or more/,
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

test('test prints the test message as every channel gets it', async () => {
  const { stdout, exitCode } = await cli(['test']);
  expect(stdout).toMatch(/^Subject: TEST: [\s\S]*Email:[\s\S]*SMS:[\s\S]*Slack:[\s\S]*JSON:/);
  expect(exitCode).toBe(0);
});

describe('preview', () => {
  test('writes one page with every kind of notification, which needs nothing else', async () => {
    const out = join(emptyFolder(), 'preview.html');
    const { exitCode } = await cli(['preview', '--out', out]);
    const page = readFileSync(out, 'utf8');
    for (const kind of [
      'test',
      'fired',
      'grew',
      'reminder',
      'resolved',
      'withdrawn',
      'failing',
      'recovered',
      'gap',
    ]) {
      expect(page).toContain(`<h2>${kind}</h2>`);
    }
    expect(page).not.toMatch(/<(script|link|img)\b|src=|url\(/);
    expect(exitCode).toBe(0);
  });

  test('says so when the file cannot be written', async () => {
    const { exitCode, stderr } = await cli([
      'preview',
      '--out',
      join(emptyFolder(), 'no', 'p.html'),
    ]);
    expect(stderr).toMatch(/--out: .* cannot be written \(ENOENT\); choose another file/);
    expect(exitCode).toBe(2);
  });
});
