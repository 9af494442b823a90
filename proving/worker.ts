import { parentPort, workerData } from 'node:worker_threads';
import { proveWorld } from './prove-world.ts';
import { createWorld } from './world/create-world.ts';

/** A thread that proves one world after another: it receives seeds, and posts outcomes. */
const { days } = workerData as { readonly days: number };

parentPort?.on('message', (seed: number) => {
  proveWorld(createWorld(seed, days)).then(
    (outcome) => parentPort?.postMessage({ seed, outcome }),
    (error: unknown) => {
      throw error;
    },
  );
});
