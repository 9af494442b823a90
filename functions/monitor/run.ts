import { countRun } from './counting/count-run.ts';
import { crossCheck, differenceIn } from './counting/cross-check.ts';
import { noteOfNames } from './counting/note-of-names.ts';
import { piecesOf } from './counting/pieces.ts';
import { ClockAheadError, type MonitorError, SupersededError } from './errors.ts';
import type { CountingSource } from './events/counting-source.ts';
import { noteEntries } from './events/ignore-entries.ts';
import { type Pieces, rowFrom } from './events/pieces.ts';
import { advanceAlerts, type EvaluatedWindow } from './incidents/advance-alerts.ts';
import { type EarlierCounts, NOTHING_STORED, readEarlierCounts } from './lease/earlier-counts.ts';
import { Session } from './lease/held-lease.ts';
import { withWatermark } from './lease/times-ahead.ts';
import type { MonitorState } from './monitor-state.ts';
import { addSamples } from './notifications/delivery/add-samples.ts';
import {
  checkSubscriptions,
  type SubscriptionCheck,
} from './notifications/delivery/check-subscriptions.ts';
import { addDeliveries, deliver } from './notifications/delivery/deliver.ts';
import { noteGap } from './notifications/gap.ts';
import { noteGrouping, noteSize, noteSources } from './notifications/monitor-failures.ts';
import { notifyAlerts } from './notifications/notify-alerts.ts';
import { noteOutcome } from './notifications/run-outcome.ts';
import { noteUnreadable } from './notifications/unreadable.ts';
import type {
  Clock,
  Connect,
  MonitorStore,
  Publisher,
  RequestStats,
  Subscriptions,
} from './ports.ts';
import { muteAt } from './settings/mute-until.ts';
import type { RunSettings } from './settings/run-settings.ts';
import { bucketStart } from './timeline/bucket.ts';

export interface RunPorts {
  readonly store: MonitorStore;
  readonly publisher: Publisher;
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
 * - `finished`: everything that could be done was done
 * - `failed`: Togai could not be counted, or there are no usable thresholds; all other steps were done
 * - `held`, `late`, `superseded`: another run works, or has worked, and this one did nothing more
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
  /** Why messages could not be delivered, and buckets not be stored. */
  readonly problems?: readonly string[];
  /** Left out where no check was due. */
  readonly subscriptions?: SubscriptionCheck | undefined;
  readonly backlogMs?: number;
  readonly evaluated?: EvaluatedWindow | undefined;
  readonly firing?: readonly string[];
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
  // 1. Take the lease; the buckets that planning needs are read meanwhile.
  let reading: Promise<EarlierCounts> | undefined;
  const { repeatMs, windowMs } = request.settings;
  const begun = await Session.begin(ports, { ...request, repeatMs }, (state) => {
    reading = readEarlierCounts(state, ports, request);
    // Awaited below, unless the run ends before.
    reading.catch(() => {});
  });
  if ('idle' in begun) return { outcome: begun.idle, firing: firingIn(begun.state) };
  const session = begun;
  try {
    // 2. Deliver the messages that earlier runs left in the outbox.
    let delivery = await deliver(session, ports, request, undefined);

    // 3. Count.
    const { scheduledTime, settings } = request;
    const stored = (await reading) ?? NOTHING_STORED;
    const note = { at: scheduledTime, repeatMs };
    session.change((state) => noteUnreadable(state, ports.store.unreadable(), scheduledTime));
    const before = piecesOf(stored.known.values(), stored.looks, scheduledTime);
    session.change((state) => withWatermark(state, before, stored.readFrom));
    const countRequest = { ...request, now: ports.clock.now() };
    const counting = await countRun(session, ports.connect, countRequest, stored);
    // With a clock that is ahead it is unknown which range was missed.
    const isClockRight = !(counting.error instanceof ClockAheadError);
    if (isClockRight) session.change((state) => noteGap(state, counting.gap, note));
    const names = noteOfNames(counting, settings.thresholds ?? []);
    session.change((state) => noteGrouping(state, { ...note, ...names }));
    const compared = crossCheck(stored.known, stored.looks, bucketStart(scheduledTime));
    if (compared)
      session.change((state) => noteSources(state, { ...note, ...differenceIn(compared) }));

    // 4. Evaluate.
    const counted = piecesOf(stored.known.values(), stored.looks, counting.end);
    const reached = session.state.watermark ?? counting.end - windowMs;
    const watermark = rowFrom(counted, reached);
    const evaluated = evaluateRun(session.state, { request, counted, watermark });
    const ignored = noteEntries(session.state.ignoreEntries, {
      entries: settings.ignoreEntries,
      counted: counted.list,
      newest: evaluated?.newest?.counts,
      watermark,
      at: scheduledTime,
    });
    session.change((state) => ({ ...state, ignoreEntries: ignored.known }));
    const mute = muteAt(settings.mute, session.state.refusedMute, scheduledTime);
    session.change((state) => ({
      ...state,
      watermark: isClockRight ? watermark : state.watermark,
      refusedMute: mute.refused,
    }));

    // 5. Decide on notifications.
    if (evaluated) {
      const notified = notifyAlerts({
        ...evaluated,
        outbox: session.state.outbox,
        options: { ...evaluated.options, repeatMs, muted: mute.muted },
        scheduledTime,
      });
      session.change((state) => ({ ...state, ...notified, evaluatedTo: watermark }));
    }
    const problem = [settings.problem, mute.problem].filter((text) => text !== '').join(' ');
    session.change((state) =>
      noteOutcome(state, counting.error, scheduledTime, { problem, repeatMs }),
    );
    session.change((state) => noteSize(state, stored.known.values(), note));
    await addSamples(session, counting.togai, ports.clock, request);
    const subscriptions = await checkSubscriptions(session, ports, request);

    // 6. Commit, then publish, then mark as delivered.
    await session.commit();
    delivery = addDeliveries(delivery, await deliver(session, ports, request, counting.togai));

    // 7. Report, and give the lease back.
    await session.end();
    return {
      // A run that evaluates nothing must not look healthy.
      outcome: counting.error || !settings.thresholds ? 'failed' : 'finished',
      error: counting.error,
      settingsProblem: problem,
      source: counting.source,
      sourceReason: counting.sourceReason,
      due: counting.due,
      counted: counting.counted,
      partial: counting.partial,
      ...delivery,
      problems: [...delivery.problems, ...counting.problems],
      subscriptions,
      backlogMs: Math.max(0, counting.end - watermark),
      evaluated: evaluated?.newest,
      firing: firingIn(session.state),
      remarks: ignored.remarks,
      stats: counting.togai?.stats(),
    };
  } catch (error) {
    if (error instanceof SupersededError) {
      return { outcome: 'superseded', firing: firingIn(session.state) };
    }
    if (request.signal.aborted) await session.abandon();
    throw error;
  }
}

/** The alerts after the newest window end; `undefined` where nothing can be evaluated. */
function evaluateRun(
  { alerts, evaluatedTo }: MonitorState,
  { request, counted, watermark }: EvaluateRun,
) {
  const { thresholds, minimumEvents, ignoreLists, windowMs } = request.settings;
  if (!thresholds) return undefined;
  const options = { thresholds, minimumEvents, ignoreLists };
  const input = { watermark, counted, windowMs, options };
  const advanced = advanceAlerts({ ...input, alerts, evaluatedTo });
  return advanced.newest && { ...input, ...advanced };
}

interface EvaluateRun {
  readonly request: RunRequest;
  readonly counted: Pieces;
  readonly watermark: number;
}

function firingIn({ alerts }: MonitorState): string[] {
  return alerts.filter(({ firing }) => firing).map(({ threshold }) => threshold);
}
