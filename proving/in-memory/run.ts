import { invoke } from '../../functions/monitor/invoke.ts';
import type { SettingKey } from '../../functions/monitor/settings/all-settings.ts';
import { connectTogai } from '../../functions/monitor/togai/client.ts';
import type { EntryOf, Note } from '../history.ts';
import { type Counting, countingAt, MINUTE, type Scenario } from '../world/scenario.ts';
import { thresholdText } from '../world/world-settings.ts';
import type { SimulatedTable } from './dynamodb.ts';
import type { Faults } from './faults.ts';
import { Life } from './life.ts';
import { type KnownToken, simulatedCredential } from './secrets-manager.ts';
import { simulatedChannel } from './sns.ts';
import type { Timeline } from './timeline.ts';
import type { SimulatedTogai } from './togai.ts';
import { showsToken } from './tokens.ts';

/** As in `handler.ts`. */
const STOP_EARLY_MS = 5_000;
const STOP_COUNTING_EARLY_MS = 20_000;
const LEASE_MARGIN_MS = 30_000;
/** As in `infra/run-interval.ts`. */
const TIMEOUT_MARGIN_MS = MINUTE;

/** Everything around the runs. */
export interface SimulatedWorld {
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly togai: SimulatedTogai;
  readonly table: SimulatedTable;
}

export interface StartRun {
  readonly run: number;
  /** Epoch ms. */
  readonly scheduled: number;
  readonly known: KnownToken;
  readonly random: () => number;
  readonly note: (note: Note) => void;
}

/** One run, from its start to its end or its death. @returns its outcome, or `killed`, or `threw` */
export async function startRun(
  world: SimulatedWorld,
  { run, scheduled, known, random, note }: StartRun,
): Promise<string> {
  const { scenario, timeline, faults, togai, table } = world;
  const { now } = timeline;
  const death = faults.active('run-killed', now);
  const frozen = faults.active('run-frozen', now);
  const life = new Life(timeline, death, frozen);
  const skew = faults.strikes('clock-skew', now)?.ms ?? 0;
  const timeoutMs = timeoutOf(world);
  const { stop, softDeadline } = deadlines(timeline, life, timeoutMs, frozen !== undefined, note);
  const counting = countingAt(scenario, now);
  const begun = { at: Math.min(scheduled, now + skew), now: now + skew };
  note({ type: 'begun', ...begun, mayOversleep: frozen !== undefined, counting });

  let problem: string | undefined;
  let reported: Pick<EntryOf<'ended'>, 'source' | 'sourceReason'> = {};
  const log = (message: string, line: Readonly<Record<string, unknown>>) => {
    if (typeof line.problem === 'string') problem = line.problem;
    if (message === 'run') {
      const { source, sourceReason } = line;
      reported = { source, sourceReason } as typeof reported;
    }
    if (showsToken(message) || showsToken(JSON.stringify(line))) {
      note({ type: 'leaked', where: 'the log' });
    }
  };
  const ended = invoke(
    { time: new Date(scheduled).toISOString() },
    {
      environment: environmentOf(scenario, counting),
      credential: simulatedCredential(known, faults, timeline, life, note),
      openTogai: (options) =>
        connectTogai({ ...options, random, exchange: togai.exchange(life, note) }),
      store: table.store(life, note),
      channels: scenario.channels.map((name) =>
        simulatedChannel(name, { faults, timeline, table, life, note }),
      ),
      clock: life.clock(skew),
      runId: `run-${run}`,
      leaseMs: timeoutMs + LEASE_MARGIN_MS,
      signal: stop,
      softDeadline,
      log,
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
  if (outcome === 'killed' && death) faults.count('run-killed');
  if (frozen && timeline.now - now > frozen.ms) faults.count('run-frozen');
  const sleepers = outcome === 'killed' ? 0 : life.sleepers;
  note({ type: 'ended', outcome, problem, sleepers, ...reported });
  life.end();
  return outcome;
}

/** How long a run may take, ms. */
function timeoutOf({ scenario, faults, timeline }: SimulatedWorld): number {
  const short = faults.strikes('short-runs', timeline.now);
  return short?.timeoutMs ?? scenario.settings.runEveryMinutes * MINUTE - TIMEOUT_MARGIN_MS;
}

/** The signals of the soft and the hard deadline. A run that is still alive after its timeout is killed. */
function deadlines(
  timeline: Timeline,
  life: Life,
  timeoutMs: number,
  isFrozen: boolean,
  note: StartRun['note'],
): { readonly stop: AbortSignal; readonly softDeadline: AbortSignal } {
  const { now } = timeline;
  const stop = new AbortController();
  const softDeadline = new AbortController();
  const signals = { stop: stop.signal, softDeadline: softDeadline.signal };
  // A machine that was asleep stops no run when it wakes up: the run goes on.
  if (isFrozen) return signals;
  life.at(now + Math.max(1_000, timeoutMs - STOP_COUNTING_EARLY_MS), () => {
    note({ type: 'stopping', how: 'soft deadline' });
    softDeadline.abort(new Error('the soft deadline has passed'));
  });
  life.at(now + timeoutMs - STOP_EARLY_MS, () => {
    note({ type: 'stopping', how: 'hard deadline' });
    stop.abort(new Error('the hard deadline has passed'));
  });
  life.at(now + timeoutMs, () => life.kill());
  return signals;
}

function environmentOf({ settings }: Scenario, counting: Counting) {
  const ignoreList = (list: Scenario['settings']['ignoredAccounts']) =>
    list.map(({ name, lastDay }) => (lastDay ? `${name}@${lastDay}` : name)).join(', ');
  const texts: Partial<Record<SettingKey, string>> = {
    thresholds: settings.thresholds.map(thresholdText).join(', '),
    counting,
    windowMinutes: String(settings.windowMinutes),
    settleMinutes: String(settings.settleMinutes),
    minimumEvents: String(settings.minimumEvents),
    repeatMinutes: String(settings.repeatMinutes),
    maxCatchUpHours: String(settings.maxCatchUpHours),
    maxRequestsPerSecond: String(settings.maxRequestsPerSecond),
    ignoredAccounts: ignoreList(settings.ignoredAccounts),
    ignoredSchemas: ignoreList(settings.ignoredSchemas),
    ...(settings.digestDay && { digestDay: settings.digestDay }),
  };
  return { textOf: (key: SettingKey) => texts[key], dashboardUrl: '' };
}
