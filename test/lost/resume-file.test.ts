import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NOTHING_PROVEN } from '../../cli/lost/prove-lists.ts';
import { ListFile } from '../../cli/lost/resume-file.ts';
import { HOUR } from '../simulator/simulated-togai.ts';
import { emptyFolder } from '../support/folder.ts';
import { BRIEF, idsOf, type LostTogai, lostTogai, rows } from './lost-togai.ts';

function interrupted(togai: LostTogai, args: readonly string[], moment: number) {
  return togai.lost(args, { signal: togai.interruptAt(moment) });
}

const file = () => `${emptyFolder()}/lost.jsonl`;

test.each([5, 8, 13, 21])(
  'a list that is interrupted again and again, each time at moment %i, ends complete',
  async (moment) => {
    const togai = await lostTogai();
    // Without worth, no request comes after the last page.
    const args = ['--jsonl', '--show-worth', 'false', '--resume', file()];
    let runs = 0;
    let result = await interrupted(togai, args, 30);
    for (; result.exitCode === 130; runs++) result = await interrupted(togai, args, moment);
    expect(runs).toBeGreaterThan(0);
    expect(result.exitCode).toBe(0);
    expect(idsOf(rows(result))).toEqual(idsOf(togai.truth()));
  },
);

test('an interrupted list says where it is', async () => {
  const togai = await lostTogai();
  const path = file();
  const { exitCode, stderr } = await interrupted(togai, ['--resume', path], 30);
  expect([exitCode, stderr]).toEqual([
    130,
    `unmetered: interrupted, the list so far is in ${path}\n`,
  ]);
});

test('an interrupted list goes on with the times that it began with', async () => {
  const path = file();
  const open = (time: number) => {
    const head = { togai: 'here', asked: {}, range: { start: 0, end: time }, until: time };
    return ListFile.open(path, head, async () => NOTHING_PROVEN);
  };
  await (await open(1)).list.close();
  const { list, range, until } = await open(2);
  await list.close();
  expect([range.end, until]).toEqual([1, 1]);
});

test('a page that was written in part only is read again', async () => {
  const togai = await lostTogai();
  const path = file();
  await interrupted(togai, ['--resume', path], 30);
  appendFileSync(path, '{"list":"UNPROCESSED","events":[{"refer');
  const result = await togai.lost(['--jsonl', '--resume', path]);
  expect(idsOf(rows(result))).toEqual(idsOf(togai.truth()));
});

test.each(['a letter to somebody', '{"a":1}\n'])(
  'a file of something else is left alone',
  async (text) => {
    const togai = await lostTogai();
    const path = file();
    writeFileSync(path, text);
    const { exitCode } = await togai.lost(['--resume', path]);
    expect([exitCode, readFileSync(path, 'utf8')]).toEqual([2, text]);
  },
);

test('a list whose next page is gone ends with an error, and not as if it was complete', async () => {
  const togai = await lostTogai();
  const path = file();
  await interrupted(togai, ['--status', 'unmetered', '--resume', path], 26);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replaceAll(/"next":"[^"]+"/g, '"next":"too-old"'));
  const { exitCode, stderr } = await togai.lost(['--status', 'unmetered', '--resume', path]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('name another file with --resume, to begin again');
});

describe('a list that is complete', () => {
  const healing = BRIEF.incidents.map((each) => ({ ...each, healsAfterMs: 2 * HOUR }));

  async function complete() {
    const togai = await lostTogai({ scenario: { ...BRIEF, incidents: healing } });
    const path = file();
    await togai.lost(['--resume', path]);
    return { togai, path };
  }

  test('says which of its events are metered by now', async () => {
    const { togai, path } = await complete();
    const before = togai.truth();
    togai.wait(HOUR);
    const lost = new Set(idsOf(togai.truth()));
    const result = await togai.lost(['--jsonl', '--resume', path]);
    expect(rows(result).map(({ referenceId, now }) => [referenceId, now])).toEqual(
      rows(result).map(({ referenceId }) => [
        referenceId,
        lost.has(referenceId) ? 'lost' : 'healed',
      ]),
    );
    expect(idsOf(rows(result))).toEqual(idsOf(before));
    const healed = before.length - before.filter((each) => lost.has(each.referenceId)).length;
    expect(healed).toBeGreaterThan(10);
    expect(result.stderr).toContain(`${healed} events of the list: healed`);
  });

  test('belongs to its flags', async () => {
    const { togai, path } = await complete();
    const { exitCode, stderr } = await togai.lost(['--account', 'acme', '--resume', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('holds another list');
  });

  test('is for its owner only', async () => {
    const { path } = await complete();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
