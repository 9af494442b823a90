import { parentPort, workerData } from 'node:worker_threads';
import { tryOut } from './trial.ts';
import { createWorld } from './world.ts';

/** Lives through one world after the other, as it is told their seeds. */
const { days } = workerData as { readonly days: number };

parentPort?.on('message', (seed: number) => {
  tryOut(createWorld(seed, days)).then(
    (outcome) => parentPort?.postMessage({ seed, outcome }),
    (error: unknown) => {
      throw error;
    },
  );
});
