import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { type CliResult, cli } from '../support/cli.ts';
import { endOf, MAIN, type ProgramResult, spawnProgram } from '../support/program.ts';

/** An environment that throws if anybody reads a setting of Togai. */
const guarded = new Proxy<NodeJS.ProcessEnv>(
  {},
  {
    get(_, name) {
      if (String(name).startsWith('TOGAI')) throw new Error(`${String(name)} was read`);
      return undefined;
    },
  },
);

/** A machine with much else to do needs more than the ten seconds. */
const LIMIT_MS = 180_000;

describe('the demonstration', () => {
  let result: ProgramResult;
  let watched: string;
  let withoutToken: Promise<CliResult>;

  // Each takes ten seconds and mostly waits, so both run at the same time.
  beforeAll(async () => {
    withoutToken = cli(['demo'], { env: guarded, clock: systemClock, folder: tmpdir() });
    withoutToken.catch(() => {});
    result = await endOf(
      spawnProgram(process.execPath, [MAIN, 'demo'], { env: { TOGAI_TOKEN: 'a-real-token' } }),
    );
    watched = result.stdout.split('watched every five minutes')[1] ?? '';
  }, LIMIT_MS);

  test('begins with a check of the incident, which names its account', () => {
    expect(result.stdout).toMatch(
      /^ 1\/2 An incident[\s\S]*BREACHED +critical +unmetered by account >= 50% critical .* acme /,
    );
    expect(result.stdout).toMatch(
      /3 of 6 thresholds breached\.\n\d+ events are lost:\n\d+ unmetered events: \d+ of account acme/,
    );
  });

  test('shows the opening, the escalation, a reminder and the end', () => {
    expect(watched.match(/^\d\d:\d\d .*/gm)).toEqual([
      expect.stringMatching(/^08:00 NOTICE Watching: /),
      expect.stringMatching(/^09:15 WARNING acme: \d+ of \d+ events not billed/),
      expect.stringMatching(/^09:20 NOW CRITICAL acme: \d+ of \d+ events not billed/),
      expect.stringMatching(/^10:20 STILL CRITICAL acme: /),
      expect.stringMatching(/^10:40 RESOLVED acme: 1,0\d\d of 1,1\d\d events lost 09:10-10:25 UTC/),
    ]);
  });

  test('shows the first screen of the alert, from its headline to its limit', () => {
    const [, alert = ''] = watched.split(/^09:15 .*\n/m);
    expect(alert).toMatch(/^\n {6}acme: \d+ of \d+ events are not billed /);
    expect(alert).toMatch(
      /^ {6}Limit: at least 10 events not billed .* Now 74 events of all accounts\.\n.*\n\n {6}\(The email goes on/m,
    );
  });

  test('shows the worth of the loss, and when the billing cycle closes', () => {
    expect(result.stdout).toMatch(/^ +Worth about \d+ \(estimate in/m);
    expect(result.stdout).toMatch(/^ +BY +1 Apr 00:00 UTC/m);
  });

  test('ends with the commands for the real Togai', () => {
    expect(result.stdout).toMatch(/TOGAI_TOKEN=\.\.\.[\s\S]*npx unmetered check[^\n]*\n$/);
  });

  test('says that its reminders come more often than by default', () => {
    expect(watched).toContain('reminders every 60 minutes (240 by default)');
  });

  test('exits with 0', () => {
    expect(result.exitCode).toBe(0);
  });

  test('says that it only counted a simulation when it is interrupted', async () => {
    const signal = AbortSignal.abort(new Interrupted(130));
    const { exitCode, stderr } = await cli(['demo'], { signal, clock: systemClock });
    expect(stderr).toBe('unmetered: interrupted, only a simulation was counted\n');
    expect(exitCode).toBe(130);
  });

  test('never reads TOGAI_TOKEN', async () => {
    expect((await withoutToken).exitCode).toBe(0);
  });
});
