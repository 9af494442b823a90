import { parentPort, workerData } from 'node:worker_threads';
import { proveWorld } from './prove-world.ts';
import { worldOf } from './world/create-plot-world.ts';

/** A thread that proves one world after another: it receives seeds, and posts outcomes. */
const { days, plots } = workerData as { readonly days: number; readonly plots: boolean };

parentPort?.on('message', (seed: number) => {
  proveWorld(worldOf(seed, days, plots)).then(
    (outcome) => parentPort?.postMessage({ seed, outcome }),
    (error: unknown) => {
      throw error;
    },
  );
});
