import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEW_SIEVE, sift } from '../../functions/monitor/counting/listing/sift.ts';
import { createSlicedCounter } from '../../functions/monitor/counting/listing/sliced-counts.ts';
import { sliced } from '../../functions/monitor/counting/listing/slices.ts';
import { TogaiError } from '../../functions/monitor/errors.ts';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import {
  type Counts,
  countWhere,
  type IgnoreLists,
} from '../../functions/monitor/events/counts.ts';
import type { EventPage, UsageEvent } from '../../functions/monitor/events/event.ts';
import { truncateGroups } from '../../functions/monitor/events/group-counts.ts';
import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import { isProblem } from '../../functions/monitor/events/status-groups.ts';
import {
  fromPlain,
  type PlainRecord,
  Pool,
  toPlain,
} from '../../functions/monitor/storage/bucket-codec.ts';
import { BUCKET_MS } from '../../functions/monitor/timeline/bucket.ts';
import { holdsAlways } from './cases.ts';
import { anyText } from './texts.ts';

const BUCKET = { start: Date.UTC(2026, 10, 18, 12), end: Date.UTC(2026, 10, 18, 12) + BUCKET_MS };
const IGNORED: IgnoreLists = { accounts: new Set(['waived']), schemas: new Set(['waived']) };

const name = fc.oneof(
  fc.constantFrom('acme', 'globex', 'umbrella', 'waived', '', '__proto__'),
  anyText,
);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Any event; times are few, so that many are of the same moment. */
const event: fc.Arbitrary<UsageEvent> = fc
  .record({
    referenceId: optional(fc.uuid()),
    id: optional(fc.constantFrom('a', 'b', '')),
    createdAt: fc.nat(9).map((step) => BUCKET.start + step * 33_331),
    status: fc.oneof(
      fc.constantFrom(
        'INGESTION_COMPLETED_EVENT_METERED',
        'INGESTION_COMPLETED_EVENT_NOT_METERED',
        'INGESTION_FAILED_DUPLICATE_EVENT',
        'INGESTION_IN_PROGRESS',
        'UNKNOWN',
        '__proto__',
      ),
      anyText,
    ),
    // As many texts as are kept of a status: which of more are kept is not promised.
    statusDescription: fc.constantFrom(undefined, '', 'no plan', 'no meter', '\ud800', '__proto__'),
    accountId: name,
    schemaName: name,
  })
  .map((fields) => ({
    ...fields,
    identity: fields.referenceId,
    timestamp: fields.createdAt,
  }));
const events = fc.array(event, { maxLength: 25 });
const problem = fc.constantFrom('its createdAt is missing', 'it is text');

function countsOf(counted: readonly UsageEvent[], problems: readonly string[] = []): Counts {
  const counter = createCounter(IGNORED);
  for (const one of counted) counter.add(one);
  for (const one of problems) counter.addMalformed(one);
  return counter.finish();
}

/** The counts of a bucket, whole or cut. */
const counts = fc
  .tuple(events, fc.array(problem, { maxLength: 2 }), fc.nat(6))
  .map(([counted, problems, limit]) =>
    limit < 3 ? truncateGroups(countsOf(counted, problems), limit) : countsOf(counted, problems),
  );

const shuffled = <T>(list: readonly T[]) =>
  fc.shuffledSubarray([...list], { minLength: list.length });

/** Which of several was seen first is all that depends on order. */
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

describe('counts merge', () => {
  test('to the same, whatever is merged first', () =>
    holdsAlways(
      fc.property(counts, counts, counts, (a, b, c) => {
        const all = mergeCounts([a, b, c]);
        expect(mergeCounts([mergeCounts([a, b]), c])).toEqual(all);
        expect(mergeCounts([a, mergeCounts([b, c])])).toEqual(all);
      }),
      3,
    ));

  test('to the same, in whatever order', () => {
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

  test('with nothing to themselves', () =>
    holdsAlways(
      fc.property(counts, (any) => {
        expect(mergeCounts([any, countsOf([])])).toEqual(any);
      }),
    ));

  test('to numbers of groups that are true where they are called exact, and too low at worst', () => {
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

describe('a counts that is cut', () => {
  const limited = fc.tuple(counts, fc.nat(5));

  test('keeps its total, and the numbers of whom it names', () =>
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

  test('lets nobody go who has more problems than one who stays', () =>
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

test('a bucket is the same after it was stored as JSON and read again', () => {
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

describe('pages', () => {
  const named = fc
    .uniqueArray(event, { maxLength: 30, selector: ({ referenceId }) => referenceId })
    .map((list) => list.filter(({ identity }) => identity !== undefined));
  const dealt = fc.record({
    list: named.chain(shuffled),
    sizes: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 30, maxLength: 30 }),
    again: fc.array(fc.array(fc.nat(20), { maxLength: 6 }), { minLength: 30, maxLength: 30 }),
    emptyAfter: fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
  });

  /** Pages of all events, in which events of the page before, or of the page itself, come again. */
  function pagesOf({
    list,
    sizes,
    again,
    emptyAfter,
  }: typeof dealt extends fc.Arbitrary<infer D> ? D : never) {
    const pages: UsageEvent[][] = [];
    let previous: UsageEvent[] = [];
    for (let next = 0, page = 0; next < list.length; page++) {
      const fresh = list.slice(next, next + (sizes[page] ?? 1));
      next += fresh.length;
      const known = [...previous, ...fresh];
      const repeated = (again[page] ?? []).flatMap((at) => known[at % known.length] ?? []);
      previous = [...repeated, ...fresh];
      pages.push(previous);
      if (emptyAfter[page]) pages.push([]);
    }
    return pages.map(
      (page, index): EventPage => ({
        events: page,
        malformed: [],
        nextToken: index < pages.length - 1 ? `token-${index}` : undefined,
      }),
    );
  }

  test('that repeat events of their own and of the page before add up to each event once', () =>
    holdsAlways(
      fc.property(dealt, (deal) => {
        let sieve = NEW_SIEVE;
        const kept: UsageEvent[] = [];
        for (const page of pagesOf(deal)) {
          const sifted = sift(sieve, page, BUCKET);
          sieve = sifted.sieve;
          kept.push(...sifted.page.events);
        }
        expect(countsOf(kept)).toEqual(countsOf(deal.list));
      }),
    ));

  test('that run in a circle are an error, whatever came before and whatever the tokens', () => {
    const page = fc.array(fc.nat(30), { maxLength: 4 });
    const running = fc.record({
      before: fc.array(page, { maxLength: 6 }),
      circle: fc
        .array(page, { minLength: 1, maxLength: 8 })
        .filter((pages) => pages.some(({ length }) => length > 0)),
      tokensRepeat: fc.boolean(),
    });
    return holdsAlways(
      fc.property(running, ({ before, circle, tokensRepeat }) => {
        const goOn = () => {
          let sieve = NEW_SIEVE;
          for (let index = 0; index < 20 * (before.length + circle.length); index++) {
            const at = index < before.length ? index : (index - before.length) % circle.length;
            const numbers = (index < before.length ? before : circle)[at] ?? [];
            const listed = numbers.map((number) => ({
              ...NAMELESS,
              identity: `event-${number}`,
            }));
            const nextToken =
              index >= before.length && tokensRepeat ? `circle-${at}` : `token-${index}`;
            sieve = sift(sieve, { events: listed, malformed: [], nextToken }, BUCKET).sieve;
          }
        };
        expect(goOn).toThrow(TogaiError);
      }),
    );
  });
});

const NAMELESS: UsageEvent = {
  identity: undefined,
  referenceId: undefined,
  id: undefined,
  createdAt: BUCKET.start,
  timestamp: BUCKET.start,
  status: 'REVERTED',
  statusDescription: undefined,
  accountId: '',
  schemaName: '',
};

describe('a bucket in slices', () => {
  const EDGE_MS = 2_000;
  const times = fc.oneof(
    fc.integer({ min: BUCKET.start, max: BUCKET.end - 1 }),
    // Many near to where slices meet.
    fc
      .tuple(fc.nat(59), fc.integer({ min: -2_100, max: 2_100 }))
      .map(([mark, offset]) => BUCKET.start + mark * 5_000 + offset)
      .filter((time) => time >= BUCKET.start && time < BUCKET.end),
  );
  const sent = fc
    .tuple(event, times, fc.uuid(), fc.nat())
    .map(([one, time, identity, choice]) => ({ one: { ...one, identity }, time, choice }));
  const answers = fc.record({
    pieces: fc.integer({ min: 2, max: 200 }),
    list: fc.uniqueArray(sent, { maxLength: 20, selector: ({ one }) => one.identity }),
    order: fc.infiniteStream(fc.nat()).map((stream) => [...stream.take(100)]),
  });

  test('adds up to the bucket, whichever of the slices near to it brings an event, and how often', () =>
    holdsAlways(
      fc.property(answers, ({ pieces, list, order }) => {
        const slices = sliced(BUCKET, pieces);
        const brought = list.flatMap(({ one, time, choice }) => {
          const near = slices.filter(
            ({ start, end }) => time >= start - EDGE_MS && time < end + EDGE_MS,
          );
          // At least one of them brings it; which of the others do is anybody's guess.
          const first = choice % near.length;
          const some = near.filter((_, index) => index === first || (choice >> index) % 2 === 1);
          return some.map((slice) => ({ slice, time, one }));
        });
        const counter = createSlicedCounter(BUCKET, IGNORED);
        const ranked = brought.map((entry, index) => ({ entry, rank: order[index] ?? index }));
        ranked.sort((a, b) => a.rank - b.rank);
        for (const { entry } of ranked) counter.add(entry.slice, entry.time, entry.one);
        expect(counter.finish()).toEqual(countsOf(list.map(({ one }) => one)));
      }),
      3,
    ));
});
