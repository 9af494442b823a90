import { randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import type { MonitorState } from '../../functions/monitor/monitor-state.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { emptyFolder } from '../support/folder.ts';
import { bucketsIn } from '../support/stored-counts.ts';

const DAY_S = 86_400;

const state = (runNumber: number): MonitorState => ({
  ...NEW_STATE,
  runNumber,
  runId: `run-${runNumber}`,
});

const openFile = (path: string) => createFileStore(path, systemClock);

/** A file as somebody left it so long ago. */
function leave(path: string, agoS: number): void {
  writeFileSync(path, '{"version":2,');
  const time = Date.now() / 1_000 - agoS;
  utimesSync(path, time, time);
}

describe('drafts that a killed process left beside the state file', () => {
  test.each([
    ['a day ago', DAY_S],
    ['while the clock was a day ahead', -DAY_S],
  ])('%s are removed with the next write', async (_, agoS) => {
    const folder = emptyFolder();
    const path = join(folder, 'state.json');
    for (let index = 0; index < 3; index++) leave(`${path}.${randomUUID()}.tmp`, agoS);
    await openFile(path).writeState(state(1), undefined);
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  test('are removed, but no file of somebody else', async () => {
    const folder = emptyFolder();
    const path = join(folder, 'state.json');
    const others = [
      'state.json.bak',
      'state.json.old.tmp',
      'notes.tmp',
      `other.json.${randomUUID()}.tmp`,
      `state.json.${randomUUID()}.tmp.gz`,
    ];
    for (const name of others) leave(join(folder, name), DAY_S);
    await openFile(path).writeState(state(1), undefined);
    expect(readdirSync(folder).sort()).toEqual([...others, 'state.json'].sort());
  });
});

describe('the buckets of a state file', () => {
  const BUCKET_MS = 300_000;
  const START = Date.UTC(2026, 10, 18, 12);
  const counts = createCounter({ accounts: new Set(), schemas: new Set() }).finish();
  const record = (start: number) => ({
    start,
    times: 1,
    countedAt: start + 600_000,
    inProgress: 0,
    partial: false,
    configHash: 'f',
    runNumber: 1,
    counts,
  });
  const all = { start: 0, end: Number.POSITIVE_INFINITY };

  test('stay when a run counts far ahead of the clock', async () => {
    const store = openFile(join(emptyFolder(), 'state.json'));
    await store.writeBucket(record(START));
    await store.writeBucket(record(START + 3_650 * DAY_S * 1_000));
    expect(await bucketsIn(store, { start: START, end: START + 1 })).toHaveLength(1);
  });

  test('are those of eight days: the oldest are forgotten', async () => {
    const path = join(emptyFolder(), 'state.json');
    const store = openFile(path);
    await store.writeBucket(record(START));
    const contents = JSON.parse(readFileSync(path, 'utf8'));
    const [stored] = Object.values<object>(contents.buckets);
    for (let index = 1; index <= 8 * 288; index++) {
      const start = START + index * BUCKET_MS;
      contents.buckets[start] = { ...stored, start };
    }
    writeFileSync(path, JSON.stringify(contents));
    await store.writeBucket(record(START + 8 * 288 * BUCKET_MS));
    const starts = (await bucketsIn(store, all)).map(({ start }) => start);
    expect([starts.length, starts[0]]).toEqual([8 * 288, START + BUCKET_MS]);
  });
});

test('a time in a state file that cannot be read is as void as one ahead of every clock', async () => {
  const path = join(emptyFolder(), 'state.json');
  const contents = { version: 2, state: { ...state(1), watermark: 'soon' }, buckets: {} };
  writeFileSync(path, JSON.stringify(contents));
  expect(await openFile(path).readState()).toMatchObject({ watermark: Number.POSITIVE_INFINITY });
});

describe('a state file that is a symbolic link', () => {
  /** A link `state.json` to a file in another folder, which may not be there yet. */
  function linked(content?: string) {
    const folder = emptyFolder();
    const target = join(folder, 'volume', 'monitor.json');
    mkdirSync(join(folder, 'volume'));
    if (content !== undefined) writeFileSync(target, content);
    const link = join(folder, 'state.json');
    symlinkSync(join('volume', 'monitor.json'), link);
    return { folder, link, target };
  }

  test.each([
    ['with an earlier content', '{"version":2,"state":null,"buckets":{}}'],
    ['that is not there yet', undefined],
  ])('stays one, and its target holds the state: a target %s', async (_, content) => {
    const { link, target } = linked(content);
    expect(await openFile(link).writeState(state(1), undefined)).toBe(true);
    expect(lstatSync(link).isSymbolicLink() && readlinkSync(link)).toBe('volume/monitor.json');
    expect(lstatSync(target).isFile()).toBe(true);
    expect(JSON.parse(readFileSync(target, 'utf8'))).toMatchObject({ state: { runNumber: 1 } });
    expect(await openFile(link).readState()).toMatchObject({ runNumber: 1 });
  });

  test('to another link stays one, and so does the other', async () => {
    const { folder, link, target } = linked();
    const outer = join(folder, 'outer.json');
    symlinkSync(link, outer);
    await openFile(outer).writeState(state(1), undefined);
    expect([outer, link].map((path) => lstatSync(path).isSymbolicLink())).toEqual([true, true]);
    expect(existsSync(target)).toBe(true);
  });

  test('is one state with its target: one of many first runs begins, whichever name they use', async () => {
    const { link, target } = linked();
    const attempts = Array.from({ length: 10 }, (_, index) =>
      openFile(index % 2 ? link : target).writeState(
        { ...state(1), runId: `run-${index}` },
        undefined,
      ),
    );
    expect((await Promise.all(attempts)).filter((isWritten) => isWritten)).toHaveLength(1);
  });

  test('leaves no draft and no lock behind, in neither folder', async () => {
    const { folder, link } = linked();
    await openFile(link).writeState(state(1), undefined);
    expect(readdirSync(folder).sort()).toEqual(['state.json', 'volume']);
    expect(readdirSync(join(folder, 'volume'))).toEqual(['monitor.json']);
  });

  // Where a rename from one file system to another is refused.
  test.skipIf(!existsSync('/dev/shm'))('may lead to another file system', async () => {
    const volume = mkdtempSync('/dev/shm/unmetered-');
    onTestFinished(() => rmSync(volume, { recursive: true }));
    const link = join(emptyFolder(), 'state.json');
    symlinkSync(join(volume, 'monitor.json'), link);
    await openFile(link).writeState(state(1), undefined);
    await openFile(link).writeState(state(2), 1);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(volume)).toEqual(['monitor.json']);
  });
});
