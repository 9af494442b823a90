import { describe, expect, test } from 'vitest';
import { crossCheck as check, differenceIn } from '../../functions/monitor/counting/cross-check.ts';
import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import type { LookRecord } from '../../functions/monitor/events/look-record.ts';
import { hourStart } from '../../functions/monitor/timeline/time.ts';
import { countsOf } from '../support/evaluated-counts.ts';
import { changed, lookAt, METERED } from '../support/looks.ts';
import { at, HOUR, MINUTE } from '../support/monitor.ts';

const EVERY = 5 * MINUTE;
const time = (ms: number) => new Date(ms).toISOString().slice(11, 16);

/** Buckets from eight to half past eleven, each with so many events, and so many of them lost. */
function bucketsWith(metered: number, unmetered = 0): Map<number, BucketRecord> {
  const buckets = new Map<number, BucketRecord>();
  for (let start = at('08:00'); start < at('12:00'); start += EVERY) {
    const counts = countsOf({ metered, unmetered });
    const record = { times: 1, countedAt: start, inProgress: 0, partial: false, configHash: '' };
    buckets.set(start, { ...record, start, runNumber: 1, counts });
  }
  return buckets;
}

/** Looks from eight o'clock on, each with so many events more. Some of them come so many hours late. */
function looksWith(each: number, to = '12:00', late = 0, hours = 1): LookRecord[] {
  const looks: LookRecord[] = [];
  const levels = new Map<number, number>();
  const risen = (label: number, events: number) => {
    const level = levels.get(label) ?? 0;
    levels.set(label, level + events);
    return changed(level + events, { status: METERED, label, from: level });
  };
  for (let end = at('08:05'); end <= at(to); end += EVERY) {
    const label = hourStart(end - EVERY);
    const rises = [risen(label, each - late)];
    if (late > 0) rises.push(risen(label - hours * HOUR, late));
    looks.push(lookAt(time(end), rises));
  }
  return looks;
}

function crossCheck(buckets: Map<number, BucketRecord>, looks: LookRecord[]) {
  return check(buckets, looks, looks.at(-1)?.end ?? 0);
}

describe('once an hour both sources are compared', () => {
  test('over three hours that have settled', () => {
    const compared = crossCheck(bucketsWith(10), looksWith(10));
    expect(compared).toMatchObject({
      range: { start: at('08:30'), end: at('11:30') },
      listed: { total: 360 },
      counted: { total: 360 },
      differ: false,
    });
  });

  test('and not again before the next hour', () => {
    expect(crossCheck(bucketsWith(10), looksWith(10, '12:05'))).toBeUndefined();
  });

  test('and not again in a run without a look', () => {
    expect(check(bucketsWith(10), looksWith(10), at('12:05'))).toBeUndefined();
  });

  test('but not where a bucket is not listed', () => {
    const buckets = bucketsWith(10);
    buckets.delete(at('09:00'));
    expect(crossCheck(buckets, looksWith(10))).toBeUndefined();
  });

  test('but not where a bucket is a lower bound', () => {
    const buckets = bucketsWith(10);
    const record = buckets.get(at('09:00'));
    if (record) buckets.set(record.start, { ...record, partial: true });
    expect(crossCheck(buckets, looksWith(10))).toBeUndefined();
  });

  test('but not where a look reaches over the beginning', () => {
    const looks = looksWith(10).filter(({ end }) => end !== at('08:30'));
    expect(crossCheck(bucketsWith(10), looks)).toBeUndefined();
  });
});

describe('a difference', () => {
  test('is one of more than a twentieth', () => {
    expect(crossCheck(bucketsWith(10), looksWith(11))?.differ).toBe(true);
  });

  test('is none if it may be chance', () => {
    expect(crossCheck(bucketsWith(100), looksWith(104))?.differ).toBe(false);
  });

  test('is none if events come late, and a list of their hour was counted before', () => {
    expect(crossCheck(bucketsWith(10), looksWith(16, '12:00', 6, 2))?.differ).toBe(false);
  });

  test('is none if events turn into lost ones long after a list of their hour was counted', () => {
    const looks = looksWith(10).map((look) => {
      const label = hourStart(look.end - EVERY) - 2 * HOUR;
      const before = 5 * (((look.end - EVERY) % HOUR) / EVERY);
      const turned = [
        changed(before + 5, { label, from: before }),
        changed(115 - before, { label, status: METERED, from: 120 - before }),
      ];
      return { ...look, changes: [...look.changes, ...turned] };
    });
    expect(crossCheck(bucketsWith(10), looks)?.differ).toBe(false);
  });

  test('is one if more events are missing than come late', () => {
    expect(crossCheck(bucketsWith(10), looksWith(16, '12:00', 1, 2))?.differ).toBe(true);
  });

  test('is one of lost events, even if all events are as many', () => {
    expect(crossCheck(bucketsWith(9, 1), looksWith(10))?.differ).toBe(true);
  });

  test('is told with both numbers', () => {
    const compared = crossCheck(bucketsWith(9, 1), looksWith(20));
    expect(compared && differenceIn(compared).what).toMatch(
      /of 2026-11-18 08:30 to 2026-11-18 11:30 UTC the list holds 360 \(36 of them not billed\) events, and Togai counts 720 \(0 of them not billed\)/,
    );
  });

  test('is not told where there is none', () => {
    const compared = crossCheck(bucketsWith(10), looksWith(10));
    expect(compared && differenceIn(compared).what).toBe('');
  });
});
