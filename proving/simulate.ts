import { invoke } from '../functions/monitor/invoke.ts';
import type { SettingKey } from '../functions/monitor/settings/table.ts';
import { connectTogai } from '../functions/monitor/togai/client.ts';
import { SimulatedAws } from './aws.ts';
import { Faults } from './faults.ts';
import type { Entry, Note } from './history.ts';
import { Life } from './life.ts';
import { createRandom } from './random.ts';
import {
  type Counting,
  countingAt,
  type FaultKind,
  MINUTE,
  ruleText,
  type Scenario,
} from './scenario.ts';
import { Timeline } from './timeline.ts';
import { SimulatedTogai, showsToken } from './togai.ts';
import type { TrueEvent } from './traffic.ts';

/** As in `handler.ts`. */
const STOP_EARLY_MS = 5_000;
const STOP_COUNTING_EARLY_MS = 20_000;
const LEASE_MARGIN_MS = 30_000;
/** As in `infra/run-interval.ts`. */
const TIMEOUT_MARGIN_MS = MINUTE;
/** After so many runs the function starts in another process. */
const RUNS_A_PROCESS = 40;

export interface Simulated {
  readonly struck: ReadonlyMap<FaultKind, number>;
  readonly largestState: number;
  readonly largestCounts: number;
}

/**
 * Lives through a scenario.
 *
 * @param events the truth
 * @param observe told of all that happens, in order
 */
export async function simulate(
  scenario: Scenario,
  events: readonly TrueEvent[],
  observe: (entry: Entry) => void,
): Promise<Simulated> {
  const timeline = new Timeline(scenario.start);
  const faults = new Faults(scenario);
  const togai = new SimulatedTogai(scenario, events, faults, timeline);
  const aws = new SimulatedAws(faults, timeline, togai);
  const random = createRandom(scenario.seed, 'jitter');
  let runs = 0;
  let warm: { token: string | undefined } = { token: undefined };

  async function start(scheduled: number): Promise<void> {
    const run = ++runs;
    const now = timeline.now;
    const note = (entry: Note) => observe({ time: timeline.now, run, ...entry } as Entry);
    const log = (message: string, line: Readonly<Record<string, unknown>>) => {
      if (showsToken(message) || showsToken(JSON.stringify(line))) {
        note({ type: 'leaked', where: 'the log' });
      }
    };
    const death = faults.active('run-killed', now);
    const frozen = faults.active('run-frozen', now);
    const life = new Life(timeline, death, frozen);
    const skew = faults.strikes('clock-skew', now)?.ms ?? 0;
    const short = faults.strikes('short-runs', now);
    const usual = scenario.settings.runEveryMinutes * MINUTE - TIMEOUT_MARGIN_MS;
    const timeoutMs = short?.timeoutMs ?? usual;
    if (run % RUNS_A_PROCESS === 0) warm = { token: undefined };

    const stop = new AbortController();
    const softDeadline = new AbortController();
    // As on a machine that was asleep: nobody stops the run from going on.
    const bounded = (at: number, action: () => void) => frozen || life.at(at, action);
    bounded(now + Math.max(1_000, timeoutMs - STOP_COUNTING_EARLY_MS), () => {
      note({ type: 'stopping', how: 'out of time' });
      softDeadline.abort(new Error('out of time'));
    });
    bounded(now + timeoutMs - STOP_EARLY_MS, () => {
      note({ type: 'stopping', how: 'told to stop' });
      stop.abort(new Error('told to stop'));
    });
    bounded(now + timeoutMs, () => life.kill());
    const begun = { at: Math.min(scheduled, now + skew), now: now + skew };
    const counting = countingAt(scenario, now);
    note({ type: 'begun', ...begun, mayOversleep: frozen !== undefined, counting });
    let problem: string | undefined;
    const ended = invoke(
      { time: new Date(scheduled).toISOString() },
      {
        environment: environmentOf(scenario, counting),
        credential: aws.credential(warm, life, note),
        openTogai: (options) =>
          connectTogai({
            ...options,
            random: () => random.next(),
            exchange: togai.exchange(life, note),
          }),
        store: aws.store(life, note),
        publisher: aws.publisher(life, note),
        clock: life.clock(skew),
        runId: `run-${run}`,
        leaseMs: timeoutMs + LEASE_MARGIN_MS,
        signal: stop.signal,
        softDeadline: softDeadline.signal,
        log: (message, line) => {
          if (typeof line.problem === 'string') problem = line.problem;
          log(message, line);
        },
        measure: () => {},
      },
    ).then(
      (result) => ('outcome' in result ? result.outcome : 'tested'),
      (error: unknown) => {
        problem = error instanceof Error ? error.message : String(error);
        log(error instanceof Error ? (error.stack ?? '') : '', {});
        return 'threw';
      },
    );
    const outcome = await Promise.race([ended, life.killed]);
    if (outcome === 'killed') {
      if (death) faults.count('run-killed');
      warm = { token: undefined };
    }
    if (frozen && timeline.now - now > frozen.ms) faults.count('run-frozen');
    note({
      type: 'ended',
      outcome,
      problem,
      sleepers: outcome === 'killed' ? 0 : life.sleepers,
    });
    life.end();
  }

  const interval = scenario.settings.runEveryMinutes * MINUTE;
  for (let scheduled = scenario.start; scheduled < scenario.end; scheduled += interval) {
    if (faults.strikes('runs-skipped', scheduled)) continue;
    const begin = () => void start(scheduled);
    timeline.at(scheduled + (faults.strikes('runs-delayed', scheduled)?.ms ?? 0), begin);
    const doubled = faults.strikes('runs-doubled', scheduled);
    if (doubled) timeline.at(scheduled + doubled.afterMs, begin);
  }
  await timeline.run();
  for (const _ of faults.all('token-rotated')) faults.count('token-rotated');
  const { largestState, largestCounts } = aws;
  return { struck: faults.struck, largestState, largestCounts };
}

function environmentOf({ settings }: Scenario, counting: Counting) {
  const ignoreEntries = (list: Scenario['settings']['ignoredAccounts']) =>
    list.map(({ name, lastDay }) => (lastDay ? `${name}@${lastDay}` : name)).join(', ');
  const texts: Partial<Record<SettingKey, string>> = {
    thresholds: settings.rules.map(ruleText).join(', '),
    counting,
    windowMinutes: String(settings.windowMinutes),
    settleMinutes: String(settings.settleMinutes),
    minimumEvents: String(settings.minimumEvents),
    repeatMinutes: String(settings.repeatMinutes),
    maxCatchUpHours: String(settings.maxCatchUpHours),
    maxRequestsPerSecond: String(settings.maxRequestsPerSecond),
    ignoredAccounts: ignoreEntries(settings.ignoredAccounts),
    ignoredSchemas: ignoreEntries(settings.ignoredSchemas),
  };
  return { textOf: (key: SettingKey) => texts[key], dashboardUrl: '' };
}
