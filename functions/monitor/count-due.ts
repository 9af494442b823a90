import { type BucketCount, type Count, count } from './count.ts';
import { countHours } from './count-metrics.ts';
import { type MonitorError, SettingError, TogaiError } from './errors.ts';
import type { BucketRecord, Connect, ConnectedTogai, RequestStats } from './ports.ts';
import type { Session } from './session.ts';
import { BUCKET_MS, type Bucket } from './steps/bucket.ts';
import type { TimeField } from './steps/event.ts';
import { noteOfGrouping } from './steps/grouping.ts';
import { metricsDigest, withoutGroups } from './steps/metrics.ts';
import type { DueBucket } from './steps/plan.ts';
import type { RunSettings } from './steps/run-settings.ts';
import { noteGrouping } from './steps/state.ts';
import { createTallier, type Tally } from './steps/tally.ts';
import { HOUR_MS, type Range } from './steps/time.ts';
import { endOf } from './steps/timeline.ts';

/** Runs in which others succeeded, after which a bucket that always fails is given up. */
const MAX_BUCKET_FAILURES = 3;

/** How far back a bucket is looked for that tells how large the next may be. */
const MAX_NEIGHBOURS = 6;

interface CountDueRequest {
  readonly at: number;
  readonly settings: RunSettings;
  /** The newest. */
  readonly window: Range;
  readonly signal: AbortSignal;
  readonly outOfTime: AbortSignal;
}

const NOTHING = createTallier({ accounts: new Set(), schemas: new Set() }).finish();

type Kept = Pick<BucketCount, 'tally' | 'timeField'>;

/** Names what a bucket is counted under: who is waived, and by which time events belong to it or what Togai is asked for. */
export function fingerprintOf(
  { waiverDigest, counting, thresholds = [] }: RunSettings,
  timeField: TimeField = 'createdAt',
): string {
  return `${waiverDigest}.${counting === 'metrics' ? metricsDigest(thresholds) : timeField}`;
}

/** What is known, for judging: counting by metrics, groups that were asked for under other rules are left out. */
export function judgeable(
  known: ReadonlyMap<number, BucketRecord>,
  { counting, thresholds = [] }: RunSettings,
): ReadonlyMap<number, BucketRecord> {
  if (counting === 'events') return known;
  const asked = metricsDigest(thresholds);
  return new Map(
    [...known].map(([start, record]) => {
      const isStale = !record.fingerprint.endsWith(`.${asked}`);
      return [start, isStale ? { ...record, tally: withoutGroups(record.tally) } : record];
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
  /** To ask more, where it could be connected to. */
  readonly togai: ConnectedTogai | undefined;
}

/** Counts what is due; each bucket is stored when its last page is in, and joins those that are known. */
export async function countDue(
  session: Session,
  connect: Connect,
  request: CountDueRequest,
  due: readonly DueBucket[],
  known: Map<number, BucketRecord>,
): Promise<CountedDue> {
  const { at, settings, signal, outOfTime } = request;
  if (due.length === 0) return { counted: 0, partial: 0, error: undefined, togai: undefined };

  const byMetrics = settings.counting === 'metrics';
  const before = new Map([...known].filter(([start]) => start >= request.window.start));
  const keep = async ({ start, end }: Bucket, { tally, timeField }: Kept, partial: boolean) => {
    const isOpen = byMetrics && end - start < HOUR_MS;
    const record: BucketRecord = {
      start,
      ...(byMetrics && { end }),
      times: isOpen ? 0 : (known.get(start)?.times ?? 0) + 1,
      countedAt: at,
      inProgress: tally.byStatus.get('INGESTION_IN_PROGRESS') ?? 0,
      partial,
      fingerprint: fingerprintOf(settings, timeField),
      runNumber: session.state.runNumber,
      tally,
    };
    await session.saveBucket(record);
    known.set(start, record);
  };

  let togai: CountedDue['togai'];
  try {
    await session.rest(settings.restMs, { signal, outOfTime });
    togai = await connect(session.gate);
    session.heed(togai);
    const buckets = due.map(({ bucket }) => bucket);
    const shared = {
      waived: settings.waived,
      signal,
      outOfTime,
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
        lanes: settings.lanes,
        expected: (bucket) => entriesNear(known, bucket.start),
      }));
    if (result.complete.length > 0) {
      const note = hours
        ? noteOfGrouping(hours.grouping, thresholds, before)
        : { what: undefined, isOver: true };
      session.change((state) => noteGrouping(state, { at, ...note, repeatMs }));
    }
    const partial = await givingUp(session, request, result, due, known, keep, togai.stats());
    if (!byMetrics && !result.filteredHere) {
      session.change((state) => ({ ...state, timeField: result.timeField }));
    }
    return {
      counted: result.complete.length,
      partial,
      error: errorOf(result, partial, due, known),
      togai,
    };
  } catch (error) {
    if (!(error instanceof TogaiError || error instanceof SettingError)) throw error;
    return { counted: 0, partial: 0, error, togai };
  }
}

/** How many entries a bucket had when it was counted before, else one of the last before it. */
function entriesNear(known: ReadonlyMap<number, BucketRecord>, start: number): number | undefined {
  for (let back = 0; back <= MAX_NEIGHBOURS; back++) {
    const record = known.get(start - back * BUCKET_MS);
    if (record && !record.partial) return entriesOf(record.tally);
  }
  return undefined;
}

function entriesOf({ total, ignored, malformed }: Tally): number {
  return total + ignored + malformed;
}

/** Saves as lower bounds, for good, what would block for ever: too large for a whole run, or failing again and again. */
async function givingUp(
  session: Session,
  { outOfTime }: CountDueRequest,
  result: Count,
  due: readonly DueBucket[],
  known: ReadonlyMap<number, BucketRecord>,
  keep: (bucket: Bucket, kept: Kept, partial: boolean) => Promise<void>,
  { throttled, retries }: RequestStats,
): Promise<number> {
  const failures: Record<string, number> = {};
  const failedBefore = (start: number) => session.state.failures[start] ?? 0;
  let partial = 0;
  // The first in line had the whole run's time. That it did not fit is its size if it holds most of what did not
  // end and nothing slowed it down, or if it happens again and again.
  const first = outOfTime.aborted ? due[0]?.bucket.start : undefined;
  const unended = result.unfinished.reduce((sum, { tally }) => sum + entriesOf(tally), 0);
  for (const unfinished of result.unfinished) {
    const { start } = unfinished.bucket;
    if (start !== first || known.has(start)) continue;
    const pagesCame = entriesOf(unfinished.tally) > 0;
    const tooLarge =
      pagesCame &&
      throttled === 0 &&
      retries === 0 &&
      !result.filteredHere &&
      2 * entriesOf(unfinished.tally) > unended;
    const times = failedBefore(start) + (pagesCame || result.complete.length > 0 ? 1 : 0);
    if (!tooLarge && times < MAX_BUCKET_FAILURES) {
      failures[start] = times;
      continue;
    }
    await keep(unfinished.bucket, unfinished, true);
    partial++;
  }
  // An hour that is open is counted anew anyway, and one that was is not closed by a failure.
  const open = new Set(due.filter(({ reason }) => reason === 'open').map(({ bucket }) => bucket));
  const isCounted = ({ start, end }: Bucket) => {
    const record = known.get(start);
    return record !== undefined && endOf(record) >= end;
  };
  for (const { bucket } of result.failed) {
    if (open.has(bucket)) continue;
    const times = failedBefore(bucket.start) + (result.complete.length > 0 ? 1 : 0);
    if (times < MAX_BUCKET_FAILURES || isCounted(bucket)) {
      failures[bucket.start] = times;
      continue;
    }
    // Of an hour that was counted while it was open so much is known.
    const tally = known.get(bucket.start)?.tally ?? NOTHING;
    await keep(bucket, { tally, timeField: result.timeField }, true);
    partial++;
  }
  session.change((state) => ({ ...state, failures }));
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
