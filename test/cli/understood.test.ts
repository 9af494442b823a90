import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { BASE_URLS, parseBaseUrl } from '../../functions/monitor/settings/urls.ts';
import { cli, NOW } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';
import { serveAnswers } from '../support/server.ts';

const MINUTE = 60_000;
const EMPTY = { body: { events: [], nextToken: null } };

async function windowOf(...args: readonly string[]) {
  const { url } = await serveAnswers(EMPTY);
  const { exitCode, stdout, stderr } = await cli([
    'check',
    '--json',
    '--togai-base-url',
    url,
    ...args,
  ]);
  expect(exitCode, stderr).toBe(0);
  const { start, end } = JSON.parse(stdout).window;
  return [start, end];
}

describe('durations', () => {
  test.each([
    ['1h30m', 90],
    ['1 h 30 min', 90],
    ['90m', 90],
  ])('--since %s', async (text, minutes) => {
    expect(await windowOf('--since', text)).toEqual([
      new Date(NOW - minutes * MINUTE).toISOString(),
      new Date(NOW).toISOString(),
    ]);
  });

  test('--every 1h30m', async () => {
    const { url } = await serveAnswers(EMPTY);
    const abort = new AbortController();
    const clock = createJumpingClock(NOW);
    const { sleep } = clock;
    let pause = 0;
    clock.sleep = (ms, signal) => {
      if (ms > 60 * MINUTE) {
        pause = ms;
        abort.abort(new Interrupted(130));
      }
      return sleep(ms, signal);
    };
    const state = join(emptyFolder(), 'state.json');
    const args = ['run', '--state', state, '--every', '1h30m', '--togai-base-url', url];
    await cli(args, { clock, signal: abort.signal });
    expect(pause).toBeGreaterThan(85 * MINUTE);
    expect(pause).toBeLessThanOrEqual(90 * MINUTE);
  });
});

describe('times as reports print them', () => {
  test.each([
    ['2026-11-18 11:30', '2026-11-18 11:35', '11:30:00', '11:35:00'],
    ['2026-11-18 11:30:30', '2026-11-18 11:35:00', '11:30:30', '11:35:00'],
    ['2026-11-18 11:30 UTC', '2026-11-18 11:35 UTC', '11:30:00', '11:35:00'],
    ['2026-11-18 11:30Z', '2026-11-18 12:35+01:00', '11:30:00', '11:35:00'],
  ])('--from "%s" --to "%s"', async (from, to, start, end) => {
    expect(await windowOf('--from', from, '--to', to)).toEqual([
      `2026-11-18T${start}.000Z`,
      `2026-11-18T${end}.000Z`,
    ]);
  });

  test('the range of a report can be pasted back', async () => {
    const { url } = await serveAnswers(EMPTY);
    const base = ['check', '--togai-base-url', url];
    const first = await cli([...base, '--from', '2026-11-18T10:00', '--to', '2026-11-18T10:05']);
    const [, from = '', to = ''] = / from (.+) to (.+) UTC/.exec(first.stdout) ?? [];
    const again = await cli([...base, '--from', from, '--to', to]);
    expect(again.stdout.split('\n')[0]).toBe(first.stdout.split('\n')[0]);
    expect(again.exitCode).toBe(0);
  });

  test('run takes them as --at', async () => {
    const { url } = await serveAnswers(EMPTY);
    const state = join(emptyFolder(), 'state.json');
    const args = ['run', '--state', state, '--at', '2026-11-18 11:00', '--togai-base-url', url];
    const { stderr, exitCode } = await cli(args);
    expect(stderr).toMatch(/^2026-11-18T11:00:00\.000Z finished/m);
    expect(exitCode).toBe(0);
  });

  test.each(['2026-11-18  11:30', '2026-11-31 11:30', '18.11.2026 11:30', '2026-11-18 11'])(
    'but not "%s"',
    async (text) => {
      const { stderr, exitCode } = await cli(['check', '--from', text]);
      expect(stderr).toMatch(/^unmetered: --from: ".*" is not a time; write it like /);
      expect(exitCode).toBe(2);
    },
  );
});

describe('the names of addresses', () => {
  test.each([
    ['prod', 'production'],
    ['PROD', 'production'],
    ['Production', 'production'],
    ['SANDBOX', 'sandbox'],
    [' Sandbox ', 'sandbox'],
    ['sandbox', 'sandbox'],
  ])('%s', (text, name) => {
    expect(parseBaseUrl(text)).toBe(BASE_URLS.get(name));
  });

  test.each(['prod', 'SANDBOX'])('--togai-base-url %s', async (text) => {
    // Without a token nothing is sent.
    const { stderr } = await cli(['check', '--togai-base-url', text], { env: {} });
    expect(stderr).toMatch(/^unmetered: no token was found/);
  });

  test('but no other word', () => {
    expect(() => parseBaseUrl('product')).toThrow(/"product" is not an address/);
  });
});
