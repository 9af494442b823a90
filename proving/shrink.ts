import type { Invariant } from './oracle.ts';
import type { Scenario } from './scenario.ts';
import { tryOut } from './trial.ts';

/**
 * The scenario with as few faults and incidents as still break the same invariant, and cut off soon after that. Parts
 * are left out in ever smaller pieces, for as long as that changes nothing.
 */
export async function shrink(scenario: Scenario, invariant: Invariant): Promise<Scenario> {
  const breaks = async (candidate: Scenario) =>
    (await tryOut(candidate)).violations.find((violation) => violation.invariant === invariant);
  let smallest = scenario;
  const first = await breaks(scenario);
  if (!first) return scenario;
  const soonAfter = { ...scenario, end: Math.min(scenario.end, first.time + 3_600_000) };
  if (await breaks(soonAfter)) smallest = soonAfter;
  for (const part of ['faults', 'incidents'] as const) {
    for (let size = smallest[part].length; size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < smallest[part].length; ) {
        const fewer = smallest[part].toSpliced(from, size);
        const candidate = { ...smallest, [part]: fewer } as Scenario;
        if (await breaks(candidate)) smallest = candidate;
        else from += size;
      }
    }
  }
  return smallest;
}
