import { setTimeout } from 'node:timers/promises';
import type { Clock } from './ports.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await setTimeout(ms, undefined, { signal });
    } catch {
      // The timer rejects with an AbortError of its own. The caller expects the reason of its signal.
      signal.throwIfAborted();
    }
  },
};
