import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toPlain } from '../../functions/monitor/storage/bucket-codec.ts';
import { cli } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';
import { randomPieces, START } from './random-history.ts';

const BUCKET = 300_000;
const DAYS = 4;

/** A state file with some days of listed buckets. */
function stateFile(): string {
  const path = join(emptyFolder(), 'state.json');
  const buckets = randomPieces(3, DAYS * 288, 5).map(({ piece: { start, counts, partial } }) => {
    const counted = { start, counts, partial, times: 1, countedAt: start + 2 * BUCKET };
    return [start, toPlain({ ...counted, inProgress: 0, configHash: 'h', runNumber: 1 })] as const;
  });
  const contents = { version: 2, state: null, buckets: Object.fromEntries(buckets) };
  writeFileSync(path, JSON.stringify(contents));
  return path;
}

const backtest = (...args: readonly string[]) =>
  cli(['backtest', ...args], { clock: createJumpingClock(START + DAYS * 288 * BUCKET) });

test('a backtest ends with the command that deploys the suggested limits', async () => {
  const rules = ['--thresholds', 'unmetered >= 1'];
  const { stdout, exitCode } = await backtest('--state', stateFile(), ...rules);
  expect(stdout).toMatch(
    /unmetered >= 1 → unmetered >= (\d+)\n[\s\S]*npx cdk deploy --parameters 'Thresholds=unmetered >= \1'\n$/,
  );
  expect(exitCode).toBe(0);
});

test('several sets of rules are compared, each by its letter', async () => {
  const sets = ['--thresholds', 'unmetered >= 7', '--thresholds', 'failed >= 7'];
  const { stdout } = await backtest('--state', stateFile(), ...sets, '--json');
  const compared: { name: string; thresholds: string[] }[] = JSON.parse(stdout).sets;
  expect(compared.slice(0, 2).map(({ name, thresholds }) => [name, ...thresholds])).toEqual([
    ['A', 'unmetered >= 7'],
    ['B', 'failed >= 7'],
  ]);
});

test('a night is one of the time zone', async () => {
  const nightOf = async (timeZone: string): Promise<number> => {
    const args = ['--thresholds', 'unmetered >= 7', '--time-zone', timeZone, '--json'];
    const { stdout } = await backtest('--state', stateFile(), ...args);
    return JSON.parse(stdout).sets[0].atNightPerWeek;
  };
  expect(await nightOf('Asia/Tokyo')).not.toBe(await nightOf('UTC'));
});

const REFUSED: readonly [reason: string, args: readonly string[], message: RegExp][] = [
  [
    'no counts are named',
    [],
    /^unmetered: no counts were named; give the state file with --state, or ask Togai with --counting metrics\n$/,
  ],
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
  const path = stateFile();
  const before = readFileSync(path, 'utf8');
  await backtest('--state', path);
  expect(readFileSync(path, 'utf8')).toBe(before);
});
