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
  let moments: string[];
  let withoutToken: Promise<CliResult>;

  // Each takes ten seconds and mostly waits, so both run at the same time.
  beforeAll(async () => {
    withoutToken = cli(['demo'], { env: guarded, clock: systemClock, folder: tmpdir() });
    withoutToken.catch(() => {});
    result = await endOf(
      spawnProgram(process.execPath, [MAIN, 'demo'], { env: { TOGAI_TOKEN: 'a-real-token' } }),
    );
    moments = result.stdout.split(/^ \d\/3 /m).slice(1);
  }, LIMIT_MS);

  test('begins with a quiet hour', () => {
    expect(moments[0]).toMatch(/A quiet morning[\s\S]*No threshold is breached\./);
  });

  test('shows the incident and its account', () => {
    expect(moments[1]).toMatch(/BREACHED +critical +unmetered by account >= 50% critical .* acme /);
    expect(moments[1]).toMatch(
      /3 of 6 thresholds breached\.\n\d+ unmetered events: \d+ of account acme/,
    );
  });

  test('shows the recovery', () => {
    expect(moments[2]).toMatch(/The recovery[\s\S]*No threshold is breached\./);
  });

  test('shows the opening, the escalation, a reminder and the end', () => {
    const watched = result.stdout.split('watched every five minutes')[1] ?? '';
    expect(watched).toMatch(
      /^09:15 WARNING acme: \d+ of \d+ events not billed[\s\S]*Rule: unmetered >= 10$/m,
    );
    expect(watched).toMatch(/^09:20 NOW CRITICAL acme: \d+ of \d+ events not billed/m);
    expect(watched).toMatch(/^10:20 STILL CRITICAL acme: /m);
    expect(watched).toMatch(
      /^10:40 RESOLVED acme: 1,0\d\d of 1,1\d\d events lost 09:10-10:25 UTC/m,
    );
  });

  test('says what the loss is worth, and when the billing cycle closes', () => {
    expect(result.stdout).toMatch(/^ +Worth about \d+ so far \(an estimate in/m);
    expect(result.stdout).toMatch(/^ +BY +1 Apr 00:00 UTC/m);
  });

  test('ends with the commands for the real Togai', () => {
    expect(result.stdout).toMatch(/TOGAI_TOKEN=\.\.\.[\s\S]*npx unmetered check[^\n]*\n$/);
  });

  test('says that its reminders come more often than by default', () => {
    expect(result.stdout).toContain('reminders (every 60 minutes here, every 240 by default)');
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
