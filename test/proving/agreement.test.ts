import { expect, test } from 'vitest';
import type { StoredBucket, StoredLook } from '../../proving/history.ts';
import { Agreement } from '../../proving/judge/agreement.ts';
import { LookBook } from '../../proving/judge/look-book.ts';
import { StoredBuckets } from '../../proving/judge/stored-buckets.ts';
import { createWorld } from '../../proving/world/create-world.ts';
import { FIRST_GENERATION } from '../../proving/world/generation.ts';
import { BUCKET, HOUR, type Scenario } from '../../proving/world/scenario.ts';

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';

/** The complaint about an hour of so many listed events, with ten by Togai metrics. */
function complaintAbout(listed: number) {
  const created = createWorld(5, 1);
  const settings = { ...created.settings, ignoredAccounts: [], ignoredSchemas: [] };
  const generations = [{ from: created.start, generation: FIRST_GENERATION }];
  const world: Scenario = { ...created, settings, generations };
  const hour = Math.ceil(world.start / HOUR) * HOUR;
  const stored = new StoredBuckets();
  for (let start = hour; start < hour + HOUR; start += BUCKET) {
    const byStatus = new Map(start === hour ? [[METERED, listed]] : []);
    const counts = { byStatus } as unknown as StoredBucket['counts'];
    const bucket = { start, countedAt: start + HOUR, partial: false, counts } as StoredBucket;
    stored.store(bucket, { run: 1, config: '', countedTimes: 1, storedAt: 0 });
  }
  const looks = new LookBook();
  const look: StoredLook = {
    end: hour + 3 * HOUR,
    since: hour,
    isFirst: true,
    takenAt: hour + 3 * HOUR,
    runNumber: 1,
    asked: [{ scope: 'all', start: hour, end: hour + 4 * HOUR, complete: true }],
    changes: [{ label: hour, scope: 'all', name: '', status: METERED, from: 0, to: 10 }],
    exceptions: [],
    stale: [],
  };
  looks.prepare(look, look.end);
  return new Agreement(world, []).differenceAt(looks.store(look, 1, look.end), looks, stored);
}

test('both sources count the same in an hour that is over', () => {
  expect(complaintAbout(10)).toBeUndefined();
  expect(complaintAbout(9)?.invariant).toBe('sources-agree');
});
