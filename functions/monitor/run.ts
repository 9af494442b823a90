import { countDue, fingerprintOf, judgeable } from './count-due.ts';
import { type Delivery, deliver } from './deliver.ts';
import { type MonitorError, SupersededError } from './errors.ts';
import type {
  BucketRecord,
  Clock,
  Connect,
  MonitorState,
  MonitorStore,
  Publisher,
  RequestStats,
} from './ports.ts';
import { addSamples } from './sample.ts';
import { Session } from './session.ts';
import { type Judged, judgeRun } from './steps/judge-run.ts';
import { noteOutcome } from './steps/outcome.ts';
import { newestSettledEnd, plan } from './steps/plan.ts';
import type { RunSettings } from './steps/run-settings.ts';
import { noteCounting, noteGap, noteSize } from './steps/state.ts';
import { HOUR_MS } from './steps/time.ts';
import { type Counting, frontierFrom, type Timeline, timelineOf } from './steps/timeline.ts';

export interface RunPorts {
  readonly store: MonitorStore;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly connect: Connect;
}

export interface RunRequest {
  /** The run's time, epoch ms: what is counted, judged and decided follows from it alone. */
  readonly at: number;
  /** Of this run alone. */
  readonly runId: string;
  readonly settings: RunSettings;
  /** How long the run may take at the most; another may take over after that. */
  readonly leaseMs: number;
  /** Ends the run at once. */
  readonly signal: AbortSignal;
  /** Ends the counting, early enough for the rest of the run. */
  readonly outOfTime: AbortSignal;
}

/**
 * - `finished`: everything that could be done was done
 * - `failed`: Togai could not be counted; what is known was judged and told
 * - `held`, `late`, `superseded`: another run works, or has worked, and this one did nothing more
 */
type RunOutcome = 'finished' | 'failed' | 'held' | 'late' | 'superseded';

/** What a run did: the one log line, the metrics and the exit code are made of it. */
export interface RunResult {
  readonly outcome: RunOutcome;
  readonly error?: MonitorError | undefined;
  /** How events were counted: it tells what a bucket is. */
  readonly counting?: Counting;
  readonly due?: number;
  readonly counted?: number;
  readonly partial?: number;
  readonly delivered?: number;
  readonly undelivered?: number;
  /** Why messages could not be delivered. */
  readonly problems?: readonly string[];
  readonly backlogMs?: number;
  readonly judged?: Judged | undefined;
  readonly firing?: readonly string[];
  readonly stats?: RequestStats | undefined;
}

/**
 * One run, top to bottom. Whatever kills it, the next run goes on where it was.
 *
 * @throws the reason of `signal` once that is aborted; what the store throws
 */
export async function run(ports: RunPorts, request: RunRequest): Promise<RunResult> {
  // 1. Take the lease; the buckets that planning needs are read meanwhile.
  let reading: Promise<Map<number, BucketRecord>> | undefined;
  const { repeatMs, counting: how, windowMs } = request.settings;
  const timeline = timelineOf(how, windowMs);
  const begun = await Session.begin(ports, { ...request, repeatMs }, (state) => {
    reading = knownBuckets(state, ports.store, request, timeline);
    // Awaited below, unless the run ends before.
    reading.catch(() => {});
  });
  if ('idle' in begun) return { outcome: begun.idle, firing: firingIn(begun.state) };
  const session = begun;
  try {
    // 2. Deliver what an earlier run decided but did not get out.
    let delivery = await deliver(session, ports, request, undefined);

    // 3. Plan.
    const { at } = request;
    const settings = session.refuseMute(request.settings);
    const known = (await reading) ?? new Map<number, BucketRecord>();
    const newestEnd = newestSettledEnd(at, settings.settleMs);
    session.change((state) => noteCounting(state, how, timeline, newestEnd));
    const { due, gap } = plan({
      ...planInput(session.state, request),
      timeline,
      counted: known.values(),
    });
    session.change((state) => noteGap(state, gap, { at, repeatMs: settings.repeatMs }));

    // 4. Count.
    const window = timeline.windowOf(newestEnd);
    const counting = await countDue(session, ports.connect, { ...request, window }, due, known);

    // 5. and 6. Judge, and decide what to tell.
    const from = session.state.frontier ?? window.start;
    const frontier = frontierFrom(timeline, from, known.values());
    const { thresholds } = settings;
    const judged = thresholds
      ? judgeRun({
          state: session.state,
          frontier,
          known: judgeable(known, settings),
          settings: { ...settings, thresholds },
          timeline,
          at,
        })
      : { state: { ...session.state, frontier }, newest: undefined };
    session.change(() => judged.state);
    session.change((state) => noteOutcome(state, counting.error, at, settings));
    session.change((state) => noteSize(state, known.values(), { at, repeatMs: settings.repeatMs }));

    if (how === 'metrics') await addSamples(session, counting.togai, ports.clock, request);

    // 7. Commit, then publish, then mark as delivered.
    await session.commit();
    delivery = add(delivery, await deliver(session, ports, request, counting.togai));

    // 8. Report, and give the lease back.
    await session.end();
    return {
      outcome: counting.error ? 'failed' : 'finished',
      error: counting.error,
      counting: how,
      due: due.length,
      counted: counting.counted,
      partial: counting.partial,
      ...delivery,
      backlogMs: Math.max(0, newestEnd - frontier),
      judged: judged.newest,
      firing: firingIn(session.state),
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

function firingIn({ alerts }: MonitorState): string[] {
  return alerts.filter(({ firing }) => firing).map(({ threshold }) => threshold);
}

function planInput(state: MonitorState, { at, settings }: RunRequest) {
  return {
    at,
    settleMs: settings.settleMs,
    maxCatchUpMs: settings.maxCatchUpMs,
    fingerprint: fingerprintOf(settings, state.timeField),
    frontier: state.frontier,
  };
}

/** The stored buckets that planning and judging need: from a window before the frontier on. */
async function knownBuckets(
  state: MonitorState,
  store: MonitorStore,
  { at, settings }: RunRequest,
  timeline: Timeline,
): Promise<Map<number, BucketRecord>> {
  const reach = at - Math.max(settings.maxCatchUpMs, settings.windowMs);
  // What was breached and has not been told is shown as it was then.
  const untold = state.alerts.flatMap(({ firing }) =>
    firing && !firing.told ? [firing.breachedAt] : [],
  );
  const outstanding = Math.min(state.frontier ?? at, state.judgedTo ?? at, at, ...untold);
  const oldest = Math.max(outstanding, reach);
  const begun = oldest - settings.settleMs - timeline.bucketMs;
  // An hour is what the size of buckets is judged by.
  const start = Math.min(timeline.windowOf(begun).start, begun - HOUR_MS);
  const records = await store.readBuckets({ start, end: at });
  return new Map(records.filter(timeline.owns).map((record) => [record.start, record]));
}

function add(first: Delivery, second: Delivery): Delivery {
  return {
    delivered: first.delivered + second.delivered,
    undelivered: second.undelivered,
    problems: second.problems,
  };
}
