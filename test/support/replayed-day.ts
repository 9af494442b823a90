import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { scenarios } from '../../simulator/scenarios.ts';
import { startSimulator } from '../../simulator/server.ts';
import { cli, NOW } from './cli.ts';
import { createHurriedClock } from './clock.ts';
import { emptyFolder } from './folder.ts';

const MINUTE = 60_000;

/** The scripted day up to now, with the incident in the middle of the morning. */
export async function replay() {
  const day = NOW - 14 * 60 * MINUTE;
  const scenario = scenarios(day).incident;
  if (!scenario) throw new Error('no such scenario');
  const simulator = await startSimulator({ scenario, now: () => NOW, quota: 1e6 });
  onTestFinished(() => simulator.close());
  const state = join(emptyFolder(), 'state.json');
  let runs = 0;
  const runAt = (minutes: number, ...args: readonly string[]) => {
    runs++;
    return cli(
      [
        'run',
        '--state',
        state,
        '--at',
        new Date(day + minutes * MINUTE).toISOString(),
        '--togai-base-url',
        simulator.url,
        '--max-requests-per-second',
        '100',
        ...args,
      ],
      // Runs are a minute apart, so none waits for the requests of the run before.
      {
        env: { TOGAI_TOKEN: simulator.token },
        clock: createHurriedClock(() => NOW + runs * MINUTE),
      },
    );
  };
  return { state, runAt };
}
