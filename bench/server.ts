/** A simulated Togai in a process of its own, so that its CPU time is not part of a figure. */
import { subscribe } from 'node:diagnostics_channel';
import { type SimulatorOptions, startSimulator } from '../simulator/server.ts';
import { mostInASecond } from './rolling.ts';

export interface ServerOptions extends Omit<SimulatorOptions, 'now'> {
  /** The simulated time, epoch ms; it stands still. */
  readonly at: number;
}

export interface ServerReport {
  readonly requests: number;
  readonly throttled: number;
  /** The largest number of requests that arrived in any one second. */
  readonly mostInASecond: number;
}

const arrivals: number[] = [];
let throttled = 0;
subscribe('http.server.request.start', () => arrivals.push(performance.now()));
subscribe('http.server.response.finish', (message) => {
  const { response } = message as { response: { statusCode: number } };
  if (response.statusCode === 429) throttled++;
});

const { at, ...options }: ServerOptions = JSON.parse(process.argv[2] ?? '{}');
const simulator = await startSimulator({ ...options, now: () => at });
process.on('message', () => {
  const report: ServerReport = {
    requests: arrivals.length,
    throttled,
    mostInASecond: mostInASecond(arrivals),
  };
  process.send?.(report, () => process.exit());
});
process.send?.({ url: simulator.url, token: simulator.token });
