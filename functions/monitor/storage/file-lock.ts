import { randomUUID } from 'node:crypto';
import { open, readFile, readlink, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { SettingError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { SECOND_MS } from '../timeline/time.ts';
import { unusable } from './state-file.ts';

/**
 * A process holds the lock only while it reads and writes one file, which takes far less than this. So a lock of another age
 * belongs to a process that died. A lock whose time is ahead has such an age too: it was made while a clock was ahead.
 */
const STALE_AGE_MS = 10 * SECOND_MS;

/** Between two looks at the lock of another process. */
const WAIT_MS = 50;

/**
 * A lock that does not become stale for so long is held by a process that hangs, or is made again and again. Longer than
 * {@link STALE_AGE_MS}.
 */
const MAX_WAIT_MS = 30 * SECOND_MS;

/** As many as Linux follows. */
const MAX_LINKS = 40;

/**
 * Keeps two processes from changing a state file at the same time. The lock is a file of its own, `PATH.lock`, which the
 * operating system creates for one process only. A symbolic link is followed first, so that all names of a file share one
 * lock.
 */
export class FileLock {
  readonly #stateFile: string;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #queue: Promise<unknown> = Promise.resolve();

  /** @param signal ends the waiting for another process, and nothing else: the lease must still be given back */
  constructor(stateFile: string, clock: Clock, signal: AbortSignal) {
    this.#stateFile = stateFile;
    this.#clock = clock;
    this.#signal = signal;
  }

  /**
   * Runs `work` while no other process runs work under the lock.
   *
   * @param work gets the path of the file itself, where the state file is a symbolic link
   * @throws SettingError where the lock file cannot be created, or stays locked; the reason of the signal; errors of `work`
   */
  run<T>(work: (path: string) => Promise<T>): Promise<T> {
    // Work of this process waits in a queue instead of for the lock file, which takes 50 ms at a time.
    const done = this.#queue.then(() => this.#runLocked(work));
    this.#queue = done.catch(() => {});
    return done;
  }

  async #runLocked<T>(work: (path: string) => Promise<T>): Promise<T> {
    const path = await followLinks(this.#stateFile);
    const lock = `${path}.lock`;
    const token = randomUUID();
    await this.#take(path, lock, token);
    try {
      return await work(path);
    } finally {
      // If this process slept, another one has broken the lock and made its own.
      const found = await readFile(lock, 'utf8').catch(() => undefined);
      if (found === token) await rm(lock, { force: true });
    }
  }

  async #take(path: string, lock: string, token: string): Promise<void> {
    const begun = this.#clock.elapsed();
    while (!(await tryToCreate(lock, token, path))) {
      if ((await isStale(lock)) && (await breakLock(lock, path))) continue;
      if (this.#clock.elapsed() - begun >= MAX_WAIT_MS) throw stillLocked(path, lock);
      await this.#clock.sleep(WAIT_MS, this.#signal);
    }
  }
}

async function followLinks(path: string): Promise<string> {
  let found = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const target = await readlink(found).catch(() => undefined);
    if (target === undefined) return found;
    found = resolve(dirname(found), target);
  }
  return found;
}

/** @returns false where the file exists */
async function tryToCreate(path: string, text: string, stateFile: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unusable(stateFile, error);
  }
}

/** @returns false for a file that is gone */
async function isStale(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => undefined);
  return found !== undefined && Math.abs(Date.now() - found.mtimeMs) > STALE_AGE_MS;
}

/**
 * Removes a stale lock. If two processes find it stale, the slower one could remove the new lock of the other. So only one may
 * break a lock at a time, and it looks again.
 *
 * @returns false where another process is about to break it
 */
async function breakLock(lock: string, stateFile: string): Promise<boolean> {
  const guard = guardOf(lock);
  if (!(await tryToCreate(guard, '', stateFile))) return false;
  try {
    if (await isStale(lock)) await rm(lock, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

function guardOf(lock: string): string {
  return `${lock}.break`;
}

function stillLocked(stateFile: string, lock: string): SettingError {
  return new SettingError(
    `the state file ${stateFile} stayed locked by another process for ${MAX_WAIT_MS / SECOND_MS} s (${lock}), so nothing was done; wait until that process ends, then try again; if there is none, remove that file, and ${guardOf(lock)} if it is there`,
  );
}
