import type { Entry } from './history.ts';
import { simulate } from './in-memory/simulate.ts';
import { broken, type Violation } from './judge/complaint.ts';
import { Judge } from './judge/judge.ts';
import { createTraffic } from './world/create-traffic.ts';
import { DAY, type FaultKind, type Scenario, usesMetrics } from './world/scenario.ts';

/** The outcome of a world: plain data, so that it can go from one thread to another. */
export interface Outcome {
  readonly violations: readonly Violation[];
  /** The world uses Togai metrics, for a time at least. */
  readonly byMetrics: boolean;
  /** How long it lasts. */
  readonly days: number;
  readonly runs: number;
  /** Runs without an obstacle. */
  readonly clearRuns: number;
  readonly killed: number;
  readonly requests: number;
  readonly buckets: number;
  readonly events: number;
  /** Messages that were delivered, repetitions left out, by kind. */
  readonly delivered: ReadonlyMap<string, number>;
  readonly repeated: number;
  /** Breaches that the truth alone shows. */
  readonly demanded: number;
  /** Bytes of JSON. */
  readonly largestState: number;
  /** Bytes after compression. */
  readonly largestBucket: number;
  /** How often each fault has struck. */
  readonly struck: ReadonlyMap<FaultKind, number>;
}

/** Lets the monitor live through a world, and judges it. @param observe called for each entry of the history */
export async function proveWorld(
  scenario: Scenario,
  observe: (entry: Entry) => void = () => {},
): Promise<Outcome> {
  const events = createTraffic(scenario);
  const judge = new Judge(scenario, events);
  let now = scenario.start;
  const onRejection = (reason: unknown) => {
    const text = `a rejection that nobody handles: ${reason instanceof Error ? reason.stack : reason}`;
    judge.complain(now, broken('no-unhandled-rejection', text));
  };
  process.on('unhandledRejection', onRejection);
  try {
    const simulated = await simulate(scenario, events, (entry) => {
      now = entry.time;
      judge.note(entry);
      observe(entry);
    });
    judge.finish();
    const { violations, stats, delivered } = judge;
    return {
      violations,
      byMetrics: usesMetrics(scenario),
      days: (scenario.end - scenario.start) / DAY,
      ...stats,
      delivered,
      events: events.length,
      ...simulated,
    };
  } finally {
    process.off('unhandledRejection', onRejection);
  }
}
