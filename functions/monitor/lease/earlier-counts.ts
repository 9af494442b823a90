import type { BucketRecord } from '../events/bucket-record.ts';
import type { Counting } from '../events/counting-source.ts';
import { LOOK_REACH_MS, type LookRecord } from '../events/look-record.ts';
import { looksInOrder } from '../events/looks-in-order.ts';
import { SIZE_REACH_MS } from '../incidents/note-monitor-failures.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { Clock, MonitorStore } from '../ports.ts';
import { BUCKET_MS } from '../timeline/bucket.ts';
import { HOUR_MS, hourStart } from '../timeline/time.ts';
import { isBelieved } from './drop-times-ahead.ts';

/** The earlier counts that a run knows. */
export interface EarlierCounts {
  /** By the start of the bucket, epoch ms. */
  readonly known: Map<number, BucketRecord>;
  /** Oldest first. */
  readonly looks: LookRecord[];
  /** The start of the range that was read, epoch ms. */
  readonly readFrom: number;
}

/**
 * A look asks for hours up to {@link LOOK_REACH_MS} older than the hour of the look before. Togai's own hour may begin
 * an hour earlier. Looks ask for an hour up to two hours before it begins.
 */
const LEVELS_REACH_MS = LOOK_REACH_MS + 3 * HOUR_MS;

export const NOTHING_STORED: EarlierCounts = {
  known: new Map(),
  looks: [],
  readFrom: 0,
};

interface Request {
  readonly scheduledTime: number;
  readonly settings: {
    readonly maxCatchUpMs: number;
    readonly windowMs: number;
    readonly settleMs: number;
    readonly counting: Counting;
  };
}

/** Reads the counts that planning and evaluating need: from a window before the watermark on, and the levels of all hours of a look. */
export async function readEarlierCounts(
  state: MonitorState,
  { store, clock }: { readonly store: MonitorStore; readonly clock: Clock },
  { scheduledTime, settings }: Request,
): Promise<EarlierCounts> {
  const { maxCatchUpMs, windowMs, settleMs } = settings;
  const reach = scheduledTime - Math.max(maxCatchUpMs, windowMs);
  const outstanding = Math.min(
    state.watermark ?? scheduledTime,
    state.evaluatedTo ?? scheduledTime,
    scheduledTime,
  );
  // Messages show the last counted window, and an incident has losses in it, even if counting has
  // failed for days.
  const oldest = Math.min(reach, state.watermark ?? reach);
  const begun = Math.max(outstanding, oldest) - settleMs - BUCKET_MS;
  // A look counts whole hours.
  const forWindow = begun - Math.max(windowMs, SIZE_REACH_MS) - HOUR_MS;
  const { lookedTo = 0 } = state;
  // A look after an outage asks for a day. Older levels are of no hour that it asks for.
  const isUsedStill =
    settings.counting !== 'listing' && lookedTo >= Math.min(reach, levelsFrom(scheduledTime));
  const readFrom = isUsedStill ? Math.min(forWindow, levelsFrom(lookedTo)) : forWindow;
  const { buckets, looks } = await store.readCounts({ start: readFrom, end: scheduledTime });
  const now = clock.now();
  const isTrue = (counted: { readonly countedAt: number; readonly runNumber: number }) =>
    isBelieved(counted, state.voided, now);
  return {
    known: new Map(buckets.filter(isTrue).map((record) => [record.start, record])),
    looks: looksInOrder(looks.filter((look) => isTrue({ ...look, countedAt: look.takenAt }))),
    readFrom,
  };
}

/** The levels of all hours of a look are in the looks from here on. Epoch ms. */
function levelsFrom(lookedTo: number): number {
  return hourStart(lookedTo) - LEVELS_REACH_MS;
}
