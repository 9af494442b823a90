import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import type { Clock } from '../../functions/monitor/ports.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { emptyFolder } from '../support/folder.ts';

const { contenders } = await vi.hoisted(async () => {
  const { AsyncLocalStorage } = await import('node:async_hooks');
  return { contenders: new AsyncLocalStorage<{ step(): Promise<void> }>() };
});

/** Each call to the file system waits until it is the turn of the process that makes it. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const inTurns = (value: unknown) =>
    typeof value !== 'function'
      ? value
      : async (...args: unknown[]) => {
          await contenders.getStore()?.step();
          return value(...args);
        };
  return Object.fromEntries(Object.entries(real).map(([name, value]) => [name, inTurns(value)]));
});

/** More than a process needs to take a lock, write and give it back. */
const MAX_CALLS = 12;

/** How often one waits for the other before the other goes on. */
const MAX_SLEEPS = 3;

/** A process that wants to begin the first run, and goes on only for a given number of calls. */
class Contender {
  readonly result: Promise<boolean>;
  #calls = 0;
  #sleeps = 0;
  #isAtRest = false;
  #isOver = false;
  #go = Promise.withResolvers<void>();

  constructor(path: string, runId: string) {
    const clock: Clock = {
      ...systemClock,
      // For a process that waits no time passes, however long the other is stopped.
      elapsed: () => 0,
      sleep: (_, signal) => {
        this.#sleeps++;
        return systemClock.sleep(1, signal);
      },
    };
    this.result = contenders.run(this, () =>
      createFileStore(path, clock).writeState({ ...NEW_STATE, runNumber: 1, runId }, undefined),
    );
    const over = () => {
      this.#isOver = true;
    };
    this.result.then(over, over);
  }

  async step(): Promise<void> {
    while (this.#calls === 0) {
      this.#isAtRest = true;
      await this.#go.promise;
    }
    this.#calls--;
  }

  /** Lets it make so many calls; it may wait for the other before it has made them all. */
  async let(calls: number): Promise<void> {
    if (calls === 0) return;
    const untilSleeps = this.#sleeps + MAX_SLEEPS;
    this.#isAtRest = false;
    this.#calls = calls;
    this.#go.resolve();
    this.#go = Promise.withResolvers();
    while (!this.#isOver && !this.#isAtRest && this.#sleeps < untilSleeps) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Two that find the lock of a process that died. One is stopped after so many calls, then the other; then each goes on. */
async function race(callsOfFirst: number, callsOfSecond: number): Promise<boolean[]> {
  const path = join(emptyFolder(), 'state.json');
  writeFileSync(`${path}.lock`, '');
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(`${path}.lock`, longAgo, longAgo);
  const first = new Contender(path, 'first');
  const second = new Contender(path, 'second');
  await first.let(callsOfFirst);
  await second.let(callsOfSecond);
  await first.let(Number.POSITIVE_INFINITY);
  await second.let(Number.POSITIVE_INFINITY);
  return Promise.all([first.result, second.result]);
}

test('of two processes that break a dead lock one writes, wherever the other was stopped', async () => {
  const wrong: [callsOfFirst: number, callsOfSecond: number, results: boolean[]][] = [];
  for (let first = 0; first < MAX_CALLS; first++) {
    for (let second = 0; second < MAX_CALLS; second++) {
      const results = await race(first, second);
      if (results.filter((isWritten) => isWritten).length !== 1)
        wrong.push([first, second, results]);
    }
  }
  expect(wrong).toEqual([]);
}, 25_000);
