import { type MonitorError, RefusedItemError } from '../../errors.ts';
import { entriesIn } from '../../events/counts.ts';
import type { TimeField } from '../../events/event.ts';
import type { Bucket } from '../../timeline/bucket.ts';
import type { BucketCount, Count, UnfinishedCount } from '../count-result.ts';
import type { CountRequest } from './count-request.ts';
import { type Job, jobOf } from './list-queries.ts';

/** The state of each bucket of a count. */
export class BucketStates {
  readonly #request: CountRequest;
  readonly #done = new Map<Bucket, BucketCount>();
  readonly #unfinished = new Map<Bucket, UnfinishedCount>();
  readonly #failed = new Map<Bucket, MonitorError>();
  #jobs: readonly Job[] = [];
  #eventsDone = 0;

  constructor(request: CountRequest) {
    this.#request = request;
  }

  /** The buckets that are not done, to be counted from nothing. */
  begin(): readonly Job[] {
    const { buckets, ignoreLists, ignoreListsAt = () => ignoreLists } = this.#request;
    const waiting = buckets.filter((bucket) => !this.#done.has(bucket));
    this.#jobs = waiting.map((bucket, rank) => jobOf(bucket, rank, ignoreListsAt(bucket.start)));
    return this.#jobs;
  }

  /**
   * @param isProven whether late events stand where the list was read
   * @throws any error of `onBucket`, unless the store refuses the bucket
   */
  async complete(job: Job, timeField: TimeField, isProven = true): Promise<void> {
    const { bucket, counter } = job;
    job.left = 0;
    this.#eventsDone += counter.entries;
    const counts = { ...counter.finish(), ...(!isProven && { lacksLate: true }) };
    const counted = { bucket, counts, timeField };
    try {
      await this.#request.onBucket?.(counted);
      this.#done.set(bucket, counted);
    } catch (error) {
      if (!(error instanceof RefusedItemError)) throw error;
      this.#failed.set(bucket, error);
    }
  }

  fail({ bucket }: Job, error: MonitorError): void {
    this.#failed.set(bucket, error);
  }

  /** Where a count ends early, the events so far of the begun buckets are a lower bound. */
  keepWhatCame(timeField: TimeField): void {
    for (const { bucket, counter, begun, alone } of this.#jobs) {
      if (!begun || this.#done.has(bucket) || this.#failed.has(bucket)) continue;
      this.#unfinished.set(bucket, { bucket, counts: counter.finish(), timeField, alone });
    }
  }

  /**
   * Buckets that were counted by the other time are counted anew: at a bucket's edges the two do
   * not agree.
   */
  forgetAllBut(timeField: TimeField | undefined): void {
    for (const [bucket, counted] of this.#done) {
      if (counted.timeField !== timeField) this.#done.delete(bucket);
    }
    this.#failed.clear();
    this.#unfinished.clear();
    this.#jobs = [];
    this.#eventsDone = 0;
    for (const { counts } of this.#done.values()) this.#eventsDone += entriesIn(counts);
  }

  report(): void {
    let events = this.#eventsDone;
    for (const { begun, left, counter } of this.#jobs) {
      if (begun && left > 0) events += counter.entries;
    }
    const buckets = this.#request.buckets.length;
    this.#request.onProgress?.({ buckets, bucketsDone: this.#done.size, events });
  }

  get all(): Pick<Count, 'complete' | 'unfinished' | 'failed'> {
    const { buckets } = this.#request;
    return {
      complete: buckets.flatMap((bucket) => this.#done.get(bucket) ?? []),
      unfinished: buckets.flatMap((bucket) => this.#unfinished.get(bucket) ?? []),
      failed: [...this.#failed].map(([bucket, error]) => ({ bucket, error })),
    };
  }
}
