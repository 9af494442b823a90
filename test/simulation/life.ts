import type { Clock } from '../../functions/monitor/ports.ts';
import type { Timeline, Timer } from './timeline.ts';

/** Where a run is to die. */
interface Death {
  /** The number of the call of a port, from 1 on. */
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** What a dead run waits for. */
const NEVER = new Promise<never>(() => {});

/**
 * The process that a run lives in. Once it has ended nothing that the run called ever comes back, and
 * nothing that it was waiting for happens: not a line of it is run any more.
 */
export class Life {
  readonly #timeline: Timeline;
  readonly #death: Death | undefined;
  readonly #timers = new Set<Timer>();
  readonly #killed = Promise.withResolvers<'killed'>();
  #calls = 0;
  #isOver = false;

  constructor(timeline: Timeline, death: Death | undefined) {
    this.#timeline = timeline;
    this.#death = death;
  }

  /** Resolves when the run was killed. */
  get killed(): Promise<'killed'> {
    return this.#killed.promise;
  }

  /** How many sleep in it. */
  get sleepers(): number {
    return this.#timers.size;
  }

  kill(): void {
    this.end();
    this.#killed.resolve('killed');
  }

  end(): void {
    this.#isOver = true;
    for (const timer of this.#timers) timer.action = undefined;
    this.#timers.clear();
  }

  /** Something that leaves the process. */
  async call<T>(effect: () => T | Promise<T>): Promise<T> {
    if (this.#isOver) return NEVER;
    this.#calls++;
    const dies = this.#death?.call === this.#calls;
    if (dies && this.#death?.when === 'before') {
      this.kill();
      return NEVER;
    }
    try {
      const result = await effect();
      if (!dies && !this.#isOver) return result;
    } catch (error) {
      if (!dies && !this.#isOver) throw error;
    }
    if (!this.#isOver) this.kill();
    return NEVER;
  }

  at(time: number, action: () => void): Timer {
    const timer = this.#timeline.at(time, () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
    return timer;
  }

  cancel(timer: Timer): void {
    timer.action = undefined;
    this.#timers.delete(timer);
  }

  /** @throws the reason of the signal once that is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#isOver) return NEVER;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = () => {
      this.cancel(timer);
      reject(signal?.reason);
    };
    const timer = this.at(this.#timeline.now + ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    return promise;
  }

  /** @param skewMs by how much the machine's clock is wrong */
  clock(skewMs: number): Clock {
    return {
      now: () => this.#timeline.now + skewMs,
      elapsed: () => this.#timeline.now,
      sleep: (ms, signal) => this.sleep(ms, signal),
    };
  }
}
