import type { BucketRecord } from '../events/bucket-record.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { Clock, MonitorStore } from '../ports.ts';
import { HOUR_MS, type Range } from '../timeline/time.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { isBelieved } from './times-ahead.ts';

/** The earlier counts that a run knows. */
export interface StoredBuckets {
  /** By the start of the bucket, epoch ms. */
  readonly known: Map<number, BucketRecord>;
  /** Where stored counts cannot be read, or are void because they were counted while the clock was ahead. */
  readonly lost: readonly Range[];
  /** The start of the range that was read, epoch ms. */
  readonly readFrom: number;
}

export const NOTHING_STORED: StoredBuckets = { known: new Map(), lost: [], readFrom: 0 };

interface Request {
  readonly scheduledTime: number;
  readonly settings: {
    readonly maxCatchUpMs: number;
    readonly windowMs: number;
    readonly settleMs: number;
  };
}

/** Reads the buckets that planning and evaluating need: from a window before the watermark on. */
export async function readStoredBuckets(
  state: MonitorState,
  { store, clock }: { readonly store: MonitorStore; readonly clock: Clock },
  { scheduledTime, settings }: Request,
  timeline: Timeline,
): Promise<StoredBuckets> {
  const reach = scheduledTime - Math.max(settings.maxCatchUpMs, settings.windowMs);
  // The first notification of an alert shows the window of its last breach.
  const unnotified = state.alerts.flatMap(({ firing }) =>
    firing && !firing.notified ? [firing.breachedAt] : [],
  );
  const outstanding = Math.min(
    state.watermark ?? scheduledTime,
    state.evaluatedTo ?? scheduledTime,
    scheduledTime,
    ...unnotified,
  );
  const oldest = Math.max(outstanding, reach);
  const begun = oldest - settings.settleMs - timeline.bucketMs;
  // The check for buckets that are too large (`noteSize`) needs an hour.
  const readFrom = Math.min(timeline.windowOf(begun).start, begun - HOUR_MS);
  const records = await store.readBuckets({ start: readFrom, end: scheduledTime });
  const owned = records.filter(timeline.owns);
  const now = clock.now();
  const believed = owned.filter((record) => isBelieved(record, state.voided, now));
  const voided = owned.filter((record) => !isBelieved(record, state.voided, now));
  return {
    known: new Map(believed.map((record) => [record.start, record])),
    lost: [
      ...voided.map(({ start }) => ({ start, end: start + 1 })),
      ...store.unreadable().flatMap(({ range }) => range ?? []),
    ],
    readFrom,
  };
}
