import { DAY_MS, HOUR_MS, MINUTE_MS } from '../functions/monitor/timeline/time.ts';
import { createApi } from '../simulator/api.ts';
import { DEFAULT_SWITCHES, GENERATIONS, type Generation } from '../simulator/behaviour-switches.ts';
import { Traffic } from '../simulator/traffic.ts';
import { createMemoryStore } from '../test/support/memory-store.ts';
import { createManyAccounts } from './many-accounts.ts';
import { type MeasuredRun, monitored } from './monitored.ts';
import { NOW } from './served.ts';

/** The requests to Togai of each run, with default settings. */

const STEP_MS = 5 * MINUTE_MS;

export interface RunRequests {
  /** The most of a run. */
  readonly most: number;
  /** The most of the first run of an hour. */
  readonly mostAtHour: number;
  /** The most of a run that sends a message, with samples and reasons; 0 without such a run. */
  readonly mostWithMessage: number;
}

/** Runs of some hours in which nothing happens, except for the few lost events of any day. */
export async function requestsOfQuietRuns(
  eventsPerSecond: number,
  generation: Generation,
): Promise<RunRequests> {
  const begins = NOW - 5 * HOUR_MS;
  const scenario = { description: 'quiet', eventsPerSecond, begins, incidents: [], backlogs: [] };
  const traffic = new Traffic({ seed: 1, scenario });
  const switches = { ...DEFAULT_SWITCHES, ...GENERATIONS[generation] };
  const monitor = monitored(createMemoryStore(), (now) => createApi(traffic, switches, now));
  const runs = new Map<number, MeasuredRun>();
  for (let now = begins + HOUR_MS; now <= NOW; now += STEP_MS) {
    const run = await monitor.runAt(now);
    // The first run counts a whole window.
    if (now >= begins + 2 * HOUR_MS) runs.set(now, run);
  }
  return mostOf(runs);
}

/** Runs of two hours in which 60 of 200 accounts lose every event, from the first run that sees it. */
export async function requestsInIncident(): Promise<RunRequests> {
  const losesFrom = NOW - 2 * HOUR_MS + 7 * MINUTE_MS;
  const world = { accounts: 200, losing: 60, losesFrom, eventsPerSecond: 10_000 };
  const monitor = monitored(createMemoryStore(), (now) =>
    createManyAccounts({ ...world, firstEvent: NOW - 3 * DAY_MS }, now),
  );
  const runs = new Map<number, MeasuredRun>();
  for (let now = NOW - 4 * HOUR_MS; now <= NOW; now += STEP_MS) {
    const run = await monitor.runAt(now);
    if (now >= losesFrom) runs.set(now, run);
  }
  return mostOf(runs);
}

function mostOf(runs: ReadonlyMap<number, MeasuredRun>): RunRequests {
  const most = (holds: (time: number, hasMessage: boolean) => boolean) =>
    Math.max(
      0,
      ...[...runs]
        .filter(([time, { result }]) => holds(time, (result.delivered ?? 0) > 0))
        .map(([, { requests }]) => requests),
    );
  const isAtHour = (time: number) => time % HOUR_MS === 0;
  return {
    most: most((time, hasMessage) => !isAtHour(time) && !hasMessage),
    mostAtHour: most((time, hasMessage) => isAtHour(time) && !hasMessage),
    mostWithMessage: most((_, hasMessage) => hasMessage),
  };
}
