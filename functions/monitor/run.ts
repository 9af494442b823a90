import { countRun } from './counting/count-run.ts';
import { crossCheck, differenceIn } from './counting/cross-check.ts';
import { noteOfNames } from './counting/note-of-names.ts';
import { piecesOf } from './counting/pieces.ts';
import { ClockAheadError, type MonitorError, SupersededError } from './errors.ts';
import type { CountingSource } from './events/counting-source.ts';
import { noteEntries } from './events/ignore-entries.ts';
import { type Pieces, rowFrom } from './events/pieces.ts';
import { advanceIncidents, type EvaluatedWindow } from './incidents/advance-incidents.ts';
import { withCycle } from './incidents/cycle.ts';
import { withSilencedEnds } from './incidents/heard-part.ts';
import type { Incident } from './incidents/incident.ts';
import { accountsIn, isKept } from './incidents/kept-incidents.ts';
import { noteArrivals } from './incidents/nothing-arrives.ts';
import { withoutUnheardEnds } from './incidents/reopen.ts';
import { noteDelivery, reachesPeople } from './incidents/undelivered.ts';
import { type EarlierCounts, NOTHING_STORED, readEarlierCounts } from './lease/earlier-counts.ts';
import { Session } from './lease/held-lease.ts';
import { withWatermark } from './lease/times-ahead.ts';
import {
  checkSubscriptions,
  type SubscriptionCheck,
} from './notifications/delivery/check-subscriptions.ts';
import { addDeliveries, deliver } from './notifications/delivery/deliver.ts';
import { isNothingToSay } from './notifications/delivery/needs-of.ts';
import { noteGrouping, noteSize, noteSources } from './notifications/failure-notes.ts';
import { noteGap } from './notifications/gap.ts';
import { noteOutcome } from './notifications/run-outcome.ts';
import { noteSilences } from './notifications/silence-notices.ts';
import { noteUnreadable } from './notifications/unreadable.ts';
import { noteWatching } from './notifications/watching-notice.ts';
import type {
  Channel,
  Clock,
  Connect,
  MonitorStore,
  RequestStats,
  Subscriptions,
} from './ports.ts';
import type { RunSettings } from './settings/run-settings.ts';
import { bucketStart } from './timeline/bucket.ts';
import { digestWeek } from './weekly-digest.ts';

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
  /** Whether a channel to people works, as far as is known. */
  readonly reachesPeople?: boolean;
  /** Why messages could not be delivered, and buckets not be stored. */
  readonly problems?: readonly string[];
  /** Left out where no check was due. */
  readonly subscriptions?: SubscriptionCheck | undefined;
  readonly backlogMs?: number;
  readonly evaluated?: EvaluatedWindow | undefined;
  /** The incidents that are open, and what is wrong with the monitor itself. */
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
  const { windowMs } = request.settings;
  const begun = await Session.begin(ports, request, (state) => {
    reading = readEarlierCounts(state, ports, request);
    // Awaited below, unless the run ends before.
    reading.catch(() => {});
  });
  if ('idle' in begun) return { outcome: begun.idle, open: openIn(begun.incidents) };
  const session = begun;
  try {
    await session.readIncidents();
    await session.silences.begin(request.scheduledTime);
    // 2. Say what is wrong with the monitor itself: a run that is killed while it counts says nothing later.
    const { scheduledTime: at, settings } = request;
    const { channels } = ports;
    session.change((state) => noteSilences(state, session.silences.list, at));
    let delivery = await deliver(session, ports, { ...request, facts: undefined }, undefined);

    // 3. Count.
    const stored = (await reading) ?? NOTHING_STORED;
    session.change((state) => noteUnreadable(state, ports.store.unreadable(), at));
    const before = () => piecesOf(stored.known.values(), stored.looks, at);
    session.change((state) => withWatermark(state, before, stored.readFrom));
    const followed = accountsIn(session.incidents);
    const countRequest = { ...request, now: ports.clock.now(), followed };
    const counting = await countRun(session, ports.connect, countRequest, stored);
    // With a clock that is ahead it is unknown which range was missed.
    const isClockRight = !(counting.error instanceof ClockAheadError);
    if (isClockRight) session.change((state) => noteGap(state, counting.gap, at));
    const names = noteOfNames(counting, settings.thresholds ?? []);
    session.change((state) => noteGrouping(state, { at, ...names }));
    const compared = crossCheck(stored.known, stored.looks, bucketStart(at));
    if (compared) session.change((state) => noteSources(state, { at, ...differenceIn(compared) }));

    // 4. Evaluate.
    const counted = piecesOf(stored.known.values(), stored.looks, counting.end);
    const reached = session.state.watermark ?? counting.end - windowMs;
    const watermark = rowFrom(counted, reached);
    const evaluated = evaluateRun(session, { request, counted, watermark, channels });
    const ignored = noteEntries(session.state.ignoreEntries, {
      entries: settings.ignoreEntries,
      counted: counted.list,
      newest: evaluated?.newest?.counts,
      watermark,
      at,
    });
    session.change((state) => ({
      ...noteSize(
        noteOutcome(state, counting.error, at, settings.problem),
        stored.known.values(),
        at,
      ),
      ignoreEntries: ignored.known,
      watermark: isClockRight ? watermark : state.watermark,
      ...evaluated?.state,
    }));
    if (evaluated) session.changeIncidents(evaluated.incidents);
    session.change((state) => noteArrivals(state, counted, stored.looks, at));
    const first = counting.error ? undefined : evaluated?.newest;
    session.change((state) => noteWatching(state, first, { ...settings, at, ...counting }));
    const subscriptions = await checkSubscriptions(session, ports, request);
    const weekly = await digestWeek(session, ports, request);

    // 5. Commit, then notify, each message with its record.
    const facts = {
      incidents: session.incidents,
      counted,
      // Without an evaluation in this run, what could not be delivered before is still due.
      end: session.state.evaluatedTo ?? watermark,
      windowMs,
      minimumEvents: settings.minimumEvents,
      thresholds: settings.thresholds ?? [],
      showsWorth: settings.showsWorth,
    };
    const { failed } = delivery;
    const messages = { ...request, facts, failed };
    await session.commit(isNothingToSay(session, ports.channels, messages));
    delivery = addDeliveries(delivery, await deliver(session, ports, messages, counting.togai));

    // 6. Report, and give the lease back.
    const used = channels.map(({ name }) => name);
    session.change((state) => noteDelivery(state, delivery.tried, used, at));
    await session.end();
    return {
      // A run that evaluates nothing must not look healthy.
      outcome: counting.error || !settings.thresholds ? 'failed' : 'finished',
      error: counting.error,
      settingsProblem: settings.problem,
      source: counting.source,
      sourceReason: counting.sourceReason,
      due: counting.due,
      counted: counting.counted,
      partial: counting.partial,
      ...delivery,
      reachesPeople: reachesPeople(session.state, channels),
      problems: [...delivery.problems, ...counting.problems, ...weekly],
      subscriptions,
      backlogMs: Math.max(0, counting.end - watermark),
      evaluated: evaluated?.newest,
      open: openIn(session.incidents),
      remarks: ignored.remarks,
      stats: counting.togai?.stats(),
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

/** The incidents after the newest window end; `undefined` where nothing can be evaluated. */
function evaluateRun(session: Session, { request, counted, watermark, channels }: EvaluateRun) {
  const { thresholds, minimumEvents, ignoreLists, windowMs } = request.settings;
  if (!thresholds) return undefined;
  const { alerts, rules, evaluatedTo } = session.state;
  const options = { thresholds, minimumEvents, ignoreLists };
  const known = { alerts, rules, incidents: session.incidents, evaluatedTo };
  const advanced = advanceIncidents({ ...known, watermark, counted, windowMs, options });
  if (!advanced.newest) return undefined;
  const graver = advanced.incidents.map((one) => withCycle(one, request.scheduledTime));
  const heard = withoutUnheardEnds(graver, session.incidents);
  const from = { incidents: heard, counted, end: watermark, windowMs, minimumEvents, thresholds };
  const times = { since: evaluatedTo, now: request.scheduledTime };
  const incidents = withSilencedEnds(heard, session.silences.list, from, times);
  return {
    newest: advanced.newest,
    incidents: incidents.filter((one) => isKept(one, watermark, windowMs, channels)),
    state: { alerts: advanced.alerts, rules: advanced.rules, evaluatedTo: watermark },
  };
}

interface EvaluateRun {
  readonly request: RunRequest;
  readonly counted: Pieces;
  readonly watermark: number;
  readonly channels: readonly Channel[];
}
