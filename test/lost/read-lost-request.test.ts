import { expect, test } from 'vitest';
import { NOT_METERED, NOW } from '../simulator/simulated-togai.ts';
import { cli } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';
import { idsOf, lostTogai, rows } from './lost-togai.ts';

test.each([
  ['--status', 'metered', 'events that are metered are not lost'],
  ['--status', 'INGESTION_IN_PROGRESS', 'events that are INGESTION_IN_PROGRESS are not lost'],
  ['--status', 'lots', 'neither a status'],
  ['--since', 'soon', 'is not a duration'],
])('%s %s is refused: %s', async (flag, value, words) => {
  const { exitCode, stderr } = await cli(['lost', flag, value]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(words);
});

test('an incident stands for its range, its accounts and its status', async () => {
  const togai = await lostTogai();
  const state = `${emptyFolder()}/state.json`;
  const at = new Date(NOW).toISOString();
  const run = await togai.run(['--state', state, '--at', at, '--print', 'json']);
  const { incidentId } = JSON.parse(run.stdout.split('\n')[0] ?? '');
  const result = await togai.lost(['--jsonl', '--incident', incidentId, '--state', state]);
  expect(rows(result).every(({ account }) => account === 'acme')).toBe(true);
  expect(idsOf(rows(result))).toEqual(
    idsOf(
      togai.truth().filter((event) => event.accountId === 'acme' && event.status === NOT_METERED),
    ),
  );
});

test('an incident that is not stored is no range', async () => {
  const folder = emptyFolder();
  const args = ['lost', '--incident', 'a1', '--state', `${folder}/state.json`];
  const { exitCode, stderr } = await cli(args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('has no incident a1');
});
