import type { Entry } from './history.ts';
import { Oracle, type Violation } from './oracle.ts';
import { countsByMetrics, type FaultKind, type Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import { createTraffic } from './traffic.ts';

/** What came of a scenario: plain data, so that it can go from one thread to another. */
export interface Outcome {
  readonly violations: readonly Violation[];
  /** Togai counts, for a time at least. */
  readonly byMetrics: boolean;
  readonly runs: number;
  /** Runs that nothing stood in the way of. */
  readonly clearRuns: number;
  readonly killed: number;
  readonly requests: number;
  readonly buckets: number;
  readonly events: number;
  /** Messages that were due by the judge's reckoning. */
  readonly decided: number;
  /** Of those, ends that were taken back because it fired again before anybody was told, and what waited at the end. */
  readonly dropped: number;
  readonly waiting: number;
  /** Messages that came, repetitions left out, by kind. */
  readonly delivered: ReadonlyMap<string, number>;
  readonly repeated: number;
  /** Crossings that the truth alone shows to everybody. */
  readonly demanded: number;
  /** The latest that an alert came with nothing in the way, from when it could be seen, ms. */
  readonly latestMs: number;
  readonly largestState: number;
  readonly largestCounts: number;
  readonly struck: ReadonlyMap<FaultKind, number>;
}

/** Lives through a scenario under the eyes of the judge. */
export async function tryOut(
  scenario: Scenario,
  observe: (entry: Entry) => void = () => {},
): Promise<Outcome> {
  const events = createTraffic(scenario);
  const oracle = new Oracle(scenario, events);
  let now = scenario.start;
  const onRejection = (reason: unknown) => {
    const text = `a rejection that nobody handles: ${reason instanceof Error ? reason.stack : reason}`;
    oracle.violations.push({ invariant: 'safe', time: now, text });
  };
  process.on('unhandledRejection', onRejection);
  try {
    const { struck, largestState, largestCounts } = await simulate(scenario, events, (entry) => {
      now = entry.time;
      oracle.note(entry);
      observe(entry);
    });
    oracle.finish();
    return {
      violations: oracle.violations,
      byMetrics: countsByMetrics(scenario),
      ...oracle.stats,
      ...oracle.messages.stats,
      delivered: oracle.messages.byKind,
      events: events.length,
      struck,
      largestState,
      largestCounts,
    };
  } finally {
    process.off('unhandledRejection', onRejection);
  }
}
