import type { Invariant } from '../invariants.ts';
import { proveWorld } from '../prove-world.ts';
import { HOUR, type Scenario } from '../world/scenario.ts';

/**
 * A world with the fewest faults, incidents and silences that still break the same invariant, cut off an hour after that. It leaves
 * out all of them, then halves, quarters and so on, as long as the invariant still breaks.
 */
export async function shrink(scenario: Scenario, invariant: Invariant): Promise<Scenario> {
  const breaks = async (candidate: Scenario) =>
    (await proveWorld(candidate)).violations.find((violation) => violation.invariant === invariant);
  let smallest = scenario;
  const first = await breaks(scenario);
  if (!first) return scenario;
  const soonAfter = { ...scenario, end: Math.min(scenario.end, first.time + HOUR) };
  if (await breaks(soonAfter)) smallest = soonAfter;
  for (const part of ['faults', 'incidents', 'silences'] as const) {
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
