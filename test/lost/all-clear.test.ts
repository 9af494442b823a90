import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../simulator/simulated-togai.ts';
import type { CliResult } from '../support/cli.ts';
import { BRIEF, LATER, type LostTogai, lostTogai } from './lost-togai.ts';
import { DURING, redoAll, redoable } from './redo-togai.ts';

const FAILED = {
  status: 'INGESTION_FAILED_ACCOUNT_NOT_FOUND',
  statusDescription: 'No such account.',
};
const ALL_CLEAR = 'is lost any more';

/** The cause of the losses lasts. */
function unmended(): Promise<LostTogai> {
  const incidents = BRIEF.incidents.map((each) => ({ ...each, end: LATER + HOUR }));
  return lostTogai({ scenario: { ...BRIEF, incidents } });
}

const list = (togai: LostTogai, ...args: readonly string[]): Promise<CliResult> =>
  togai.lost([...DURING, '--journal', `${togai.folder}/journal.jsonl`, ...args]);

const listFile = ({ folder }: LostTogai) => `${folder}/list.jsonl`;

test('events that came back with another status are lost, with any statuses in the question', async () => {
  const togai = await lostTogai();
  const { corrections } = togai.traffic;
  const reingest = corrections.reingest.bind(corrections);
  corrections.reingest = (event, now) =>
    reingest({ ...event, traits: { ...event.traits, outcome: FAILED } }, now);
  const only = ['--status', 'unmetered'];
  const count = JSON.parse((await list(togai, ...only, '--json')).stdout).lost;
  await redoAll(togai);
  togai.wait(10 * MINUTE);
  const { lost } = JSON.parse((await list(togai, ...only, '--json')).stdout);
  expect(lost).toBe(count);
});

test('a list that was begun before the redo, and goes on after it, shows the events that are lost again', async () => {
  const togai = await unmended();
  const path = listFile(togai);
  await list(togai, '--resume', path);
  // As an interruption before the first page leaves it.
  writeFileSync(path, `${readFileSync(path, 'utf8').split('\n')[0]}\n`);
  const count = redoable(togai).length;
  await redoAll(togai);
  togai.wait(10 * MINUTE);
  const { stdout } = await list(togai, '--resume', path);
  expect(stdout).toMatch(new RegExp(`^${count} lost events, received from`, 'm'));
});

test('a list of events in progress gives no all-clear later, once they are lost again', async () => {
  const togai = await unmended();
  const count = redoable(togai).length;
  await redoAll(togai);
  const inProgress = await list(togai, '--resume', listFile(togai));
  expect(inProgress.stdout).not.toContain(ALL_CLEAR);
  togai.wait(10 * MINUTE);
  const { stdout } = await list(togai, '--resume', listFile(togai));
  expect(stdout).toMatch(new RegExp(`^${count} lost events, received from`, 'm'));
});

test('the summary for machines counts each event of an earlier list by how it looks now', async () => {
  const togai = await unmended();
  const path = listFile(togai);
  const count = JSON.parse((await list(togai, '--resume', path, '--json')).stdout).lost;
  const redone = redoable(togai).length;
  await redoAll(togai);
  const { now } = JSON.parse((await list(togai, '--resume', path, '--json')).stdout);
  const others = count > redone ? { lost: count - redone } : {};
  expect(now).toEqual({ in_progress: redone, ...others });
});

test('without its journal, a list says so, and lists the lost events', async () => {
  const togai = await unmended();
  const count = JSON.parse((await list(togai, '--json')).stdout).lost;
  writeFileSync(`${togai.folder}/journal.jsonl`, 'a letter to somebody\n');
  const { exitCode, stdout, stderr } = await list(togai, '--json');
  expect([exitCode, JSON.parse(stdout).lost]).toEqual([0, count]);
  expect(stderr).toContain('The journal is left out');
});

test('without its journal, nothing is redone', async () => {
  const togai = await unmended();
  writeFileSync(`${togai.folder}/journal.jsonl`, 'a letter to somebody\n');
  const { exitCode, stdout } = await list(togai, '--redo');
  expect([exitCode, stdout]).toEqual([2, '']);
});
