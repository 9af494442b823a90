import type { Entry } from '../history.ts';
import { createRandom } from '../world/random.ts';
import { type FaultKind, MINUTE, type Scenario } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import { SimulatedTable } from './dynamodb.ts';
import { Faults } from './faults.ts';
import { People } from './people.ts';
import { startRun } from './run.ts';
import { Timeline } from './timeline.ts';
import { SimulatedTogai } from './togai.ts';

/** After so many runs the function starts in another process. */
const RUNS_A_PROCESS = 40;

export interface Simulated {
  readonly struck: ReadonlyMap<FaultKind, number>;
  /** Bytes of JSON. */
  readonly largestState: number;
  /** Bytes after compression. */
  readonly largestBucket: number;
}

/**
 * Runs the monitor through a scenario, in virtual time.
 *
 * @param events the truth
 * @param observe called for each entry, in order
 */
export async function simulate(
  scenario: Scenario,
  events: readonly TrueEvent[],
  observe: (entry: Entry) => void,
): Promise<Simulated> {
  const timeline = new Timeline(scenario.start);
  const faults = new Faults(scenario);
  const togai = new SimulatedTogai(scenario, events, faults, timeline);
  const table = new SimulatedTable(faults, timeline);
  const world = { scenario, timeline, faults, togai, table };
  const people = new People(scenario, { timeline, table, observe });
  const random = createRandom(scenario.seed, 'jitter');
  let runs = 0;
  let known: { token: string | undefined } = { token: undefined };

  async function start(scheduled: number): Promise<void> {
    const run = ++runs;
    if (run % RUNS_A_PROCESS === 0) known = { token: undefined };
    const outcome = await startRun(world, {
      run,
      scheduled,
      known,
      random: () => random.next(),
      note: (note) => {
        const entry = { time: timeline.now, run, ...note } as Entry;
        people.read(entry);
        observe(entry);
      },
    });
    if (outcome === 'killed') known = { token: undefined };
  }

  const interval = scenario.settings.runEveryMinutes * MINUTE;
  for (let scheduled = scenario.start; scheduled < scenario.end; scheduled += interval) {
    if (faults.strikes('runs-skipped', scheduled)) continue;
    const begin = () => void start(scheduled);
    timeline.at(scheduled + (faults.strikes('runs-delayed', scheduled)?.ms ?? 0), begin);
    const doubled = faults.strikes('runs-doubled', scheduled);
    if (doubled) timeline.at(scheduled + doubled.afterMs, begin);
  }
  await timeline.run();
  for (const _ of faults.all('token-rotated')) faults.count('token-rotated');
  const { largestState, largestBucket } = table;
  return { struck: faults.struck, largestState, largestBucket };
}
