import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CliResult, cli } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';
import { MAIN, startProgram } from '../support/program.ts';

const SECRET = 'tgi-5ecret/0123456789abcdef';

/** The one sentence of a command line that cannot be used. */
function refusal({ exitCode, stdout, stderr }: CliResult): string {
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^unmetered: [^\n]+\n$/);
  return stderr;
}

describe('a token on the command line is not echoed', () => {
  test.each([
    [['check', `--token=${SECRET}`]],
    [['check', '--token', SECRET]],
    [['check', `--togai-token=${SECRET}`]],
    [['check', `--api-token=${SECRET}`]],
    [['check', `--TOGAI_TOKEN=${SECRET}`]],
    [['check', `TOGAI_TOKEN=${SECRET}`]],
    [['run', '--state', 's.json', `--token=${SECRET}`]],
    [[`--token=${SECRET}`, 'check']],
    [[`TOGAI_TOKEN=${SECRET}`, 'check']],
  ])('%j', async (args) => {
    const sentence = refusal(await cli(args, { env: {} }));
    expect(sentence).not.toContain(SECRET);
    expect(sentence).not.toContain('5ecret');
  });

  test.each([
    [['check', `--token=${SECRET}`]],
    [['check', '--token', SECRET]],
    [['check', `TOGAI_TOKEN=${SECRET}`]],
    [['run', '--state', 's.json', `--togai-token=${SECRET}`]],
    [[`--token=${SECRET}`, 'check']],
  ])('%j is told where the token belongs', async (args) => {
    expect(refusal(await cli(args, { env: {} }))).toMatch(/TOGAI_TOKEN.*\.env/);
  });

  test('nor is the value of any other flag that does not exist', async () => {
    const sentence = refusal(await cli(['check', `--tokn=${SECRET}`]));
    expect(sentence).toContain('--tokn');
    expect(sentence).not.toContain('5ecret');
  });
});

describe('forgotten quotes are named', () => {
  test.each([
    ['rules, cut at ">" by the shell', ['--thresholds', 'unmetered', '10'], '--thresholds'],
    ['rules with more', ['--thresholds', 'unmetered', '10', 'critical'], '--thresholds'],
    ['rules after =', ['--thresholds=unmetered', 'by', 'account'], '--thresholds'],
    ['several rules', ['--thresholds', 'unmetered', '10,', 'failed', '10'], '--thresholds'],
    ['account ids', ['--ignored-accounts', 'acme,', 'globex'], '--ignored-accounts'],
    ['schemas', ['--ignored-schemas', 'api_call,', 'message'], '--ignored-schemas'],
    ['a time', ['--from', '2026-11-18', '09:00'], '--from'],
    ['a duration', ['--since', '1h', '30m'], '--since'],
  ])('of %s', async (_, args, flag) => {
    const sentence = refusal(await cli(['check', ...args]));
    expect(sentence).toMatch(new RegExp(`${flag}\\b.*quotes`));
    expect(sentence).not.toContain('Expected 0 arguments');
  });

  test('of a rule that the shell has cut to one word', async () => {
    const sentence = refusal(await cli(['check', '--thresholds', 'unmetered']));
    expect(sentence).toMatch(/--thresholds: "unmetered".*quotes/);
  });

  test('of run, too', async () => {
    const args = ['run', '--state', 's.json', '--thresholds', 'unmetered', '10'];
    expect(refusal(await cli(args))).toMatch(/--thresholds.*quotes/);
  });

  test('of a line as a person types it into a shell', async () => {
    const folder = emptyFolder();
    const line = '"$0" "$1" check --thresholds unmetered >= 10';
    const args = ['-c', line, process.execPath, MAIN];
    const { exitCode, stderr } = await startProgram('sh', args, {
      cwd: folder,
      env: { TOGAI_TOKEN: SECRET },
    }).ended;
    expect(existsSync(join(folder, '='))).toBe(true);
    expect(stderr).toMatch(/^unmetered: --thresholds[^\n]*quotes[^\n]*\n$/);
    expect(exitCode).toBe(2);
  });

  test('but a word that belongs to no flag is just one too many', async () => {
    const sentence = refusal(await cli(['check', 'acme', '--thresholds', 'unmetered >= 10']));
    expect(sentence).toMatch(/too many arguments/);
    expect(sentence).not.toContain('quotes');
  });
});

describe('a flag that comes near to --togai-base-url is suggested', () => {
  test.each([
    ['check', '--url'],
    ['check', '--togai-url'],
    ['check', '--base-url'],
    ['run', '--url'],
    ['run', '--togai-url'],
  ])('%s %s', async (command, flag) => {
    const state = command === 'run' ? ['--state', 's.json'] : [];
    for (const address of [[flag, 'https://togai.example'], [`${flag}=https://togai.example`]]) {
      const sentence = refusal(await cli([command, ...state, ...address]));
      expect(sentence).toMatch(
        new RegExp(`unknown option '${flag}.*\\(did you mean --togai-base-url\\?\\)`),
      );
    }
  });
});
