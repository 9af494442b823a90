import { SettingError } from '../functions/monitor/errors.ts';
import { HOUR_MS, MINUTE_MS } from '../functions/monitor/timeline/time.ts';
import type { Fault } from '../simulator/faults.ts';
import { scenarios } from '../simulator/scenario.ts';
import { type Simulator, type Switches, startSimulator } from '../simulator/server.ts';
import type { Surroundings } from './terminal.ts';

export interface SimulateFlags extends Switches {
  readonly port: number;
  readonly seed: number;
  readonly scenario: string;
  readonly quota: number;
  readonly latencyMs: number;
  readonly fault: Partial<Record<Fault, number>> | undefined;
}

/** Where in the scripted day a simulation starts: the incident has been going on for forty minutes. */
const STARTS_AT_MS = 9 * HOUR_MS + 50 * MINUTE_MS;

/**
 * Serves the simulated Togai until it is interrupted.
 *
 * @throws SettingError where it cannot listen
 */
export async function simulate(flags: SimulateFlags, around: Surroundings): Promise<void> {
  const { clock, stdout, signal } = around;
  const scenario = scenarios(clock.now() - STARTS_AT_MS)[flags.scenario];
  if (!scenario) throw new Error(`no scenario ${flags.scenario}`);
  const simulator = await start({
    ...flags,
    scenario,
    now: clock.now,
    switches: flags,
    faults: { rates: flags.fault ?? {} },
  });
  stdout.write(
    [
      `A simulated Togai is at ${simulator.url}; Ctrl-C ends it.`,
      `Scenario ${flags.scenario}: ${scenario.description}; there it is 09:50 now.`,
      'In another terminal:',
      `  TOGAI_TOKEN=${simulator.token} npx unmetered check --togai-base-url ${simulator.url}`,
      '',
    ].join('\n'),
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await simulator.close();
}

async function start(options: Parameters<typeof startSimulator>[0]): Promise<Simulator> {
  try {
    return await startSimulator(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EACCES' ? 'is not allowed to this user' : 'is taken';
    throw new SettingError(
      `--port: port ${options.port} ${why}; choose another one, or leave it out for a free one`,
      { cause: error },
    );
  }
}
