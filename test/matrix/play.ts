import type { Clock } from '../../functions/monitor/ports.ts';
import type { RunResult } from '../../functions/monitor/run.ts';
import { MINUTE_MS } from '../../functions/monitor/timeline/time.ts';
import { connectTogai, type TogaiClient } from '../../functions/monitor/togai/client.ts';
import type { exchange } from '../../functions/monitor/togai/exchange.ts';
import { createApi } from '../../simulator/api.ts';
import {
  DEFAULT_SWITCHES,
  GENERATIONS,
  type Switches,
} from '../../simulator/behaviour-switches.ts';
import type { Traffic } from '../../simulator/traffic.ts';
import type { MemoryStore } from '../support/memory-store.ts';
import { createTestMonitor } from '../support/monitor.ts';
import { type Case, isFlood, LATENESS, timesOf, trafficOf } from './world.ts';

export interface Played {
  readonly traffic: Traffic;
  readonly store: MemoryStore;
  /** Each run, by its scheduled time. At that time it saw the simulated Togai. */
  readonly runs: ReadonlyMap<number, RunResult>;
}

/** A run stops counting after so many requests, as it does in production after some of its minutes. */
const MAX_REQUESTS = { usual: 120, inFlood: 30 };

/** Runs the monitor every five minutes against a simulated Togai. Nothing is sent: the simulated API is called. */
export async function play(row: Case): Promise<Played> {
  const { first, last } = timesOf(row);
  const traffic = trafficOf(row);
  const most = isFlood(row.volume) ? MAX_REQUESTS.inFlood : MAX_REQUESTS.usual;
  const monitor = createTestMonitor({ counting: row.counting, windowMinutes: '30' });
  const runs = new Map<number, RunResult>();
  for (let now = first; now <= last; now += 5 * MINUTE_MS) {
    const deadline = new AbortController();
    let requests = 0;
    const onRequest = () => {
      if (++requests > most) deadline.abort();
    };
    const connect = () => connectedTo(row, { now, clock: monitor.clock, onRequest });
    runs.set(now, await monitor.runAt(now, { connect }, deadline.signal));
  }
  return { traffic, store: monitor.store, runs };
}

interface Connection {
  /** The time of the simulated world, epoch ms. */
  readonly now: number;
  readonly clock: Clock;
  readonly onRequest?: () => void;
}

/** The monitor's own client, connected to the simulated API. */
export function connectedTo(
  row: Omit<Case, 'counting'>,
  { now, clock, onRequest = () => {} }: Connection,
): Promise<TogaiClient> {
  const switches = {
    ...DEFAULT_SWITCHES,
    ...GENERATIONS[row.generation],
    metricsTime: LATENESS[row.lateness].metricsTime,
  };
  return connectTogai({
    baseUrl: 'http://togai.test',
    credential: { read: async () => 'token', readAgain: async () => 'token' },
    tokenSource: 'the test',
    requestsPerSecond: 2,
    clock,
    checkClock: false,
    exchange: answering(trafficOf(row), switches, now, onRequest),
  });
}

/** Answers requests at a time of the simulated world. */
function answering(
  traffic: Traffic,
  switches: Switches,
  now: number,
  onRequest: () => void,
): typeof exchange {
  const api = createApi(traffic, switches, () => now);
  return async ({ pathname, search }, { post, signal, onSent }) => {
    onSent();
    onRequest();
    signal.throwIfAborted();
    const { status, body } = await api({
      method: post === undefined ? 'GET' : 'POST',
      path: pathname + search,
      readBody: async () => JSON.parse(post ?? ''),
      repeatsToken: false,
    });
    return { status, headers: new Headers(), body: JSON.stringify(body) };
  };
}
