import type { Clock } from '../../functions/monitor/ports.ts';

/** A clock in which sleeping takes no time: it jumps to the moment of waking up. */
export interface JumpingClock extends Clock {
  advance(ms: number): void;
}

export function createJumpingClock(start: number): JumpingClock {
  let passed = 0;
  return {
    now: () => start + passed,
    elapsed: () => passed,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      const wakeAt = passed + ms;
      // Others that are about to act do so first.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      passed = Math.max(passed, wakeAt);
    },
    advance(ms) {
      passed += ms;
    },
  };
}
