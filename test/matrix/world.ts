import { HOUR_MS, MINUTE_MS } from '../../functions/monitor/timeline/time.ts';
import type { Generation } from '../../simulator/behaviour-switches.ts';
import type { TimeField } from '../../simulator/count.ts';
import type { Scenario } from '../../simulator/scenarios.ts';
import { Traffic } from '../../simulator/traffic.ts';

/** The test day. Its noon has most events. */
const DAY = Date.UTC(2026, 10, 18);
export const at = (hours: number, minutes = 0): number =>
  DAY + hours * HOUR_MS + minutes * MINUTE_MS;

const NOT_METERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

/** How many events come, and the times of the first run and of the last one. The runs are five minutes apart. */
export const VOLUMES = {
  'one event an hour': { eventsPerSecond: 1 / 3_600, first: at(9, 50), last: at(12, 5) },
  '0.5 events a second': { eventsPerSecond: 0.5, first: at(10, 25), last: at(11, 45) },
  '100 events a second': { eventsPerSecond: 100, first: at(11, 30), last: at(12, 10) },
  '10,000 events a second': { eventsPerSecond: 10_000, first: at(11, 30), last: at(12, 10) },
} as const;
export type Volume = keyof typeof VOLUMES;

const ALL_DAY = { start: DAY - 24 * HOUR_MS, end: DAY + 24 * HOUR_MS };

/**
 * The lags of events, and the time field of the hours in Togai metrics: late events show only by
 * the sender's time.
 */
export const LATENESS = {
  'as they come': { lags: [], metricsTime: 'createdAt' },
  'some two hours late': {
    lags: [{ ...ALL_DAY, lagMs: 2 * HOUR_MS, share: 0.3 }],
    metricsTime: 'timestamp',
  },
  'some backdated a day': {
    lags: [{ ...ALL_DAY, lagMs: 24 * HOUR_MS, share: 0.3 }],
    metricsTime: 'timestamp',
  },
  'healing after 40 minutes': { lags: [], metricsTime: 'createdAt', healsAfterMs: 40 * MINUTE_MS },
} as const satisfies Readonly<
  Record<string, { lags: Scenario['lags']; metricsTime: TimeField; healsAfterMs?: number }>
>;
export type Lateness = keyof typeof LATENESS;

export interface Case {
  readonly generation: Generation;
  readonly counting: 'auto' | 'listing' | 'metrics';
  readonly volume: Volume;
  readonly lateness: Lateness;
}

/** The times of the first run and of the last one. A list of a flood fails in each run: two show that. */
export function timesOf({ volume, counting }: Case) {
  const { first, last } = VOLUMES[volume];
  return { first, last: counting === 'listing' && isFlood(volume) ? first + 5 * MINUTE_MS : last };
}

export function isFlood(volume: Volume): boolean {
  return VOLUMES[volume].eventsPerSecond > 1;
}

const made = new Map<string, Traffic>();

/** The events of a case. Cases that differ in the monitor or in Togai's API share them, so that they are counted once. */
export function trafficOf({ volume, lateness }: Pick<Case, 'volume' | 'lateness'>): Traffic {
  const key = `${volume}, ${lateness}`;
  const traffic = made.get(key) ?? new Traffic({ seed: 1, scenario: scenarioOf(volume, lateness) });
  made.set(key, traffic);
  return traffic;
}

function scenarioOf(volume: Volume, lateness: Lateness): Scenario {
  const { eventsPerSecond, first } = VOLUMES[volume];
  const { lags, ...heals } = LATENESS[lateness];
  return {
    description: `${volume}, ${lateness}`,
    eventsPerSecond,
    // A day of a flood takes seconds to count.
    ...(isFlood(volume) && { begins: first - 45 * MINUTE_MS }),
    incidents: [
      {
        start: at(10),
        end: at(16),
        status: NOT_METERED,
        statusDescription: 'no price plan',
        share: 0.3,
        ...('healsAfterMs' in heals && { healsAfterMs: heals.healsAfterMs }),
      },
    ],
    backlogs: [],
    lags,
  };
}
