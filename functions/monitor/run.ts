import { noteCounting } from './counting/change-of-counting.ts';
import { configHashOf, countDue, currentGroups } from './counting/count-due.ts';
import { failedKnownByGroup } from './counting/metrics/metric-queries.ts';
import { plan } from './counting/plan.ts';
import { newestSettledEnd } from './counting/settling.ts';
import { ClockAheadError, type MonitorError, SupersededError } from './errors.ts';
import type { BucketRecord } from './events/bucket-record.ts';
import { noteEntries } from './events/ignore-entries.ts';
import { advanceAlerts, type EvaluatedWindow } from './incidents/advance-alerts.ts';
import { Session } from './lease/held-lease.ts';
import { NOTHING_STORED, readStoredBuckets, type StoredBuckets } from './lease/stored-buckets.ts';
import { withWatermark } from './lease/times-ahead.ts';
import type { MonitorState } from './monitor-state.ts';
import { addSamples } from './notifications/delivery/add-samples.ts';
import {
  checkSubscriptions,
  type SubscriptionCheck,
} from './notifications/delivery/check-subscriptions.ts';
import { addDeliveries, deliver } from './notifications/delivery/deliver.ts';
import { noteGap } from './notifications/gap.ts';
import { noteSize } from './notifications/monitor-failures.ts';
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
import { type Counting, type Timeline, timelineOf } from './timeline/timeline.ts';
import { watermarkFrom } from './timeline/watermark.ts';

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
  /** How events were counted: by events a bucket is five minutes long, by metrics an hour. */
  readonly counting?: Counting;
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
  let reading: Promise<StoredBuckets> | undefined;
  const { repeatMs, counting: how, windowMs } = request.settings;
  const timeline = timelineOf(how, windowMs);
  const begun = await Session.begin(ports, { ...request, repeatMs }, (state) => {
    reading = readStoredBuckets(state, ports, request, timeline);
    // Awaited below, unless the run ends before.
    reading.catch(() => {});
  });
  if ('idle' in begun) return { outcome: begun.idle, firing: firingIn(begun.state) };
  const session = begun;
  try {
    // 2. Deliver the messages that earlier runs left in the outbox.
    let delivery = await deliver(session, ports, request, undefined);

    // 3. Plan.
    const { scheduledTime, settings } = request;
    const { known, lost, readFrom } = (await reading) ?? NOTHING_STORED;
    const newestEnd = newestSettledEnd(scheduledTime, settings.settleMs);
    const note = { at: scheduledTime, repeatMs };
    session.change((state) => noteUnreadable(state, ports.store.unreadable(), scheduledTime));
    session.change((state) => withWatermark(state, timeline, [...known.values()], readFrom));
    session.change((state) => noteCounting(state, how, timeline, newestEnd));
    const { due, gap } = plan({
      ...planInput(session.state, request),
      timeline,
      counted: known.values(),
      lost,
    });

    // 4. Count.
    const window = timeline.windowOf(newestEnd);
    const dueRequest = { ...request, timeline, window };
    const counting = await countDue(session, ports.connect, dueRequest, due, known);
    // With a clock that is ahead it is unknown which range was missed.
    const isClockRight = !(counting.error instanceof ClockAheadError);
    if (isClockRight) session.change((state) => noteGap(state, gap, note));

    // 5. Evaluate.
    const reached = session.state.watermark ?? window.start;
    const watermark = watermarkFrom(timeline, reached, known.values());
    const evaluated = evaluateRun(session.state, { request, timeline, known, watermark });
    const ignored = noteEntries(session.state.ignoreEntries, {
      entries: settings.ignoreEntries,
      counted: [...known.values()],
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

    // 6. Decide on notifications.
    if (evaluated) {
      const notified = notifyAlerts({
        ...evaluated,
        outbox: session.state.outbox,
        options: {
          ...evaluated.options,
          repeatMs,
          muted: mute.muted,
          failedKnown: failedKnownByGroup(how, evaluated.options.thresholds),
        },
        scheduledTime,
      });
      session.change((state) => ({ ...state, ...notified, evaluatedTo: watermark }));
    }
    const problem = [settings.problem, mute.problem].filter((text) => text !== '').join(' ');
    session.change((state) =>
      noteOutcome(state, counting.error, scheduledTime, { problem, repeatMs }),
    );
    session.change((state) => noteSize(state, known.values(), note));
    if (how === 'metrics') await addSamples(session, counting.togai, ports.clock, request);
    const subscriptions = await checkSubscriptions(session, ports, request);

    // 7. Commit, then publish, then mark as delivered.
    await session.commit();
    delivery = addDeliveries(delivery, await deliver(session, ports, request, counting.togai));

    // 8. Report, and give the lease back.
    await session.end();
    return {
      // A run that evaluates nothing must not look healthy.
      outcome: counting.error || !settings.thresholds ? 'failed' : 'finished',
      error: counting.error,
      settingsProblem: problem,
      counting: how,
      due: due.length,
      counted: counting.counted,
      partial: counting.partial,
      ...delivery,
      problems: [...delivery.problems, ...counting.problems],
      subscriptions,
      backlogMs: Math.max(0, newestEnd - watermark),
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
  { request, timeline, known, watermark }: EvaluateRun,
) {
  const { thresholds, minimumEvents, ignoreLists } = request.settings;
  if (!thresholds) return undefined;
  const input = {
    watermark,
    known: currentGroups(known, request.settings),
    options: { thresholds, minimumEvents, ignoreLists },
    timeline,
  };
  const advanced = advanceAlerts({ ...input, alerts, evaluatedTo });
  return advanced.newest && { ...input, ...advanced };
}

interface EvaluateRun {
  readonly request: RunRequest;
  readonly timeline: Timeline;
  readonly known: ReadonlyMap<number, BucketRecord>;
  readonly watermark: number;
}

function firingIn({ alerts }: MonitorState): string[] {
  return alerts.filter(({ firing }) => firing).map(({ threshold }) => threshold);
}

function planInput(state: MonitorState, { scheduledTime, settings }: RunRequest) {
  return {
    scheduledTime,
    settleMs: settings.settleMs,
    maxCatchUpMs: settings.maxCatchUpMs,
    configHash: configHashOf(settings, state.timeField),
    watermark: state.watermark,
  };
}
