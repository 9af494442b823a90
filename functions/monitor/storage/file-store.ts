import type { BucketRecord } from '../events/bucket-record.ts';
import { truncateGroups } from '../events/truncated-groups.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { Clock, MonitorStore } from '../ports.ts';
import { DAY_MS, type Range } from '../timeline/time.ts';
import { fromPlain, Pool, toPlain } from './bucket-codec.ts';
import { FileLock } from './file-lock.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

/** Longer than the longest catch-up and the longest window together, which are four days. */
const KEPT_MS = 5 * DAY_MS;
/** The whole file is written for every bucket, so a bucket names fewer accounts and schemas than in DynamoDB. */
const MAX_GROUPS = 500;

/**
 * The store in one JSON file. It is replaced as a whole or not at all, and locked against a second process while it is read and
 * written. It refuses the same writes as the store in DynamoDB.
 *
 * @throws SettingError, from each method, where the file cannot be used
 */
export function createFileStore(path: string, clock: Clock): MonitorStore {
  return new FileStore(path, clock);
}

class FileStore implements MonitorStore {
  readonly #path: string;
  readonly #lock: FileLock;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#lock = new FileLock(path, clock);
  }

  async readState(): Promise<MonitorState | undefined> {
    const { state } = await this.#read();
    return state ?? undefined;
  }

  writeState(state: MonitorState, expected: number | undefined): Promise<boolean> {
    return this.#lock.run(async () => {
      const contents = await readStateFile(this.#path);
      const stored = contents.state ?? undefined;
      if (stored?.runNumber !== expected) return false;
      await writeStateFile(this.#path, { ...contents, state });
      return true;
    });
  }

  async readBuckets({ start, end }: Range): Promise<BucketRecord[]> {
    const { buckets } = await this.#read();
    const pool = new Pool();
    return Object.values(buckets)
      .filter((record) => record.start >= start && record.start < end)
      .sort((a, b) => a.start - b.start)
      .map((record) => fromPlain(record, pool));
  }

  writeBucket(record: BucketRecord): Promise<boolean> {
    return this.#lock.run(async () => {
      const contents = await readStateFile(this.#path);
      const stored = contents.buckets[record.start];
      if (stored && stored.runNumber > record.runNumber) return false;
      const kept = Object.entries(contents.buckets).filter(
        ([, { start }]) => start > record.start - KEPT_MS,
      );
      const buckets = {
        ...Object.fromEntries(kept),
        [record.start]: toPlain({ ...record, counts: truncateGroups(record.counts, MAX_GROUPS) }),
      };
      await writeStateFile(this.#path, { ...contents, buckets });
      return true;
    });
  }

  #read() {
    return this.#lock.run(() => readStateFile(this.#path));
  }
}
