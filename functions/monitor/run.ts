import type { CountedRun } from './counting/count-new-events.ts';
import { type MonitorError, SupersededError } from './errors.ts';
import type { CountingSource } from './events/counting-source.ts';
import type { EvaluatedWindow } from './incidents/advance-incidents.ts';
import type { Incident } from './incidents/incident.ts';
import { noteDelivery, reachesPeople } from './incidents/note-which-channels-work.ts';
import { type EarlierCounts, NOTHING_STORED, readEarlierCounts } from './lease/earlier-counts.ts';
import { Session } from './lease/run-session.ts';
import {
  checkSubscriptions,
  type SubscriptionCheck,
} from './notifications/delivery/check-subscriptions.ts';
import { addDeliveries, deliver } from './notifications/delivery/deliver.ts';
import {
  channelsWithNeeds,
  isNothingToSay,
} from './notifications/delivery/list-needed-notifications.ts';
import type {
  Channel,
  Clock,
  Connect,
  MonitorStore,
  RequestStats,
  Subscriptions,
} from './ports.ts';
import { countAndNote } from './run-counting.ts';
import { digestWeek } from './run-digest.ts';
import { evaluateAndNote, factsFor } from './run-evaluation.ts';
import type { RunSettings } from './settings/run-settings.ts';

export interface RunPorts {
  readonly store: MonitorStore;
  /** Each is notified by itself. */
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  readonly connect: Connect;
  /** Left out where messages are not published to a topic. */
  readonly subscriptions?: Subscriptions | undefined;
}

export interface RunRequest {
  /** The run's time, epoch ms. All counts, evaluations and decisions follow from it alone. */
  readonly scheduledTime: number;
  /** Of this run alone. */
  readonly runId: string;
  readonly settings: RunSettings;
  /** The longest time that the run may take. After that another run may take over. */
  readonly leaseMs: number;
  /** Ends the run at once. */
  readonly signal: AbortSignal;
  /** Ends the counting, early enough for the rest of the run. */
  readonly softDeadline: AbortSignal;
}

/**
 * - `finished`: everything that could be done was done.
 * - `failed`: Togai could not be counted, or there are no usable thresholds. All other steps were
 *   done.
 * - `held`, `late`, `superseded`: another run works, or has worked. This one did nothing more.
 */
type RunOutcome = 'finished' | 'failed' | 'held' | 'late' | 'superseded';

/** The result of a run. The log line, the metrics and the exit code are made of it. */
export interface RunResult {
  readonly outcome: RunOutcome;
  readonly error?: MonitorError | undefined;
  /** Sentences about settings that cannot be used; empty if there are none. */
  readonly settingsProblem?: string;
  /** Where the counts come from. */
  readonly source?: CountingSource;
  /** Why, in a sentence. */
  readonly sourceReason?: string;
  readonly due?: number;
  readonly counted?: number;
  readonly partial?: number;
  readonly delivered?: number;
  readonly undelivered?: number;
  /** Whether a channel to people works, as far as is known. */
  readonly reachesPeople?: boolean;
  /** Why messages could not be delivered, and buckets not be stored. */
  readonly problems?: readonly string[];
  /** Left out where no check was due. */
  readonly subscriptions?: SubscriptionCheck | undefined;
  readonly backlogMs?: number;
  readonly evaluated?: EvaluatedWindow | undefined;
  /** The incidents that are open, and the failures of the monitor itself. */
  readonly open?: readonly Incident[];
  /** Sentences about settings that are probably mistakes, each said once. */
  readonly remarks?: readonly string[];
  readonly stats?: RequestStats | undefined;
}

/**
 * One run, top to bottom. If it is killed at any step, the next run goes on from there.
 *
 * @throws the reason of `signal` once that is aborted; errors of the store
 */
export async function run(ports: RunPorts, request: RunRequest): Promise<RunResult> {
  // 1. Take the lease; the counts and incidents that the run needs are read meanwhile.
  let reading: Promise<EarlierCounts> | undefined;
  const begun = await Session.begin(ports, request, (state) => {
    reading = readEarlierCounts(state, ports, request);
    // Awaited below, unless the run ends before.
    reading.catch(() => {});
  });
  if ('idle' in begun) return { outcome: begun.idle, open: openIn(begun.incidents) };
  const session = begun;
  const { scheduledTime: at, settings } = request;
  const { channels } = ports;
  try {
    await session.readIncidents();
    await session.silences.begin(at);
    // 2. Notify failures of the monitor: a run that is killed while it counts says nothing later.
    const first = await deliver(session, ports, { ...request, facts: undefined }, undefined);

    // 3. Count.
    const stored = (await reading) ?? NOTHING_STORED;
    const counting = await countAndNote(session, ports, request, stored);

    // 4. Evaluate.
    const evaluated = evaluateAndNote(session, { ...request, channels }, stored, counting);
    const subscriptions = await checkSubscriptions(session, ports, request);
    const weekly = await digestWeek(session, ports, request);

    // 5. Commit, then notify, each message with its record.
    const facts = factsFor(session, settings, evaluated);
    const messages = { ...request, facts, failed: first.failed };
    await session.commit(isNothingToSay(session, channels, messages));
    const second = await deliver(session, ports, messages, counting.togai);

    // 6. Report, and give the lease back.
    const delivery = addDeliveries(first, second);
    const waiting = channelsWithNeeds(session, channels, messages);
    session.change((state) => noteDelivery(state, delivery.tried, waiting, at));
    await session.end();
    return {
      // A run that evaluates nothing must not look healthy.
      outcome: counting.error || !settings.thresholds ? 'failed' : 'finished',
      settingsProblem: settings.problem,
      ...countsOf(counting),
      ...delivery,
      reachesPeople: reachesPeople(session.state, channels),
      problems: [...delivery.problems, ...counting.problems, ...weekly],
      subscriptions,
      backlogMs: Math.max(0, counting.end - evaluated.watermark),
      evaluated: evaluated.newest,
      open: openIn(session.incidents),
      remarks: evaluated.remarks,
    };
  } catch (error) {
    if (error instanceof SupersededError) {
      return { outcome: 'superseded', open: openIn(session.incidents) };
    }
    if (request.signal.aborted) await session.abandon();
    throw error;
  }
}

function openIn(incidents: readonly Incident[]): Incident[] {
  return incidents.filter(({ end }) => !end);
}

function countsOf({ error, source, sourceReason, due, counted, partial, togai }: CountedRun) {
  return { error, source, sourceReason, due, counted, partial, stats: togai?.stats() };
}
