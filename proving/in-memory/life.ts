import type { Clock } from '../../functions/monitor/ports.ts';
import type { Timeline, Timer } from './timeline.ts';

/** The call at which a run dies. */
interface Death {
  /** The number of the call of a port, from 1 on. */
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** The call at which a run stands still, and for how long. */
interface Sleep {
  readonly call: number;
  readonly ms: number;
}

/** A dead run waits for this. Each waits for a promise of its own, so that nothing keeps the run in memory. */
const never = () => new Promise<never>(() => {});

/**
 * The process that a run lives in. After its end no call of the run returns and no timer fires, so the run never executes
 * another line.
 */
export class Life {
  readonly #timeline: Timeline;
  readonly #death: Death | undefined;
  readonly #sleep: Sleep | undefined;
  readonly #timers = new Set<Timer>();
  readonly #killed = Promise.withResolvers<'killed'>();
  #calls = 0;
  #sleepers = 0;
  #isOver = false;
  #frozenUntil = Number.NEGATIVE_INFINITY;

  constructor(timeline: Timeline, death: Death | undefined, sleep: Sleep | undefined) {
    this.#timeline = timeline;
    this.#death = death;
    this.#sleep = sleep;
  }

  /** Resolves when the run was killed. */
  get killed(): Promise<'killed'> {
    return this.#killed.promise;
  }

  /** How many sleeps of the product have not ended. */
  get sleepers(): number {
    return this.#sleepers;
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

  /** Runs an effect outside of the process. */
  async call<T>(effect: () => T | Promise<T>): Promise<T> {
    if (this.#isOver) return never();
    this.#calls++;
    const dies = this.#death?.call === this.#calls;
    if (dies && this.#death?.when === 'before') {
      this.kill();
      return never();
    }
    if (this.#sleep?.call === this.#calls) {
      this.#frozenUntil = this.#timeline.now + this.#sleep.ms;
      await this.sleep(this.#sleep.ms);
    }
    try {
      const result = await effect();
      if (!dies && !this.#isOver) return result;
    } catch (error) {
      if (!dies && !this.#isOver) throw error;
    }
    if (!this.#isOver) this.kill();
    return never();
  }

  at(time: number, action: () => void): Timer {
    // A timer that is due while the process stands still fires when the process goes on.
    const due = Math.max(time, this.#timeline.now < this.#frozenUntil ? this.#frozenUntil : time);
    const timer = this.#timeline.at(due, () => {
      this.#timers.delete(timer);
      if (this.#timeline.now < this.#frozenUntil) this.at(this.#frozenUntil, action);
      else action();
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
    if (this.#isOver) return never();
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

  /** @param skewMs the error of the machine's clock */
  clock(skewMs: number): Clock {
    return {
      now: () => this.#timeline.now + skewMs,
      elapsed: () => this.#timeline.now,
      sleep: (ms, signal) => {
        this.#sleepers++;
        return this.sleep(ms, signal).finally(() => this.#sleepers--);
      },
    };
  }
}
