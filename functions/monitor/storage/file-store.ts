import type { BucketRecord } from '../events/bucket-record.ts';
import { truncateGroups } from '../events/truncated-groups.ts';
import type { UnreadableItem } from '../events/unreadable-item.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { Clock, MonitorStore } from '../ports.ts';
import { BUCKET_MS } from '../timeline/bucket.ts';
import { DAY_MS, isoTime, type Range } from '../timeline/time.ts';
import { fromPlain, Pool, toPlain } from './bucket-codec.ts';
import { FileLock } from './file-lock.ts';
import { readStateFile, type StateFile, writeStateFile } from './state-file.ts';
import { UnreadableItems, unreadableBuckets } from './unreadable.ts';

/**
 * The longest catch-up and the longest window together are four days. A run while the clock is ahead may add as many again,
 * and must not push out earlier buckets. So the limit is their number, not their age.
 */
const MAX_BUCKETS = (8 * DAY_MS) / BUCKET_MS;
/** The whole file is written for every bucket, so a bucket names fewer accounts and schemas than in DynamoDB. */
const MAX_GROUPS = 500;

/**
 * The store in one JSON file. It is replaced as a whole or not at all, and locked against a second process while it is read and
 * written. It refuses the same writes as the store in DynamoDB.
 *
 * @param signal ends the waiting for another process that holds the lock. @default it is waited for half a minute
 * @throws SettingError, from each method, where the file cannot be used
 */
export function createFileStore(
  path: string,
  clock: Clock,
  signal: AbortSignal = new AbortController().signal,
): MonitorStore {
  return new FileStore(path, clock, signal);
}

class FileStore implements MonitorStore {
  readonly #lock: FileLock;
  readonly #unreadable = new UnreadableItems();

  constructor(path: string, clock: Clock, signal: AbortSignal) {
    this.#lock = new FileLock(path, clock, signal);
  }

  async readState(): Promise<MonitorState | undefined> {
    const { state } = await this.#lock.run((path) => this.#read(path));
    return state ?? undefined;
  }

  writeState(state: MonitorState, expected: number | undefined): Promise<boolean> {
    return this.#lock.run(async (path) => {
      const contents = await this.#read(path);
      const stored = contents.state ?? undefined;
      if (stored?.runNumber !== expected) return false;
      await writeStateFile(path, { ...contents, state });
      return true;
    });
  }

  async readBuckets({ start, end }: Range): Promise<BucketRecord[]> {
    const { path, buckets } = await this.#lock.run(async (path) => ({
      path,
      ...(await this.#read(path)),
    }));
    const pool = new Pool();
    return Object.entries(buckets)
      .map(([key, stored]) => ({ key, stored, start: Number(key) }))
      .filter((entry) => entry.start >= start && entry.start < end)
      .sort((a, b) => a.start - b.start)
      .flatMap(({ key, stored }) => this.#bucketOf(key, stored, pool, path) ?? []);
  }

  writeBucket(record: BucketRecord): Promise<boolean> {
    return this.#lock.run(async (path) => {
      const contents = await this.#read(path);
      if (runNumberOf(contents.buckets[record.start]) > record.runNumber) return false;
      const buckets = {
        ...contents.buckets,
        [record.start]: toPlain({ ...record, counts: truncateGroups(record.counts, MAX_GROUPS) }),
      };
      // Keys that are whole numbers are in their order.
      const kept = Object.fromEntries(Object.entries(buckets).slice(-MAX_BUCKETS));
      await writeStateFile(path, { ...contents, buckets: kept });
      return true;
    });
  }

  unreadable(): readonly UnreadableItem[] {
    return this.#unreadable.list();
  }

  async #read(path: string): Promise<StateFile> {
    const { contents, dropped } = await readStateFile(path);
    for (const item of dropped) this.#unreadable.add(item);
    return contents;
  }

  #bucketOf(key: string, stored: unknown, pool: Pool, path: string): BucketRecord | undefined {
    const start = Number(key);
    try {
      const record = fromPlain(stored, pool);
      if (record.start === start) return record;
    } catch {
      // Said below: the reason would help nobody.
    }
    this.#unreadable.add(
      unreadableBuckets(
        `the bucket ${isoTime(start)} of the state file ${path}`,
        `delete "${key}" from "buckets" in that file`,
        { start, end: start + 1 },
      ),
    );
    return undefined;
  }
}

/** The number of the run that counted a bucket; any run may replace one that cannot be read. */
function runNumberOf(stored: unknown): number {
  const runNumber = (stored as Partial<BucketRecord> | null | undefined)?.runNumber;
  return typeof runNumber === 'number' ? runNumber : Number.NEGATIVE_INFINITY;
}
