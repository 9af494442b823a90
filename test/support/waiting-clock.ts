import type { Clock } from '../../functions/monitor/ports.ts';

/** No one who waits by a {@link createWaitingClock} waits for longer. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** Why a wait was ended: whoever waits for a file must have given up by himself long ago. */
const STILL_WAITING = 'still waiting after five minutes';

/**
 * For those who wait for files, whose times are real: the time of day is the machine's, and sleeping takes no time. A wait that
 * is not bounded ends in an error.
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
