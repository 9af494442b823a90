import type { EntryOf } from '../history.ts';
import { BUCKET, generationAt, type Scenario } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import { differenceOfBucket } from './bucket-difference.ts';
import { broken, type Complaint } from './complaint.ts';
import { configAt } from './count-config.ts';
import type { Run } from './run.ts';
import { floorTo } from './span.ts';
import type { StoredBuckets } from './stored-buckets.ts';

const MOST_COUNTS = 3;
/** Times may be written to the second. */
const SECOND = 1_000;

/** The numbers of stored buckets, against the truth. */
export class ExpectedCounts {
  readonly #scenario: Scenario;
  readonly #stored: StoredBuckets;
  readonly #byBucket: Map<number, TrueEvent[]>;
  readonly #byTimestamp: Map<number, TrueEvent[]>;

  constructor(scenario: Scenario, events: readonly TrueEvent[], stored: StoredBuckets) {
    this.#scenario = scenario;
    this.#stored = stored;
    this.#byBucket = Map.groupBy(events, ({ createdAt }) => floorTo(BUCKET, createdAt));
    this.#byTimestamp = Map.groupBy(events, ({ timestamp }) => floorTo(BUCKET, timestamp));
  }

  /** A run has stored a bucket. */
  stored(run: Run, { bucket, time }: EntryOf<'bucket'>): Complaint | undefined {
    const { settings } = this.#scenario;
    const { timeFilter } = generationAt(this.#scenario, time);
    const { mayOversleep } = run;
    const field = bucket.configHash.endsWith('.timestamp') ? 'timestamp' : 'createdAt';
    const config = configAt(settings, bucket.start, field);
    // A run that overslept may have counted under an older config.
    const wanted = mayOversleep ? undefined : configAt(settings, bucket.start, run.timeField);
    const before = this.#stored.newest(bucket.start);
    const more = mayOversleep ? 0 : 1;
    const countedTimes = before?.config === config ? before.countedTimes + more : 1;
    this.#stored.store(bucket, { run: run.number, config, countedTimes, storedAt: time });
    if (run.counting === 'metrics') {
      return broken('source-as-set', 'it was listed, and metrics are set');
    }
    if (config === wanted && countedTimes > MOST_COUNTS) {
      return broken('counted-three-times-at-most', `it was counted ${countedTimes} times`);
    }
    if (before?.partial) {
      return broken('partial-bucket-final', 'it was counted again, though it was partial before');
    }
    if (
      field === 'timestamp' &&
      timeFilter === 'createdAt' &&
      this.#isContradicted(bucket.start, run)
    ) {
      const text = 'it was counted by timestamp, and Togai has shown that it filters by createdAt';
      return broken('time-field-of-togai', text);
    }
    const byField = field === 'createdAt' ? this.#byBucket : this.#byTimestamp;
    const during = { since: run.begunAt, now: time };
    const events = byField.get(bucket.start) ?? [];
    return differenceOfBucket(bucket, field, events, during, this.#scenario);
  }

  /** Whether a run has listed an event in a bucket that a filter by timestamp would have left out. */
  #isContradicted(bucket: number, { listed, begunAt }: Run): boolean {
    const asked = listed.filter(({ start, end }) => start < bucket + BUCKET && end > bucket);
    return (this.#byBucket.get(bucket) ?? []).some(
      (event) =>
        statusAt(event, begunAt) !== undefined &&
        asked.every(
          ({ start, end }) => event.timestamp < start - SECOND || event.timestamp > end + SECOND,
        ),
    );
  }
}
