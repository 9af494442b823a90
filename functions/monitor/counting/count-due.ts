import { type MonitorError, RefusedItemError, TogaiError } from '../errors.ts';
import type { BucketRecord } from '../events/bucket-record.ts';
import { createCounter } from '../events/counter.ts';
import { entriesIn } from '../events/counts.ts';
import type { TimeField } from '../events/event.ts';
import { noteGrouping } from '../notifications/monitor-failures.ts';
import type { Connect, ConnectedTogai, RequestStats } from '../ports.ts';
import { BUCKET_MS, type Bucket } from '../timeline/bucket.ts';
import type { Range } from '../timeline/time.ts';
import { isCountedToEnd, isOpen, type Timeline } from '../timeline/timeline.ts';
import { type BucketCount, type Count, isReason } from './count.ts';
import type { CountingSession } from './counting-session.ts';
import { count } from './listing/count-buckets.ts';
import { countHours } from './metrics/count-hours.ts';
import { noteOfGrouping } from './metrics/grouping.ts';
import { withoutGroups } from './metrics/metric-answers.ts';
import { metricsDigest } from './metrics/metric-queries.ts';
import type { CountingOptions } from './options.ts';
import type { DueBucket } from './plan.ts';

/** Runs in which others succeeded, after which a bucket that always fails is given up. */
const MAX_BUCKET_FAILURES = 3;

/** How many buckets back to look for one whose size says how large the next may be. */
const MAX_NEIGHBOURS = 6;

interface CountDueRequest {
  readonly scheduledTime: number;
  readonly settings: CountingOptions;
  readonly timeline: Timeline;
  /** The newest. */
  readonly window: Range;
  readonly signal: AbortSignal;
  readonly softDeadline: AbortSignal;
}

const NOTHING = createCounter({ accounts: new Set(), schemas: new Set() }).finish();

type Kept = Pick<BucketCount, 'counts' | 'timeField'>;

/** Names what a bucket is counted under: who is ignored, and by which time events belong to it or what Togai is asked for. */
export function configHashOf(
  { ignoreListsHash, counting, thresholds = [] }: CountingOptions,
  timeField: TimeField = 'createdAt',
): string {
  return `${ignoreListsHash}.${counting === 'metrics' ? metricsDigest(thresholds) : timeField}`;
}

/** What is known, for evaluating: counting by metrics, groups that were asked for under other rules are left out. */
export function currentGroups(
  known: ReadonlyMap<number, BucketRecord>,
  { counting, thresholds = [] }: CountingOptions,
): ReadonlyMap<number, BucketRecord> {
  if (counting === 'events') return known;
  const asked = metricsDigest(thresholds);
  return new Map(
    [...known].map(([start, record]) => {
      const isStale = !record.configHash.endsWith(`.${asked}`);
      return [start, isStale ? { ...record, counts: withoutGroups(record.counts) } : record];
    }),
  );
}

/** What came of counting. */
interface CountedDue {
  /** Complete buckets. */
  readonly counted: number;
  /** Buckets that were given up, and are kept as lower bounds. */
  readonly partial: number;
  /** Why the run counts as failed, where it does. */
  readonly error: MonitorError | undefined;
  /** Why buckets could not be stored. */
  readonly problems: readonly string[];
  /** To ask more, where it could be connected to. */
  readonly togai: ConnectedTogai | undefined;
}

/** Counts what is due; each bucket is stored when its last page is in, and joins those that are known. */
export async function countDue(
  session: CountingSession,
  connect: Connect,
  request: CountDueRequest,
  due: readonly DueBucket[],
  known: Map<number, BucketRecord>,
): Promise<CountedDue> {
  const { scheduledTime, settings, signal, softDeadline } = request;
  const nothing = { counted: 0, partial: 0, problems: [] };
  if (due.length === 0) return { ...nothing, error: undefined, togai: undefined };

  const byMetrics = settings.counting === 'metrics';
  const before = new Map([...known].filter(([start]) => start >= request.window.start));
  const keep = async ({ start, end }: Bucket, { counts, timeField }: Kept, partial: boolean) => {
    const isOpenHour = byMetrics && isOpen({ start, end }, request.timeline);
    const record: BucketRecord = {
      start,
      ...(byMetrics && { end }),
      times: isOpenHour ? 0 : (known.get(start)?.times ?? 0) + 1,
      countedAt: scheduledTime,
      inProgress: counts.byStatus.get('INGESTION_IN_PROGRESS') ?? 0,
      partial,
      configHash: configHashOf(settings, timeField),
      runNumber: session.state.runNumber,
      counts,
    };
    await session.saveBucket(record);
    known.set(start, record);
  };

  let togai: CountedDue['togai'];
  try {
    await session.coolDown(settings.coolDownMs, { signal, softDeadline });
    togai = await connect(session.rejectionLimiter);
    session.watchRetryAfter(togai);
    const buckets = due.map(({ bucket }) => bucket);
    const shared = {
      ignoreLists: settings.ignoreLists,
      signal,
      softDeadline,
      onBucket: (counted: BucketCount) => keep(counted.bucket, counted, false),
    };
    const { thresholds = [], repeatMs } = settings;
    const hours = byMetrics
      ? await countHours(togai, { ...shared, hours: buckets, thresholds })
      : undefined;
    const result: Count =
      hours ??
      (await count(togai, {
        ...shared,
        buckets,
        ...(session.state.timeField && { timeField: session.state.timeField }),
        workers: settings.workers,
        expected: (bucket) => entriesNear(known, bucket.start),
      }));
    if (result.complete.length > 0) {
      const note = hours
        ? noteOfGrouping(hours.grouping, thresholds, before)
        : { what: undefined, isOver: true };
      session.change((state) => noteGrouping(state, { at: scheduledTime, ...note, repeatMs }));
    }
    const partial = await givingUp(session, request, result, due, known, keep, togai.stats());
    if (!byMetrics && !result.filteredHere) {
      session.change((state) => ({ ...state, timeField: result.timeField }));
    }
    return {
      counted: result.complete.length,
      partial,
      error: errorOf(result, partial, due, known),
      problems: result.failed
        .map(({ error }) => error)
        .filter((error) => error instanceof RefusedItemError)
        .map(({ message }) => message),
      togai,
    };
  } catch (error) {
    if (!isReason(error)) throw error;
    return { ...nothing, error, togai };
  }
}

/** How many entries a bucket had when it was counted before, else one of the last before it. */
function entriesNear(known: ReadonlyMap<number, BucketRecord>, start: number): number | undefined {
  for (let back = 0; back <= MAX_NEIGHBOURS; back++) {
    const record = known.get(start - back * BUCKET_MS);
    if (record && !record.partial) return entriesIn(record.counts);
  }
  return undefined;
}

/** Saves as lower bounds, for good, what would block for ever: too large for a whole run, or failing again and again. */
async function givingUp(
  session: CountingSession,
  { softDeadline }: CountDueRequest,
  result: Count,
  due: readonly DueBucket[],
  known: ReadonlyMap<number, BucketRecord>,
  keep: (bucket: Bucket, kept: Kept, partial: boolean) => Promise<void>,
  { throttled, retries }: RequestStats,
): Promise<number> {
  const bucketFailures: Record<string, number> = {};
  const failedBefore = (start: number) => session.state.bucketFailures[start] ?? 0;
  let partial = 0;
  // The first in line had the whole run's time. That it did not fit is its size if it holds most of what did not
  // end and nothing slowed it down, or if it happens again and again.
  const first = softDeadline.aborted ? due[0]?.bucket.start : undefined;
  const unended = result.unfinished.reduce((sum, { counts }) => sum + entriesIn(counts), 0);
  for (const unfinished of result.unfinished) {
    const { start } = unfinished.bucket;
    if (start !== first || known.has(start)) continue;
    const pagesCame = entriesIn(unfinished.counts) > 0;
    const tooLarge =
      pagesCame &&
      throttled === 0 &&
      retries === 0 &&
      !result.filteredHere &&
      2 * entriesIn(unfinished.counts) > unended;
    const times = failedBefore(start) + (pagesCame || result.complete.length > 0 ? 1 : 0);
    if (!tooLarge && times < MAX_BUCKET_FAILURES) {
      bucketFailures[start] = times;
      continue;
    }
    await keep(unfinished.bucket, unfinished, true);
    partial++;
  }
  // An hour that is open is counted anew anyway, and one that was is not closed by a failure.
  const open = new Set(due.filter(({ reason }) => reason === 'open').map(({ bucket }) => bucket));
  const isCounted = (bucket: Bucket) => isCountedToEnd(known.get(bucket.start), bucket);
  for (const { bucket } of result.failed) {
    if (open.has(bucket)) continue;
    const times = failedBefore(bucket.start) + (result.complete.length > 0 ? 1 : 0);
    if (times < MAX_BUCKET_FAILURES || isCounted(bucket)) {
      bucketFailures[bucket.start] = times;
      continue;
    }
    // Of an hour that was counted while it was open so much is known.
    const counts = known.get(bucket.start)?.counts ?? NOTHING;
    await keep(bucket, { counts, timeField: result.timeField }, true);
    partial++;
  }
  session.change((state) => ({ ...state, bucketFailures }));
  return partial;
}

/**
 * Why a run counts as failed: Togai stopped it, nothing at all could be counted, or the first in line had all
 * the time and holds up those behind it.
 */
function errorOf(
  { stopped, failed, complete, unfinished }: Count,
  partial: number,
  due: readonly DueBucket[],
  known: ReadonlyMap<number, BucketRecord>,
): MonitorError | undefined {
  if (stopped) return stopped;
  // Without the open hour the newest window is not known, whatever else was counted.
  const open = due.find(({ reason }) => reason === 'open')?.bucket;
  const blind = failed.find(({ bucket }) => bucket === open);
  if (blind) return blind.error;
  const [first] = due;
  const held = unfinished.some(
    ({ bucket }) => bucket === first?.bucket && !known.has(bucket.start),
  );
  const nothingToDo = failed.length + unfinished.length === 0;
  if (!held && (complete.length + partial > 0 || nothingToDo)) return undefined;
  const slow =
    'GET /events did not come to the end of the oldest bucket in the time of a run: Togai answers slowly or is throttling; look at its status, at the quota and at MaxRequestsPerSecond';
  return failed[0]?.error ?? new TogaiError('unavailable', slow);
}
