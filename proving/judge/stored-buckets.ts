import type { StoredBucket } from '../history.ts';
import type { Grouping } from '../world/scenario.ts';
import type { Calendar } from './calendar.ts';
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

  /** The newest bucket, if it is of the counting source of a calendar. */
  owned(calendar: Calendar, start: number): Counted | undefined {
    const bucket = this.#newest.get(start);
    return bucket && calendar.owns(bucket) ? bucket : undefined;
  }

  /** A bucket as a run knows it: without the buckets that other runs have stored since it began. */
  knownTo({ number, begunAt, calendar }: Run, start: number): Counted | undefined {
    let bucket = this.#newest.get(start);
    while (bucket && bucket.run !== number && bucket.storedAt > begunAt) bucket = bucket.before;
    return bucket && calendar.owns(bucket) ? bucket : undefined;
  }

  /** The groupings that the stored hours of the newest window have names for, by the start of the hour. */
  groupingsNamed(calendar: Calendar, at: number): Map<number, Set<Grouping>> {
    const named = new Map<number, Set<Grouping>>();
    for (const { start } of calendar.piecesOf(calendar.windowAt(calendar.newestAt(at)))) {
      const bucket = this.owned(calendar, start);
      if (!bucket) continue;
      const { accounts, schemas } = bucket.counts;
      const has = ({ byName }: typeof accounts) => [...byName.keys()].some((name) => name !== '');
      const groupings = new Set<Grouping>();
      if (has(accounts)) groupings.add('ACCOUNT_ID');
      if (has(schemas)) groupings.add('SCHEMA_NAME');
      named.set(start, groupings);
    }
    return named;
  }
}
