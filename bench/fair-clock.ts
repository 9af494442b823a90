import type { Clock } from '../functions/monitor/ports.ts';

export interface FairClock extends Clock {
  /** Goes on to a time, epoch ms. */
  goTo(time: number): void;
}

/** A clock in which a wait takes no time. Those who wait wake up in the order of their times, so that a time limit ends nothing early. */
export function createFairClock(): FairClock {
  let elapsed = 0;
  const waiting = new Set<{ readonly until: number; readonly wake: () => void }>();
  const wakeNext = () => {
    const [next] = [...waiting].sort((a, b) => a.until - b.until);
    if (!next) return;
    waiting.delete(next);
    elapsed = Math.max(elapsed, next.until);
    next.wake();
  };
  return {
    now: () => elapsed,
    elapsed: () => elapsed,
    goTo(time) {
      elapsed = Math.max(elapsed, time);
    },
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        const sleeper = { until: elapsed + ms, wake: resolve };
        const stop = () => {
          waiting.delete(sleeper);
          reject(signal.reason);
        };
        if (signal.aborted) return stop();
        signal.addEventListener('abort', stop, { once: true });
        waiting.add(sleeper);
        // Code that is ready to run goes first.
        setImmediate(() => setImmediate(wakeNext));
      });
    },
  };
}
