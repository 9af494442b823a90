import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';
import { START } from './random-history.ts';
import { DAYS, stateFile } from './state-file.ts';

const stored = () => stateFile(emptyFolder());

const backtest = (...args: readonly string[]) =>
  cli(['backtest', ...args], { clock: createJumpingClock(START + DAYS * 86_400_000) });

test('a backtest ends with the command that deploys the suggested limits', async () => {
  const rules = ['--thresholds', 'unmetered >= 1'];
  const { stdout, exitCode } = await backtest('--state', stored(), ...rules);
  expect(stdout).toMatch(
    /unmetered >= 1 → unmetered >= (\d+)\n[\s\S]*npx cdk deploy --parameters 'Thresholds=unmetered >= \1'\n$/,
  );
  expect(exitCode).toBe(0);
});

test('several sets of rules are compared, each by its letter', async () => {
  const sets = ['--thresholds', 'unmetered >= 7', '--thresholds', 'failed >= 7'];
  const { stdout } = await backtest('--state', stored(), ...sets, '--json');
  const compared: { name: string; thresholds: string[] }[] = JSON.parse(stdout).sets;
  expect(compared.slice(0, 2).map(({ name, thresholds }) => [name, ...thresholds])).toEqual([
    ['A', 'unmetered >= 7'],
    ['B', 'failed >= 7'],
  ]);
});

test('a night is one of the time zone', async () => {
  const nightOf = async (timeZone: string): Promise<number> => {
    const args = ['--thresholds', 'unmetered >= 7', '--time-zone', timeZone, '--json'];
    const { stdout } = await backtest('--state', stored(), ...args);
    return JSON.parse(stdout).sets[0].atNightPerWeek;
  };
  expect(await nightOf('Asia/Tokyo')).not.toBe(await nightOf('UTC'));
});

const REFUSED: readonly [reason: string, args: readonly string[], message: RegExp][] = [
  [
    'there is no such file',
    ['--state', '/nowhere/state.json'],
    /cannot be used|nothing that was counted/,
  ],
  [
    '--since is no duration',
    ['--state', 'x', '--since', 'soon'],
    /--since: "soon" is not a duration/,
  ],
  ['--since is longer than counts are kept', ['--state', 'x', '--since', '60d'], /from 1h to 40d/],
  [
    'there is no such time zone',
    ['--state', 'x', '--time-zone', 'Mars'],
    /--time-zone: "Mars" is not a time zone/,
  ],
  [
    'a rule cannot be read',
    ['--state', 'x', '--thresholds', 'unmeterd >= 1'],
    /--thresholds: .*unmeterd/,
  ],
];

test.each(REFUSED)('a backtest ends with 2 and one sentence where %s', async (_, args, message) => {
  const { stdout, stderr, exitCode } = await backtest(...args);
  expect(stderr).toMatch(message);
  expect([exitCode, stdout]).toEqual([2, '']);
});

test('a backtest leaves the state file as it is', async () => {
  const path = stored();
  const before = readFileSync(path, 'utf8');
  await backtest('--state', path);
  expect(readFileSync(path, 'utf8')).toBe(before);
});
