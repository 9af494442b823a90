import { SettingError } from '../functions/monitor/errors.ts';
import { durationInWords } from '../functions/monitor/timeline/duration.ts';
import { GENERATIONS, type Generation, type Switches } from '../simulator/behaviour-switches.ts';
import type { Fault } from '../simulator/faults.ts';
import { HISTORY_WITH_WORTH_MS, type Scenario, scenariosUnderWay } from '../simulator/scenarios.ts';
import { type Simulator, startSimulator } from '../simulator/server.ts';
import type { Surroundings } from './terminal.ts';

/** A switch that is absent is decided by the generation. */
export interface SimulateFlags extends Partial<Switches> {
  readonly api: Generation;
  readonly port: number;
  readonly seed: number;
  readonly scenario: string;
  readonly quota: number;
  readonly latencyMs: number;
  readonly fault: Partial<Record<Fault, number>> | undefined;
}

/**
 * Serves the simulated Togai until it is interrupted.
 *
 * @throws SettingError if it cannot listen on the port
 */
export async function simulate(flags: SimulateFlags, around: Surroundings): Promise<void> {
  const { clock, stdout, signal } = around;
  const start = clock.now();
  const scenario = scenariosUnderWay(start)[flags.scenario];
  if (!scenario) throw new Error(`no scenario ${flags.scenario}`);
  const simulator = await serve({
    ...flags,
    scenario: { ...scenario, historyMs: HISTORY_WITH_WORTH_MS },
    now: clock.now,
    switches: { ...GENERATIONS[flags.api], ...flags },
    faults: { rates: flags.fault ?? {} },
  });
  stdout.write(
    [
      `A simulated Togai is at ${simulator.url}; Ctrl-C ends it.`,
      `Scenario ${flags.scenario}: ${scenario.description}.`,
      `Its events have the times of your clock, in UTC.${spanOf(scenario, start)}`,
      'In another terminal:',
      `  TOGAI_TOKEN=${simulator.token} npx unmetered check --togai-base-url ${simulator.url}`,
      ...(scenario.incidents.length > 0
        ? ['To mend the cause at once:', `  curl ${simulator.url}/mend`]
        : []),
      '',
    ].join('\n'),
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await simulator.close();
}

/** When the incident of a scenario began, and when it ends. Empty without one. */
function spanOf({ incidents: [incident] }: Scenario, now: number): string {
  if (!incident) return '';
  const [since, left] = [now - incident.start, incident.end - now].map(durationInWords);
  return ` The incident began ${since} ago, and ends in ${left}.`;
}

async function serve(options: Parameters<typeof startSimulator>[0]): Promise<Simulator> {
  try {
    return await startSimulator(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EACCES' ? 'is not allowed for this user' : 'is taken';
    throw new SettingError(
      `--port: port ${options.port} ${why}; choose another one, or leave it out for a free one`,
      { cause: error },
    );
  }
}
