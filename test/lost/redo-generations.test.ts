import { describe, expect, test } from 'vitest';
import {
  DEFAULT_SWITCHES,
  GENERATIONS,
  type Generation,
} from '../../simulator/behaviour-switches.ts';
import { MINUTE } from '../simulator/simulated-togai.ts';
import { lostTogai, rows } from './lost-togai.ts';
import { DURING, dryRun, redoAll, redoable, summaryOf } from './redo-togai.ts';

const ALL = Object.keys(GENERATIONS) as Generation[];

describe.each(ALL)('in generation %s', (generation) => {
  const switches = { ...DEFAULT_SWITCHES, ...GENERATIONS[generation] };

  test('a dry run shows how many can be redone, and changes nothing', async () => {
    const togai = await lostTogai({ switches });
    expect((await dryRun(togai)).redoable).toBe(redoable(togai).length);
    expect(togai.redone()).toEqual([]);
  });

  test('every lost event that can be redone is redone once, and no other', async () => {
    const togai = await lostTogai({ switches });
    const expected = redoable(togai);
    const { exitCode } = await redoAll(togai);
    expect(exitCode).toBe(0);
    expect(togai.redone()).toEqual(expected);
  });

  test('events that are redone are lost no more', async () => {
    const togai = await lostTogai({ switches });
    const before = new Set(redoable(togai));
    await redoAll(togai);
    togai.wait(10 * MINUTE);
    const result = await togai.lost(['--jsonl', ...DURING]);
    expect(rows(result).filter(({ id }) => before.has(id))).toEqual([]);
  });

  test('nothing is redone twice, with any answers lost or broken', async () => {
    const rates = { '429': 0.05, '500': 0.05, reset: 0.05, html: 0.03, 'lost-answer': 0.1 };
    const togai = await lostTogai({ switches, faults: { rates } });
    const expected = redoable(togai);
    const summaries = [];
    for (let left = 1; left > 0 && summaries.length < 20; ) {
      const result = await redoAll(togai);
      if (result.stdout !== '') summaries.push(summaryOf(result));
      ({ redoable: left } = await dryRun(togai));
    }
    const { before } = await summaryOf(await togai.lost([...DURING, '--redo', '--json']));
    const redone = togai.redone();
    expect(redone).toEqual([...new Set(redone)]);
    const unsure = before.unsure ?? 0;
    expect(expected.length - redone.length).toBeLessThanOrEqual(unsure);
  });
});
