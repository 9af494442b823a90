import { type MonitorError, RefusedItemError, TogaiError } from '../errors.ts';
import type { BucketRecord } from '../events/bucket-record.ts';
import { createCounter } from '../events/counter.ts';
import { entriesIn } from '../events/counts.ts';
import type { TimeField } from '../events/event.ts';
import { IN_PROGRESS } from '../events/status-groups.ts';
import type { ConnectedTogai, RequestStats } from '../ports.ts';
import type { Bucket } from '../timeline/bucket.ts';
import type { BucketCount, Count } from './count-result.ts';
import type { CountDueRequest, CountingSession } from './counting-input.ts';
import type { CountingOptions } from './counting-settings.ts';
import { count } from './listing/count-buckets.ts';
import { timeFieldAfter, timeFieldOf } from './prove-list.ts';
import type { DueBucket } from './which-buckets-are-due.ts';

/** Runs in which others succeeded, after which a bucket that always fails is given up. */
const MAX_BUCKET_FAILURES = 3;

const NOTHING = createCounter({ accounts: new Set(), schemas: new Set() }).finish();

type Kept = Pick<BucketCount, 'counts' | 'timeField'>;

/** Changes with the ignore lists, and with the time field of the bucket. */
export function configHashOf(
  { ignoreListsHashAt }: Pick<CountingOptions, 'ignoreListsHashAt'>,
  start: number,
  timeField: TimeField = 'createdAt',
): string {
  return `${ignoreListsHashAt(start)}.${timeField}`;
}

export interface CountedDue {
  /** Complete buckets. */
  readonly counted: number;
  /** Buckets that were given up, and are kept as lower bounds. */
  readonly partial: number;
  /** Why the run counts as failed, where it does. */
  readonly error: MonitorError | undefined;
  /** Why buckets could not be stored. */
  readonly problems: readonly string[];
}

/** Lists the due buckets. Each is stored when its last page is in, and joins the known ones. */
export async function countDue(
  session: CountingSession,
  togai: ConnectedTogai,
  request: CountDueRequest,
  due: readonly DueBucket[],
  known: Map<number, BucketRecord>,
): Promise<CountedDue> {
  const { scheduledTime, settings, signal, softDeadline } = request;
  if (due.length === 0) return { counted: 0, partial: 0, problems: [], error: undefined };

  const keep = async ({ start }: Bucket, { counts, timeField }: Kept, partial: boolean) => {
    const record: BucketRecord = {
      start,
      times: (known.get(start)?.times ?? 0) + 1,
      countedAt: scheduledTime,
      inProgress: counts.byStatus.get(IN_PROGRESS) ?? 0,
      partial,
      configHash: configHashOf(settings, start, timeField),
      runNumber: session.state.runNumber,
      counts: timeField === 'timestamp' ? { ...counts, lacksLate: true } : counts,
    };
    await session.saveBucket(record);
    known.set(start, record);
  };

  const buckets = due.map(({ bucket }) => bucket);
  const result = await count(togai, {
    ignoreLists: settings.ignoreLists,
    ignoreListsAt: settings.ignoreListsAt,
    signal,
    softDeadline,
    onBucket: (counted: BucketCount) => keep(counted.bucket, counted, false),
    buckets,
    ...timeFieldOf(session.state, scheduledTime),
    apart: new Set(Object.keys(session.state.bucketFailures).map(Number)),
    eventsPerBucket: eventsOfNewest(known),
    workers: settings.workers,
  });
  const partial = await givingUp(session, request, result, due, known, keep, togai.stats());
  session.change((state) => ({ ...state, ...timeFieldAfter(result, state, scheduledTime) }));
  return {
    counted: result.complete.length,
    partial,
    error: errorOf(result, partial, due, known),
    problems: result.failed
      .map(({ error }) => error)
      .filter((error) => error instanceof RefusedItemError)
      .map(({ message }) => message),
  };
}

/** The events of the newest bucket that was counted to its end. */
function eventsOfNewest(known: ReadonlyMap<number, BucketRecord>): number | undefined {
  const counted = [...known.values()].filter(({ partial }) => !partial);
  const newest = counted.toSorted((a, b) => a.start - b.start).at(-1);
  return newest && entriesIn(newest.counts);
}

/**
 * Stores buckets as lower bounds, for good, where they would block counting for ever: they are too
 * large for a whole run, or fail again and again.
 */
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
  // The first in line had the whole run's time. It is too large if it holds most of the unfinished
  // events and nothing slowed it down, or if it happens again and again.
  const first = softDeadline.aborted ? due[0]?.bucket.start : undefined;
  // New buckets go before those that a longer window lacks, and none of these may take the rest of each run.
  const next = softDeadline.aborted ? firstLeft(due, result)?.bucket.start : undefined;
  const unended = result.unfinished.reduce((sum, { counts }) => sum + entriesIn(counts), 0);
  for (const unfinished of result.unfinished) {
    const { start } = unfinished.bucket;
    if ((start !== first && start !== next) || known.has(start)) continue;
    const pagesCame = entriesIn(unfinished.counts) > 0;
    // Else it shared its query with other buckets, so this says nothing of its size. In the next run it is listed by itself.
    const { alone } = unfinished;
    const tooLarge =
      start === first &&
      alone &&
      pagesCame &&
      throttled === 0 &&
      retries === 0 &&
      !result.filteredHere &&
      2 * entriesIn(unfinished.counts) > unended;
    const isOwn = alone || result.filteredHere;
    const times =
      failedBefore(start) + (isOwn && (pagesCame || result.complete.length > 0) ? 1 : 0);
    if (!tooLarge && times < MAX_BUCKET_FAILURES) {
      bucketFailures[start] = times;
      continue;
    }
    await keep(unfinished.bucket, unfinished, true);
    partial++;
  }
  for (const { bucket } of result.failed) {
    const times = failedBefore(bucket.start) + (result.complete.length > 0 ? 1 : 0);
    if (times < MAX_BUCKET_FAILURES || known.has(bucket.start)) {
      bucketFailures[bucket.start] = times;
      continue;
    }
    await keep(bucket, { counts: NOTHING, timeField: result.timeField }, true);
    partial++;
  }
  session.change((state) => ({ ...state, bucketFailures }));
  return partial;
}

/** The first of the buckets that the window lacks and that did not end, if all before them did. */
function firstLeft(due: readonly DueBucket[], { complete }: Count): DueBucket | undefined {
  const counted = new Set(complete.map(({ bucket }) => bucket));
  const left = due.find(({ bucket }) => !counted.has(bucket));
  return left?.reason === 'missing' ? left : undefined;
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
  const [first] = due;
  const held = unfinished.some(
    ({ bucket }) => bucket === first?.bucket && !known.has(bucket.start),
  );
  const nothingToDo = failed.length + unfinished.length === 0;
  if (!held && (complete.length + partial > 0 || nothingToDo)) return undefined;
  const slow =
    'GET /events did not come to the end of the oldest bucket in the time of a run: there are more events than a list can count, or Togai answers slowly or is throttling; let Togai metrics count (Counting = auto), or look at the quota and at MaxRequestsPerSecond';
  return failed[0]?.error ?? new TogaiError('unavailable', slow);
}
