import { statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  DEFAULT_SWITCHES,
  GENERATIONS,
  type Generation,
} from '../../simulator/behaviour-switches.ts';
import { DUPLICATE } from '../../simulator/event-traits.ts';
import { HOUR, MINUTE } from '../simulator/simulated-togai.ts';
import type { CliResult } from '../support/cli.ts';
import { BRIEF, LATER, type LostTogai, lostTogai, rows } from './lost-togai.ts';
import { DURING, redoAll, redoable, summaryOf } from './redo-togai.ts';

const ALL = Object.keys(GENERATIONS) as Generation[];

/** Events were redone while their account had no price plan. */
async function redoneTooEarly(generation: Generation = '2024') {
  const incidents = BRIEF.incidents.map((each) => ({ ...each, end: LATER + HOUR }));
  const switches = { ...DEFAULT_SWITCHES, ...GENERATIONS[generation] };
  const togai = await lostTogai({ scenario: { ...BRIEF, incidents }, switches });
  const count = redoable(togai).length;
  await redoAll(togai);
  togai.wait(10 * MINUTE);
  return { togai, count };
}

const list = (togai: LostTogai, ...args: readonly string[]) => {
  const journal = ['--journal', `${togai.folder}/journal.jsonl`];
  return togai.lost([...DURING, ...journal, ...args]);
};

const again = (result: CliResult) => rows(result).filter(({ now }) => now === 'lost_again');

test.each(ALL)(
  'in generation %s, events that were redone too early are listed with their new ids',
  async (generation) => {
    const { togai, count } = await redoneTooEarly(generation);
    const found = again(await list(togai, '--jsonl'));
    expect(found).toHaveLength(count);
    expect(found.every(({ referenceId }) => referenceId.includes('.again.'))).toBe(true);
  },
);

test('the report says that they were redone before', async () => {
  const { togai, count } = await redoneTooEarly();
  const { stdout } = await list(togai);
  expect(stdout).toMatch(new RegExp(`^${count} lost events, received from`, 'm'));
  expect(stdout).toMatch(new RegExp(`^Redone before, and lost again .*: ${count} of them`, 'm'));
});

test('the summary for machines counts them', async () => {
  const { togai, count } = await redoneTooEarly();
  const { lost, redoneBefore, lostAgain } = JSON.parse((await list(togai, '--json')).stdout);
  expect([lost, redoneBefore, lostAgain]).toEqual([count, count, count]);
});

test('once the cause is mended, the same command redoes them', async () => {
  const { togai, count } = await redoneTooEarly();
  togai.traffic.mend(togai.now());
  expect(summaryOf(await redoAll(togai)).done).toEqual({ redone: count });
  togai.wait(10 * MINUTE);
  const { stdout } = await list(togai);
  expect(stdout).toMatch(new RegExp(`is lost any more: ${count} were redone`));
});

/** Events were redone, and came back as duplicates of themselves. */
async function redoneAsDuplicates() {
  const togai = await lostTogai();
  const { corrections } = togai.traffic;
  const reingest = corrections.reingest.bind(corrections);
  corrections.reingest = (event, now) =>
    reingest({ ...event, traits: { ...event.traits, outcome: DUPLICATE } }, now);
  const path = `${togai.folder}/list.jsonl`;
  await togai.lost([...DURING, '--resume', path]);
  const count = redoable(togai).length;
  await redoAll(togai);
  togai.wait(10 * MINUTE);
  return { togai, count, path };
}

test('a duplicate of an event that was redone is lost', async () => {
  const { togai, count } = await redoneAsDuplicates();
  const result = await list(togai, '--jsonl');
  expect(rows(result).filter(({ now }) => now === 'duplicate')).toHaveLength(count);
  expect(result.stderr).toMatch(new RegExp(`^${count} lost events, received from`, 'm'));
});

test('an earlier list says it of them, too', async () => {
  const { togai, count, path } = await redoneAsDuplicates();
  const { stdout } = await list(togai, '--resume', path);
  expect(stdout).toMatch(new RegExp(`^${count} lost events, received from`, 'm'));
  expect(stdout).toMatch(new RegExp(`^${count} events of the list: lost, because`, 'm'));
});

test('events in progress after a redo are not said to be on the bill', async () => {
  const togai = await lostTogai();
  const count = redoable(togai).length;
  await redoAll(togai);
  const { stdout } = await list(togai);
  expect(stdout).not.toContain('is lost any more');
  expect(stdout).toMatch(new RegExp(`but ${count} are not known to be on the bill`));
  expect(stdout).toMatch(new RegExp(`^${count} events redone before: in progress`, 'm'));
});

test('a redo that worked is no alarm in a second dry run of the same list', async () => {
  const togai = await lostTogai();
  const args = [...DURING, '--redo', '--resume', `${togai.folder}/list.jsonl`];
  const count = redoable(togai).length;
  await togai.lost([...args, '--confirm', String(count)]);
  togai.wait(10 * MINUTE);
  const { stdout } = await togai.lost(args);
  expect(stdout).not.toContain('lost again under');
  expect(stdout).toContain(`but ${count} are not known to be on the bill`);
});

test('an earlier list says it of each of its events', async () => {
  const togai = await lostTogai();
  const path = `${togai.folder}/list.jsonl`;
  await togai.lost([...DURING, '--resume', path]);
  const count = redoable(togai).length;
  await redoAll(togai);
  togai.wait(10 * MINUTE);
  const result = await list(togai, '--jsonl', '--resume', path);
  expect(rows(result).filter(({ now }) => now === 'redone')).toHaveLength(count);
  expect(result.stderr).toContain(`${count} events of the list: redone, and metered`);
});

test('a list reads the journal while another process holds it, and waits for nobody', async () => {
  const { togai, count } = await redoneTooEarly();
  writeFileSync(`${togai.folder}/journal.jsonl.lock`, 'another process');
  const { stdout, stderr } = await list(togai);
  expect(stdout).toMatch(new RegExp(`^${count} lost events, received from`, 'm'));
  expect(stderr).not.toMatch(/journal/);
});

test('a list writes nothing, so it works in a folder that only others may write', async () => {
  const { togai, count } = await redoneTooEarly();
  const before = statSync(togai.folder).mtimeMs;
  expect(again(await list(togai, '--jsonl'))).toHaveLength(count);
  expect(statSync(togai.folder).mtimeMs).toBe(before);
});

test('a journal that cannot be read is left out of a list, which says so', async () => {
  const { togai } = await redoneTooEarly();
  const { stderr, exitCode } = await togai.lost([...DURING, '--journal', togai.folder]);
  expect(stderr).toMatch(/^The journal is left out, .*could not be read \(EISDIR\)/m);
  expect(exitCode).toBe(0);
});

test('a journal behind a path that cannot be followed is not taken for none', async () => {
  const { togai } = await redoneTooEarly();
  const behindAFile = `${togai.folder}/journal.jsonl/other.jsonl`;
  const { stderr } = await togai.lost([...DURING, '--journal', behindAFile]);
  expect(stderr).toMatch(/^The journal is left out, .*could not be read \(ENOTDIR\)/m);
});
