import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Outcome } from './prove-world.ts';
import { worldOf } from './world/create-plot-world.ts';
import { usesMetrics } from './world/scenario.ts';

/** Worlds by their seeds. */
export interface Worlds {
  readonly seeds: number;
  /** The first seed. */
  readonly from: number;
  readonly days: number;
  /** Only worlds that use Togai metrics, for a time at least. */
  readonly byMetrics?: boolean;
  /** Worlds in which incidents are hard. */
  readonly plots?: boolean;
}

/** Proves many worlds, with one thread for each processor. */
export async function proveWorlds(
  { seeds, from, days, byMetrics, plots = false }: Worlds,
  onOutcome: (seed: number, outcome: Outcome) => void,
): Promise<void> {
  const last = from + seeds - 1;
  const isWanted = (seed: number) => !byMetrics || usesMetrics(worldOf(seed, days, plots));
  let next = from;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: { days, plots },
      });
      const more = () => {
        while (next <= last && !isWanted(next)) next++;
        if (next <= last) worker.postMessage(next++);
        else worker.terminate().then(() => resolve(), reject);
      };
      worker.on('error', reject);
      worker.on('message', ({ seed, outcome }: { seed: number; outcome: Outcome }) => {
        onOutcome(seed, outcome);
        more();
      });
      more();
    });
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), seeds) }, work));
}
