import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from '../../support/cli.ts';
import { emptyFolder } from '../../support/folder.ts';
import { replay } from '../../support/replayed-day.ts';

/** Minutes of the scripted day: acme loses events then. */
const LOSING = 9 * 60 + 45;
/** The time of the clock, in minutes of the scripted day. */
const NOON = 14 * 60;
const RULES = ['--thresholds', 'unmetered >= 10', '--print', 'json'];

/** A day that is replayed, and commands for its state file. */
async function replayed() {
  const { state, runAt } = await replay();
  return {
    run: async (minutes: number) => {
      const { stdout } = await runAt(minutes, ...RULES);
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line): { kind: string; topic?: string; incidentId?: string } => JSON.parse(line));
    },
    ask: (...args: readonly string[]) => cli([...args, '--state', state], { env: {} }),
    json: async (...args: readonly string[]) =>
      JSON.parse((await cli([...args, '--state', state, '--json'], { env: {} })).stdout),
    state,
  };
}

const kindsOf = (notified: readonly { kind: string }[]) => notified.map(({ kind }) => kind);

describe('a silence in a state file', () => {
  test('begins with the next run, also with one of a past time, and lasts as long as was asked', async () => {
    const { run, ask } = await replayed();
    await run(8 * 60);
    const { stdout, exitCode } = await ask('silence', 'acme', '--for', '30m', '--by', 'mira');
    expect(stdout).toMatch(
      /^Silenced: acme for 30 min, from the next run on, by mira \(s-\w{4}\)\nNo open incident falls under it now\.\nEnd it with: npx unmetered unsilence s-\w{4} --state \/\S+\n$/,
    );
    expect(exitCode).toBe(0);
    expect(kindsOf(await run(LOSING))).toEqual(['notice']);
    expect(kindsOf(await run(LOSING + 25))).toEqual([]);
    expect(kindsOf(await run(LOSING + 30))).toEqual(['opened', 'notice']);
  });

  test('is ended by its id, and people are notified by the next run', async () => {
    const { run, ask, json } = await replayed();
    await run(8 * 60);
    const { silence } = await json('silence', '--all', '--for', '2h', '--by', 'mira');
    await run(LOSING);
    const { stdout } = await ask('unsilence', silence.id, '--by', 'tom');
    expect(stdout).toBe(`Ended: everything until 2026-11-18 07:45 UTC, by mira (${silence.id})\n`);
    expect(kindsOf(await run(LOSING + 5))).toEqual(['opened', 'notice']);
  });

  test('is told to be over by the next run, also where the runs replay the past', async () => {
    const { run, ask, json } = await replayed();
    await run(NOON - 45);
    const { silence } = await json('silence', '--all', '--for', '2h', '--by', 'mira');
    await run(NOON - 40);
    await ask('unsilence', silence.id);
    expect(kindsOf(await run(NOON - 35))).toContain('notice');
  });

  test('that is ended minutes after the last run ends now, and not with that run', async () => {
    const { run, ask, json } = await replayed();
    await run(NOON - 15);
    const { silence } = await json('silence', '--all', '--for', '2h', '--by', 'mira');
    await run(NOON - 2);
    const { stdout } = await ask('unsilence', silence.id, '--by', 'tom');
    expect(stdout).toBe(`Ended: everything until 2026-11-18 12:00 UTC, by mira (${silence.id})\n`);
  });

  test('of an incident that was notified before is followed by one reminder if it is ended', async () => {
    const { run, ask, json } = await replayed();
    await run(LOSING);
    const { silence } = await json('silence', '--subject', 'unmetered', '--for', '2h');
    await run(LOSING + 5);
    await ask('unsilence', silence.id);
    expect(kindsOf(await run(LOSING + 10))).toEqual(['reminder', 'notice']);
    expect(kindsOf(await run(LOSING + 15))).toEqual([]);
  });

  test('bears the name of the user where nobody is named', async () => {
    const { run, json } = await replayed();
    await run(8 * 60);
    const { silence } = await json('silence', 'acme', '--for', '1h');
    expect(silence.by).toBe(userInfo().username);
  });

  test('of an incident acknowledges it', async () => {
    const { run, ask } = await replayed();
    const [opened] = await run(LOSING);
    const id = opened?.incidentId ?? '';
    const { stdout } = await ask('silence', '--incident', id, '--for', '8h', '--by', 'mira');
    expect(stdout).toContain(`Acknowledged: incident ${id} for 8 h`);
    expect(stdout).toContain(`Open incidents that fall under it: ${id}`);
    await run(LOSING + 5);
    expect((await ask('status')).stdout).toContain('acknowledged by mira');
  });

  test('is listed with its state, the newest first', async () => {
    const { run, ask } = await replayed();
    await run(8 * 60);
    expect((await ask('silences')).stdout).toBe(
      'There is no silence, and there was none lately.\n',
    );
    await ask('silence', 'acme', '--for', '30m', '--by', 'mira', '--comment', 'migration');
    await run(LOSING);
    await ask('silence', 'globex', '--for', '1h', '--by', 'tom');
    expect((await ask('silences')).stdout).toMatch(
      /^waiting: globex for 1 h, from the next run on, by tom \(s-\w{4}\)\nover: acme until 2026-11-18 08:15 UTC, by mira \(s-\w{4}\): migration\n$/,
    );
  });
});

describe('status of a state file', () => {
  test('exits with 0 while nothing is open, and says how the last run was', async () => {
    const { run, ask } = await replayed();
    await run(8 * 60);
    const { stdout, exitCode } = await ask('status');
    expect(stdout).toMatch(/^Last complete run: 2026-11-18 06:00 UTC, .* ago, counted by \w+\.\n/);
    expect(stdout).toContain('No incident is open.\n');
    expect(exitCode).toBe(0);
  });

  test('exits with 3 while an incident is open, and names it', async () => {
    const { run, ask } = await replayed();
    const [opened] = await run(LOSING);
    const { stdout, exitCode } = await ask('status');
    expect(stdout).toMatch(/1 open incident:\n {2}u-\w{4} WARNING unmetered since .*: acme/);
    expect(stdout).toContain(opened?.incidentId);
    expect(stdout).toMatch(/print: opened 2026-11-18 07:45 UTC/);
    expect(exitCode).toBe(3);
  });
});

describe('a command is refused with a sentence that names the flag', () => {
  test.each<[readonly string[], RegExp]>([
    [['silence', 'acme', '--for', 'soon'], /--for: "soon" is not a duration; write 30m, 2h or 3d/],
    [['silence', '--all', '--for', '25h'], /--for: a silence of everything lasts 24 hours/],
    [['silence', '--for', '1h'], /a silence is of one thing/],
    [['silence', 'acme', '--all', '--for', '1h'], /a silence is of one thing/],
    [['silence', '', '--for', '1h'], /ACCOUNT: write a text that is not empty/],
    [['silence', '--subject', 'monitor', '--for', '1h'], /--subject: failures of the monitor/],
    [['silence', '--subject', 'a', '--all', '--for', '1h'], /cannot be used with option '--all'/],
    [['silence', 'acme'], /required option '--for <duration>' not specified/],
    [['silence', '--incident', 'u-none', '--for', '1h'], /--incident: no incident u-none is open/],
    [['unsilence', 's-none'], /there is no silence s-none to end; none is in force/],
    [['unsilence'], /missing required argument 'ID'/],
    [['status', '--stack', 'Monitor'], /'--stack <NAME>' cannot be used with option '--state/],
  ])('%j', async (args, sentence) => {
    const { run, ask } = await replayed();
    await run(8 * 60);
    const { stdout, stderr, exitCode } = await ask(...args);
    expect(stderr).toMatch(sentence);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });

  test('a state file that does not exist is not made', async () => {
    const state = join(emptyFolder(), 'monitr.json');
    const { stderr, exitCode } = await cli(['silence', 'acme', '--for', '1h', '--state', state]);
    expect(stderr).toMatch(/there is no state file .*monitr\.json; "unmetered run --state" makes/);
    expect([exitCode, existsSync(state)]).toEqual([2, false]);
  });
});
