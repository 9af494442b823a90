import type { Clock } from '../../functions/monitor/ports.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';

/** A clock in which a wait takes no time: it jumps to the moment of waking up. */
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
      // Code that is ready to run goes first.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      passed = Math.max(passed, wakeAt);
    },
    advance(ms) {
      passed += ms;
    },
  };
}

/** Longer than the waits between requests and between messages, shorter than every timeout. */
const SHORT_MS = 1_000;

/**
 * The clock for a client of a real server on this machine. Short waits jump, so that requests follow each other at once.
 * Longer waits are real: a timeout of five seconds must not be over before the server can answer.
 *
 * @param now epoch ms
 */
export function createHurriedClock(now: () => number): Clock {
  let jumped = 0;
  return {
    now,
    elapsed: () => systemClock.elapsed() + jumped,
    async sleep(ms, signal) {
      if (ms >= SHORT_MS) return systemClock.sleep(ms, signal);
      signal.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      jumped += ms;
    },
  };
}
