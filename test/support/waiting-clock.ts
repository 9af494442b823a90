import type { Clock } from '../../functions/monitor/ports.ts';

/** The longest wait by a {@link createWaitingClock}. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** The reason that ends a wait. Code that waits for a file must give up long before. */
const STILL_WAITING = 'still waiting after five minutes';

/**
 * A clock for code that waits for files. Their times are real, so the time of day is the machine's; sleeping takes no time. A
 * wait without a bound ends in an error.
 *
 * @param onSleep called before each sleep
 */
export function createWaitingClock(onSleep: () => void = () => {}): Clock {
  let slept = 0;
  return {
    now: () => Date.now(),
    elapsed: () => slept,
    async sleep(ms, signal) {
      onSleep();
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      slept += ms;
      if (slept > LONGEST_WAIT_MS) throw new Error(STILL_WAITING);
    },
  };
}
