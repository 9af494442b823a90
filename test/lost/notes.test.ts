import { expect, test } from 'vitest';
import { MINUTE } from '../simulator/simulated-togai.ts';
import { createHurriedClock } from '../support/clock.ts';
import { type LostTogai, lostTogai } from './lost-togai.ts';
import { DURING, dryRun, redoAll } from './redo-togai.ts';

/** A clock on which each reading comes two minutes after the one before. */
function slow(togai: LostTogai) {
  let readings = 0;
  const clock = createHurriedClock(() => togai.now());
  return { clock: { ...clock, elapsed: () => readings++ * 2 * MINUTE } };
}

test('a long list says now and then how many events it has read', async () => {
  const togai = await lostTogai();
  const { stderr } = await togai.lost(DURING, slow(togai));
  expect(stderr).toMatch(/^\d+ events read so far, \d+ of them lost \(now in the list .*\)$/m);
});

test('a redo says now and then how many events are redone', async () => {
  const togai = await lostTogai();
  const { redoable } = await dryRun(togai);
  const args = [...DURING, '--redo', '--json', '--confirm', String(redoable)];
  const { stderr } = await togai.lost(args, slow(togai));
  expect(stderr).toMatch(/^2 events redone so far$/m);
});

test('looking redone events up says now and then how many', async () => {
  const togai = await lostTogai();
  await redoAll(togai);
  togai.wait(10 * MINUTE);
  const journal = ['--journal', `${togai.folder}/journal.jsonl`];
  const { stderr } = await togai.lost([...DURING, ...journal], slow(togai));
  expect(stderr).toMatch(/^2 events looked up so far$/m);
});
