import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../functions/monitor/system-clock.ts';
import { connectTogai } from '../functions/monitor/togai/client.ts';
import type { Scenario } from '../simulator/scenarios.ts';
import type { ServerOptions, ServerReport } from './server.ts';

export const NOW = Date.UTC(2026, 10, 18, 12);

export interface Served {
  readonly url: string;
  readonly token: string;
  /** Ends the process. @returns its figures */
  close(): Promise<ServerReport>;
}

/** A simulated Togai in a process of its own. */
export async function serve(options: Omit<ServerOptions, 'at'>): Promise<Served> {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [
    JSON.stringify({ ...options, at: NOW }),
  ]);
  const [{ url, token }] = await once(child, 'message');
  return {
    url,
    token,
    async close() {
      child.send('close');
      const [report] = await once(child, 'message');
      return report as ServerReport;
    },
  };
}

/** A scenario with `events` events in the last `windowMs`, at a nearly even rate. */
export function steady(events: number, windowMs: number): Scenario {
  return {
    description: 'as many events as the bench asks for',
    // At noon the rate of the simulator is a third above its mean.
    eventsPerSecond: events / (windowMs / 1_000) / 1.325,
    incidents: [],
    backlogs: [],
  };
}

/** The Togai client of the monitor. */
export function connect({ url, token }: Served, requestsPerSecond: number) {
  const read = () => Promise.resolve(token);
  return connectTogai({
    baseUrl: url,
    credential: { read, readAgain: read },
    tokenSource: 'the bench',
    requestsPerSecond,
    clock: systemClock,
  });
}
