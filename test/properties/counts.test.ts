import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Counts, countWhere } from '../../functions/monitor/events/counts.ts';
import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import { isProblem } from '../../functions/monitor/events/status-groups.ts';
import { truncateGroups } from '../../functions/monitor/events/truncated-groups.ts';
import {
  fromPlain,
  type PlainRecord,
  Pool,
  toPlain,
} from '../../functions/monitor/storage/bucket-codec.ts';
import { BUCKET, countsOf, events, problem, shuffled } from './any-events.ts';
import { holdsAlways } from './cases.ts';
import { anyText } from './texts.ts';

/** The counts of a bucket, whole or truncated. */
const counts = fc
  .tuple(events, fc.array(problem, { maxLength: 2 }), fc.nat(6))
  .map(([counted, problems, limit]) =>
    limit < 3 ? truncateGroups(countsOf(counted, problems), limit) : countsOf(counted, problems),
  );

/** Only the example depends on the order: it is the first malformed event. */
const withoutExample = (any: Counts): Counts => ({ ...any, malformedExample: undefined });

test('the order of events does not matter', () => {
  const twice = events.chain((list) => fc.tuple(fc.constant(list), shuffled(list)));
  return holdsAlways(
    fc.property(twice, ([some, others]) => {
      expect(countsOf(others)).toEqual(countsOf(some));
    }),
  );
});

test('every event is counted once by status, by account and by schema, or as ignored', () =>
  holdsAlways(
    fc.property(events, (some) => {
      const { total, ignored, byStatus, accounts, schemas } = countsOf(some);
      expect(total + ignored).toBe(some.length);
      expect(countWhere(byStatus, () => true)).toBe(total);
      for (const { byName } of [accounts, schemas]) {
        const sums = [...byName.values()].map((group) => countWhere(group.byStatus, () => true));
        expect(sums.reduce((sum, count) => sum + count, 0)).toBe(total);
      }
    }),
  ));

describe('merged counts', () => {
  test('are the same for any grouping of the merges', () =>
    holdsAlways(
      fc.property(counts, counts, counts, (a, b, c) => {
        const all = mergeCounts([a, b, c]);
        expect(mergeCounts([mergeCounts([a, b]), c])).toEqual(all);
        expect(mergeCounts([a, mergeCounts([b, c])])).toEqual(all);
      }),
      3,
    ));

  test('are the same in any order', () => {
    const inTwoOrders = fc
      .array(counts, { maxLength: 4 })
      .chain((list) => fc.tuple(fc.constant(list), shuffled(list)));
    return holdsAlways(
      fc.property(inTwoOrders, ([some, others]) => {
        expect(withoutExample(mergeCounts(others))).toEqual(withoutExample(mergeCounts(some)));
      }),
      3,
    );
  });

  test('do not change when empty counts are added', () =>
    holdsAlways(
      fc.property(counts, (any) => {
        expect(mergeCounts([any, countsOf([])])).toEqual(any);
      }),
    ));

  test('have true numbers for exact groups, and never too high ones for others', () => {
    const buckets = fc.array(fc.tuple(events, fc.integer({ min: 1, max: 6 })), { maxLength: 4 });
    return holdsAlways(
      fc.property(buckets, (list) => {
        const truth = mergeCounts(list.map(([counted]) => countsOf(counted)));
        const merged = mergeCounts(
          list.map(([counted, limit]) => truncateGroups(countsOf(counted), limit)),
        );
        for (const [group, { byStatus, exact }] of merged.accounts.byName) {
          const real = truth.accounts.byName.get(group)?.byStatus ?? new Map();
          for (const [status, count] of byStatus) {
            expect(count).toBeLessThanOrEqual(real.get(status) ?? 0);
          }
          if (exact) expect(byStatus).toEqual(real);
        }
        const missing = [...truth.accounts.byName.keys()].some(
          (group) => !merged.accounts.byName.has(group),
        );
        if (missing) expect(merged.accounts.truncated).toBe(true);
      }),
      2,
    );
  });
});

describe('truncated counts', () => {
  const limited = fc.tuple(counts, fc.nat(5));

  test('keep their total, and the numbers of the groups that they name', () =>
    holdsAlways(
      fc.property(limited, ([whole, limit]) => {
        const { accounts, schemas, ...rest } = truncateGroups(whole, limit);
        const { accounts: allAccounts, schemas: allSchemas, ...all } = whole;
        expect(rest).toEqual(all);
        for (const [cut, before] of [
          [accounts, allAccounts],
          [schemas, allSchemas],
        ] as const) {
          expect(cut.byName.size).toBe(Math.min(limit, before.byName.size));
          expect(cut.truncated).toBe(before.truncated || before.byName.size > limit);
          for (const [group, own] of cut.byName) expect(own).toEqual(before.byName.get(group));
        }
      }),
    ));

  test('drop no group with more problems than a group that is kept', () =>
    holdsAlways(
      fc.property(limited, ([whole, limit]) => {
        const { byName } = truncateGroups(whole, limit).accounts;
        const problems = (group: string) =>
          countWhere(whole.accounts.byName.get(group)?.byStatus ?? new Map(), isProblem);
        const stay = [...byName.keys()];
        const go = [...whole.accounts.byName.keys()].filter((group) => !byName.has(group));
        expect(Math.max(0, ...go.map(problems))).toBeLessThanOrEqual(
          Math.min(Number.POSITIVE_INFINITY, ...stay.map(problems)) || 0,
        );
      }),
    ));
});

test('a bucket is unchanged after it was stored as JSON and read again', () => {
  const record = fc.record({
    start: fc.constant(BUCKET.start),
    times: fc.integer({ min: 1, max: 3 }),
    countedAt: fc.constant(BUCKET.end),
    inProgress: fc.nat(9),
    partial: fc.boolean(),
    configHash: anyText,
    runNumber: fc.nat(),
    counts: fc.oneof(counts, fc.array(counts, { maxLength: 3 }).map(mergeCounts)),
  });
  return holdsAlways(
    fc.property(record, (original) => {
      const stored: PlainRecord = JSON.parse(JSON.stringify(toPlain(original)));
      expect(fromPlain(stored, new Pool())).toEqual(original);
    }),
  );
});
