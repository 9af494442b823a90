import type { EntryOf, StoredBucket } from '../history.ts';
import { BUCKET, type Grouping, HOUR, type Scenario } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import { differenceOfBucket } from './bucket-difference.ts';
import { endOf, floorTo } from './calendar.ts';
import { broken, type Complaint } from './complaint.ts';
import { configAt, ignoredAt } from './count-config.ts';
import { isUngrouped } from './groupings.ts';
import { differenceOfHour } from './hour-difference.ts';
import type { Obstacles } from './obstacles.ts';
import type { Run } from './run.ts';
import type { Counted, StoredBuckets } from './stored-buckets.ts';

const MOST_COUNTS = 3;

/** The numbers of stored buckets, against the truth. */
export class ExpectedCounts {
  readonly #scenario: Scenario;
  readonly #stored: StoredBuckets;
  readonly #obstacles: Obstacles;
  readonly #byBucket: Map<number, TrueEvent[]>;
  readonly #byTimestamp: Map<number, TrueEvent[]>;
  readonly #byHour: Map<number, TrueEvent[]>;

  constructor(
    scenario: Scenario,
    events: readonly TrueEvent[],
    stored: StoredBuckets,
    obstacles: Obstacles,
  ) {
    this.#scenario = scenario;
    this.#stored = stored;
    this.#obstacles = obstacles;
    this.#byBucket = Map.groupBy(events, ({ createdAt }) => floorTo(BUCKET, createdAt));
    this.#byTimestamp = Map.groupBy(events, ({ timestamp }) => floorTo(BUCKET, timestamp));
    this.#byHour = Map.groupBy(events, ({ createdAt }) => floorTo(HOUR, createdAt));
  }

  /** A run has stored a bucket. */
  stored(run: Run, { bucket, time }: EntryOf<'bucket'>): Complaint | undefined {
    const { settings, timeField } = this.#scenario;
    const { calendar, mayOversleep } = run;
    const { counting } = calendar;
    const field = bucket.configHash.endsWith('.timestamp') ? 'timestamp' : 'createdAt';
    const config = configAt(settings, counting, bucket.countedAt, field);
    // A run that overslept may have counted under an older config.
    const wanted = mayOversleep ? undefined : configAt(settings, counting, run.at, run.timeField);
    const before = this.#stored.owned(calendar, bucket.start);
    const isClosed = counting === 'events' || (endOf(bucket) % HOUR === 0 && !bucket.partial);
    const more = mayOversleep || !isClosed ? 0 : 1;
    const first = isClosed ? 1 : 0;
    const countedTimes = before?.config === config ? before.countedTimes + more : first;
    this.#stored.store(bucket, { run: run.number, config, countedTimes, storedAt: time });
    if (!calendar.owns(bucket)) {
      return broken('counting-source-as-set', 'it was counted from another source than was set');
    }
    if (config === wanted && countedTimes > MOST_COUNTS) {
      return broken('counted-three-times-at-most', `it was counted ${countedTimes} times`);
    }
    if (counting === 'metrics') return this.#hourProblem(run, bucket, before, time);
    if (before?.partial) {
      return broken('partial-bucket-final', 'it was counted again, though it was partial before');
    }
    if (field === 'timestamp' && timeField === 'createdAt') {
      const text = 'it was counted by timestamp, and Togai filters by createdAt';
      return broken('time-field-of-togai', text);
    }
    const byField = field === 'createdAt' ? this.#byBucket : this.#byTimestamp;
    const during = { since: run.begunAt, now: time };
    const events = byField.get(bucket.start) ?? [];
    return differenceOfBucket(bucket, field, events, during, this.#scenario);
  }

  #hourProblem(
    run: Run,
    bucket: StoredBucket,
    before: Counted | undefined,
    now: number,
  ): Complaint | undefined {
    const { start, partial } = bucket;
    if (start % HOUR !== 0 || endOf(bucket) > start + HOUR) {
      return broken('hour-starts-on-the-hour', 'it is no hour');
    }
    if (before && endOf(before) > endOf(bucket)) {
      return broken('hour-never-shrinks', 'it was counted further before');
    }
    if (partial) return partialHourProblem(bucket, before);
    const since = run.begunAt;
    const isLost = (by: Grouping) =>
      this.#obstacles.isUngrouped(by, since, now) || isUngrouped(run, start, by);
    const { thresholds, ignoredAccounts } = this.#scenario.settings;
    return differenceOfHour(bucket, this.#byHour.get(start) ?? [], {
      since,
      now,
      thresholds,
      ignoredAccounts: ignoredAt(ignoredAccounts, bucket.countedAt),
      statusesUngrouped: isLost('RAW_EVENT_STATUS'),
      accountsUngrouped: isLost('ACCOUNT_ID'),
      schemasUngrouped: isLost('SCHEMA_NAME'),
    });
  }
}

function partialHourProblem(
  bucket: StoredBucket,
  before: Counted | undefined,
): Complaint | undefined {
  const { start, counts } = bucket;
  if (endOf(bucket) < start + HOUR) {
    return broken('open-hour-not-partial', 'it is open, and is stored as partial');
  }
  if (before && endOf(before) >= endOf(bucket)) {
    return broken('hour-never-shrinks', 'it was complete before, and is stored as partial');
  }
  const known = before?.counts.total ?? 0;
  if (counts.total === known) return undefined;
  return broken('partial-hour-keeps-counts', `partial with ${counts.total}, and had ${known}`);
}
