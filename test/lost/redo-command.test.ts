import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, NOT_METERED } from '../simulator/simulated-togai.ts';
import { BRIEF, LATER, lostTogai } from './lost-togai.ts';
import { DURING, dryRun, range, redoAll, redoable, summaryOf } from './redo-togai.ts';

test('a number that no dry run showed redoes nothing', async () => {
  const togai = await lostTogai();
  const { redoable } = await dryRun(togai);
  const { exitCode, stderr } = await togai.lost([
    ...DURING,
    '--redo',
    '--confirm',
    String(redoable + 1),
  ]);
  expect([exitCode, togai.redone()]).toEqual([2, []]);
  expect(stderr).toContain(`the dry run shows ${redoable} by now`);
});

describe('without a token of its own', () => {
  const env = { TOGAI_TOKEN: 'simulated-token' };

  test('nothing is redone', async () => {
    const togai = await lostTogai();
    const { redoable } = await dryRun(togai);
    const args = [...DURING, '--redo', '--confirm', String(redoable)];
    const { exitCode, stderr } = await togai.lost(args, { env });
    expect([exitCode, togai.redone()]).toEqual([2, []]);
    expect(stderr).toContain('TOGAI_CORRECTION_TOKEN');
  });

  test('a wrong number is said in the same sentence', async () => {
    const togai = await lostTogai();
    const args = [...DURING, '--redo', '--confirm', '1'];
    const { stderr } = await togai.lost(args, { env });
    expect(stderr).toMatch(/^unmetered: --confirm 1: .* Besides, .*TOGAI_CORRECTION_TOKEN/m);
  });

  test('the dry run says that one is needed, and asks for no number', async () => {
    const togai = await lostTogai();
    const stdin = Object.assign(Readable.from(['1\n']), { isTTY: true });
    const { stdout, stderr } = await togai.lost([...DURING, '--redo'], { env, stdin });
    expect(stdout).toMatch(/^That needs another token: put an API token .*TOGAI_CORRECTION_TOKEN/m);
    expect(stderr).not.toContain('Type ');
  });
});

test('a token that may not correct events ends the work at the first event', async () => {
  const togai = await lostTogai();
  const env = { TOGAI_TOKEN: 'simulated-token', TOGAI_CORRECTION_TOKEN: 'simulated-token' };
  const { redoable } = await dryRun(togai);
  const args = [...DURING, '--redo', '--json', '--confirm', String(redoable)];
  const result = await togai.lost(args, { env });
  expect([result.exitCode, summaryOf(result).done]).toEqual([2, {}]);
  expect((await dryRun(togai)).redoable).toBe(redoable);
});

test('an event that Togai refuses is said with its reason, and the exit code is 3', async () => {
  const togai = await lostTogai({ scenario: { ...BRIEF, cyclesClosedBefore: LATER } });
  const count = redoable(togai).length;
  const result = await redoAll(togai);
  expect([result.exitCode, summaryOf(result).refused]).toEqual([
    3,
    { 'Event was ingested in past pricing cycle': count },
  ]);
});

test('an event that Togai refused is not sent again', async () => {
  const togai = await lostTogai({ scenario: { ...BRIEF, cyclesClosedBefore: LATER } });
  const count = redoable(togai).length;
  await redoAll(togai);
  expect(await dryRun(togai)).toMatchObject({ redoable: 0, before: { refused: count } });
});

test('events that healed meanwhile are not redone', async () => {
  const healing = BRIEF.incidents.map((each) => ({ ...each, healsAfterMs: 2 * HOUR }));
  const togai = await lostTogai({ scenario: { ...BRIEF, incidents: healing } });
  const list = `${togai.folder}/list.jsonl`;
  const before = await togai.lost([...DURING, '--redo', '--json', '--resume', list]);
  const { redoable: count } = summaryOf(before);
  togai.wait(3 * HOUR);
  const stillLost = redoable(togai);
  const args = [...DURING, '--redo', '--json', '--resume', list, '--confirm', String(count)];
  const { done } = summaryOf(await togai.lost(args));
  expect(togai.redone()).toEqual(stillLost);
  expect(done.healed).toBe(count - stillLost.length);
});

describe('a dry run for people', () => {
  test('prints the command that does it, for the same events', async () => {
    const togai = await lostTogai();
    const { stdout } = await togai.lost(['--account', 'acme', '--status', 'unmetered', '--redo']);
    const [, command = ''] = /^ {2}npx unmetered lost (.*)$/m.exec(stdout) ?? [];
    togai.wait(MINUTE);
    await togai.lost(command.split(' '));
    const ofAcme = togai.truth(range).filter(({ accountId }) => accountId === 'acme');
    expect(ofAcme.filter(({ status }) => status === NOT_METERED)).toEqual([]);
  });

  test('is followed by a redo that prints the command to see the rest', async () => {
    const togai = await lostTogai();
    const { redoable } = await dryRun(togai);
    const { stdout } = await togai.lost([...DURING, '--redo', '--confirm', String(redoable)]);
    const [, command = ''] = /^ {2}npx unmetered lost (.*)$/m.exec(stdout) ?? [];
    togai.wait(10 * MINUTE);
    const look = await togai.lost(command.split(' '));
    expect(look.stdout).toMatch(new RegExp(`is lost any more: ${redoable} were redone`));
  });

  test('says when the billing cycle closes', async () => {
    const togai = await lostTogai();
    const { stdout } = await togai.lost(['--account', 'acme', '--redo']);
    expect(stdout).toMatch(/ acme {2}\(billing cycle closes 2026-12-01 00:00 UTC\)$/m);
  });

  test.each([
    ['the number', (redoable: number) => `${redoable}\n`, true],
    ['another number', (redoable: number) => `${redoable + 1}\n`, false],
    ['yes', () => 'yes\n', false],
    ['nothing', () => '\n', false],
  ])('asks on a terminal: %s', async (_, typed, isDone) => {
    const togai = await lostTogai();
    const { redoable } = await dryRun(togai);
    const stdin = Object.assign(Readable.from([typed(redoable)]), { isTTY: true });
    const { exitCode } = await togai.lost([...DURING, '--redo'], { stdin });
    expect(togai.redone()).toHaveLength(isDone ? redoable : 0);
    expect(exitCode).toBe(isDone ? 0 : 2);
  });

  test('says that nothing was redone where another number is typed', async () => {
    const togai = await lostTogai();
    const stdin = Object.assign(Readable.from(['12\n']), { isTTY: true });
    const { stderr } = await togai.lost([...DURING, '--redo'], { stdin });
    expect(stderr).toMatch(/Nothing was redone: "12" is not \d+;/);
  });
});
