import type { BucketRecord } from '../functions/monitor/events/bucket-record.ts';
import { type GroupCounts, increase } from '../functions/monitor/events/counts.ts';
import { mergeCounts } from '../functions/monitor/events/merge-counts.ts';
import { BUCKET_MS } from '../functions/monitor/timeline/bucket.ts';
import { DAY_MS } from '../functions/monitor/timeline/time.ts';
import { createRandom } from '../simulator/random.ts';

/** A month of 500 accounts that all send in every bucket, with twenty incidents and strays. It is counted by listing. */

const ACCOUNTS = 500;
const BUCKETS = (30 * DAY_MS) / BUCKET_MS;
const START = Date.UTC(2026, 9, 28);
export const MONTH = { start: START, end: START + 30 * DAY_MS };

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const LOST = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const FAILED = 'INGESTION_FAILED_EVENT_INVALID';

interface Losing {
  readonly firstBucket: number;
  readonly buckets: number;
  readonly firstAccount: number;
  readonly accounts: number;
  readonly status: string;
}

export function* bucketsOfMonth(): Generator<BucketRecord> {
  const random = createRandom(7);
  const whole = (below: number) => Math.floor(random() * below);
  const incidents = Array.from({ length: 20 }, (_, index): Losing => {
    return {
      firstBucket: whole(BUCKETS),
      buckets: 6 + whole(24),
      firstAccount: whole(ACCOUNTS),
      accounts: index % 3 === 0 ? 25 : 1,
      status: index % 3 === 1 ? FAILED : LOST,
    };
  });
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const going = incidents.filter(
      ({ firstBucket, buckets }) => bucket >= firstBucket && bucket < firstBucket + buckets,
    );
    yield bucketOf(bucket, going, whole);
  }
}

function bucketOf(
  bucket: number,
  going: readonly Losing[],
  whole: (below: number) => number,
): BucketRecord {
  const byName = new Map<string, GroupCounts>();
  const byStatus = new Map<string, number>();
  for (let account = 0; account < ACCOUNTS; account++) {
    const events = 1 + whole(20);
    const losing = going.find(
      ({ firstAccount, accounts }) => account >= firstAccount && account < firstAccount + accounts,
    );
    const lost = losing ? events : whole(2_000) === 0 ? 1 : 0;
    const own = new Map<string, number>();
    if (events > lost) own.set(METERED, events - lost);
    if (lost > 0) own.set(losing?.status ?? LOST, lost);
    for (const [status, count] of own) increase(byStatus, status, count);
    byName.set(`account-${account}`, { byStatus: own, exact: true });
  }
  let total = 0;
  for (const events of byStatus.values()) total += events;
  const start = START + bucket * BUCKET_MS;
  const schemas = new Map([['api_call', { byStatus, exact: true }]]);
  return {
    start,
    counts: {
      ...mergeCounts([]),
      total,
      byStatus,
      accounts: { byName, truncated: false },
      schemas: { byName: schemas, truncated: false },
    },
    partial: false,
    times: 1,
    countedAt: start + 2 * BUCKET_MS,
    inProgress: 0,
    configHash: '',
    runNumber: 1,
  };
}
