import { RefusedItemError } from '../../functions/monitor/errors.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';

const REFUSAL =
  'the item monitor/bucket#2026-11-18T11:05:00.000Z of monitor-table was refused: it is larger than DynamoDB takes';

/** A store that can never take the whole counts of some buckets; the lower bounds of a bucket that is given up are small. */
export function refusing(
  store: MonitorStore,
  isRefused: (start: number) => boolean,
  refusal: () => Error = () => new RefusedItemError(REFUSAL),
): MonitorStore {
  return {
    ...store,
    writeBucket: (record) =>
      isRefused(record.start) && !record.partial
        ? Promise.reject(refusal())
        : store.writeBucket(record),
  };
}
