import type { StoredBucket } from '../history.ts';
import type { Run } from './run.ts';

/** A stored bucket with the judge's notes. */
export interface Counted extends StoredBucket {
  readonly run: number;
  /** The ignore lists and the time field that it was counted under; see `count-config.ts`. */
  readonly config: string;
  /** How often it was counted under this config. */
  readonly countedTimes: number;
  readonly storedAt: number;
  /** The bucket that it replaced. */
  readonly before: Counted | undefined;
}

/** All buckets that runs have stored. */
export class StoredBuckets {
  readonly #newest = new Map<number, Counted>();

  store(bucket: StoredBucket, notes: Omit<Counted, keyof StoredBucket | 'before'>): void {
    const replaced = this.#newest.get(bucket.start);
    // Only the newest two are kept: otherwise all counts of a world would stay in memory.
    const before = replaced && { ...replaced, before: undefined };
    this.#newest.set(bucket.start, { ...bucket, ...notes, before });
  }

  newest(start: number): Counted | undefined {
    return this.#newest.get(start);
  }

  /** A bucket as a run knows it: without the buckets that other runs have stored since it began. */
  knownTo({ number, begunAt }: Run, start: number): Counted | undefined {
    let bucket = this.#newest.get(start);
    while (bucket && bucket.run !== number && bucket.storedAt > begunAt) bucket = bucket.before;
    return bucket;
  }
}
