import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MonitorError } from '../../functions/monitor/errors.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { emptyFolder } from '../support/folder.ts';
import { createWaitingClock } from '../support/waiting-clock.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** A state file that is not there yet, and the lock of a process on it, written so long ago. */
function lockedFile(ageMs: number): { path: string; lock: string } {
  const path = join(emptyFolder(), 'state.json');
  const lock = `${path}.lock`;
  writeFileSync(lock, '');
  const time = new Date(Date.now() - ageMs);
  utimesSync(lock, time, time);
  return { path, lock };
}

describe('a lock of a process that died', () => {
  test.each([
    ['a minute ago', 60 * SECOND],
    ['a day ago', 24 * HOUR],
    ['a minute ahead of the clock', -60 * SECOND],
    ['a day ahead of the clock', -24 * HOUR],
    ['ten years ahead of the clock', -87_600 * HOUR],
  ])('is broken when it was written %s', async (_, ageMs) => {
    const { path, lock } = lockedFile(ageMs);
    const store = createFileStore(path, createWaitingClock());
    expect(await store.readState()).toBeUndefined();
    expect(existsSync(lock)).toBe(false);
  });
});

describe('a lock that another process keeps', () => {
  /** A lock that is written anew at each wait, so that it never becomes stale. */
  function keptFile() {
    const { path, lock } = lockedFile(0);
    const clock = createWaitingClock(() => writeFileSync(lock, ''));
    return { path, lock, store: createFileStore(path, clock) };
  }

  test('is waited for up to a limit, and the error names the reason and the next step', async () => {
    const { store, path } = keptFile();
    const error: unknown = await store.readState().catch((reason) => reason);
    expect(error).toBeInstanceOf(MonitorError);
    const { message } = error as MonitorError;
    expect(message).toContain(path);
    expect(message).toMatch(/lock/);
    expect(message).toMatch(/another|process|other run/);
    expect(message).toMatch(/\d+ ?(s|min|seconds)\b/);
    expect(message).toMatch(/remove|wait|try again|end/);
  });

  test('is left alone', async () => {
    const { store, lock } = keptFile();
    await store.readState().catch(() => {});
    expect(existsSync(lock)).toBe(true);
  });
});

test('a process whose lock was broken while it slept leaves the lock of the next one alone', async () => {
  const path = join(emptyFolder(), 'state.json');
  const lock = `${path}.lock`;
  // Reading a pipe takes until somebody writes to it: a process that is asleep in the middle of its work.
  expect(spawnSync('sh', ['-c', 'mkfifo "$0"', path]).status).toBe(0);
  const reading = createFileStore(path, systemClock).readState();
  const pipe = await open(path, 'w');
  expect(existsSync(lock)).toBe(true);
  // The next one broke it and made its own.
  rmSync(lock);
  writeFileSync(lock, 'the next one', { flag: 'wx' });
  await pipe.writeFile(JSON.stringify({ version: 2, state: null, buckets: {} }));
  await pipe.close();
  expect(await reading).toBeUndefined();
  expect(existsSync(lock) && readFileSync(lock, 'utf8')).toBe('the next one');
}, 5_000);
