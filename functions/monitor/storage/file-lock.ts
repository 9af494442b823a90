import { open, rm, stat } from 'node:fs/promises';
import type { Clock } from '../ports.ts';
import { unusable } from './state-file.ts';

/**
 * A process holds the lock only while it reads and writes one file, which takes far less than this. So an older lock belongs to
 * a process that died, and is removed: nobody else would do that.
 */
const STALE_AFTER_MS = 10_000;

/** Between two looks at the lock of another process. */
const WAIT_MS = 50;

/**
 * Keeps two processes from changing a state file at the same time. The lock is a file of its own, `PATH.lock`, which the
 * operating system creates for one process only.
 */
export class FileLock {
  readonly #stateFile: string;
  readonly #path: string;
  readonly #clock: Clock;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(stateFile: string, clock: Clock) {
    this.#stateFile = stateFile;
    this.#path = `${stateFile}.lock`;
    this.#clock = clock;
  }

  /**
   * Runs `work` while no other process runs work under the lock.
   *
   * @throws SettingError where the lock file cannot be created; errors of `work`
   */
  run<T>(work: () => Promise<T>): Promise<T> {
    // Work of this process waits in a queue instead of for the lock file, which takes 50 ms at a time.
    const done = this.#queue.then(() => this.#runLocked(work));
    this.#queue = done.catch(() => {});
    return done;
  }

  async #runLocked<T>(work: () => Promise<T>): Promise<T> {
    await this.#take();
    try {
      return await work();
    } finally {
      await rm(this.#path, { force: true });
    }
  }

  async #take(): Promise<void> {
    const never = new AbortController().signal;
    while (!(await this.#tryToCreate())) {
      const { mtimeMs } = await stat(this.#path).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs > STALE_AFTER_MS) await rm(this.#path, { force: true });
      else await this.#clock.sleep(WAIT_MS, never);
    }
  }

  async #tryToCreate(): Promise<boolean> {
    try {
      await (await open(this.#path, 'wx')).close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw unusable(this.#stateFile, error);
    }
  }
}
