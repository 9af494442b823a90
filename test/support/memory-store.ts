import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import type { MonitorState } from '../../functions/monitor/monitor-state.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import {
  fromPlain,
  type PlainRecord,
  Pool,
  toPlain,
} from '../../functions/monitor/storage/bucket-codec.ts';

/** A store in memory. It keeps JSON, like every real store. */
export interface MemoryStore extends MonitorStore {
  /** All stored data as text. */
  dump(): string;
}

export function createMemoryStore(): MemoryStore {
  let state: string | undefined;
  const buckets = new Map<number, string>();
  const read = (): MonitorState | undefined =>
    state === undefined ? undefined : JSON.parse(state);
  return {
    readState: () => Promise.resolve(read()),
    writeState(next, expected) {
      if (read()?.runNumber !== expected) return Promise.resolve(false);
      state = JSON.stringify(next);
      return Promise.resolve(true);
    },
    readBuckets({ start, end }) {
      const records = [...buckets.values()]
        .map((text) => JSON.parse(text) as PlainRecord)
        .filter((record) => record.start >= start && record.start < end)
        .sort((a, b) => a.start - b.start);
      const pool = new Pool();
      return Promise.resolve(records.map((record) => fromPlain(record, pool)));
    },
    writeBucket(record: BucketRecord) {
      const stored = buckets.get(record.start);
      if (stored && (JSON.parse(stored) as PlainRecord).runNumber > record.runNumber) {
        return Promise.resolve(false);
      }
      buckets.set(record.start, JSON.stringify(toPlain(record)));
      return Promise.resolve(true);
    },
    unreadable: () => [],
    dump: () => JSON.stringify([state, ...buckets.values()]),
  };
}
