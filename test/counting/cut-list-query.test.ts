import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, eventsByPage } from '../../functions/monitor/counting/listing/cut-list-query.ts';
import {
  atBuckets,
  atSeconds,
  jobOf,
  queryOf,
} from '../../functions/monitor/counting/listing/list-queries.ts';
import { type Bucket, bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { eventPage, usageEvent } from '../support/events.ts';

const START = Date.UTC(2026, 10, 18, 12);
const MINUTE = 60_000;
const BUCKET = { start: START, end: START + 5 * MINUTE };

const ofBuckets = (buckets: readonly Bucket[]) =>
  queryOf(
    buckets.map((bucket, rank) => jobOf(bucket, rank, { accounts: new Set(), schemas: new Set() })),
  );
const ofRange = (start: number, end: number) => ofBuckets(bucketsOf({ start, end }));
const HOUR = ofRange(START, START + 60 * MINUTE);

/** A page up to a time, as dense as so many pages in an hour. */
function page(pagesInHour: number, end = START + 60 * MINUTE) {
  const apart = (60 * MINUTE) / (50 * pagesInHour);
  const newest = end - 1;
  return eventPage(
    Array.from({ length: 50 }, (_, index) => usageEvent({ createdAt: newest - index * apart })),
    'next',
  );
}

describe('an hour', () => {
  const lengths = (expected: number, pages = 1) =>
    cut(HOUR, page(expected), { field: 'createdAt', pages, workers: 2 }).map(
      ({ range }) => (range.end - range.start) / MINUTE,
    );

  test.each([
    ['of six pages is listed to its end', 6, []],
    ['is cut into parts of about four pages', 12, [20, 20, 20]],
    ['is cut into its buckets at most', 4_000, Array.from({ length: 12 }, () => 5)],
  ])('%s', (_, expected, parts) => {
    expect(lengths(expected)).toEqual(parts);
  });

  test('is cut by a later page if the first one showed too little', () => {
    expect(lengths(12, 3)).toEqual([20, 20, 20]);
  });

  test('is cut after six pages of any content: they may come in no order', () => {
    expect(lengths(1, 5)).toEqual([]);
    expect(lengths(1, 6)).toEqual([20, 20, 20]);
  });
});

describe('one bucket', () => {
  const parts = (expected: number, pages = 1) =>
    cut(ofBuckets([BUCKET]), page(12 * expected, BUCKET.end), {
      field: 'createdAt',
      pages,
      workers: 5,
    }).length;

  test('of thirty pages is listed to its end', () => expect(parts(30)).toBe(0));
  test('of more pages is listed by all workers', () => expect(parts(32)).toBe(5));
  test('is not cut any more after two pages', () => expect(parts(1_000, 3)).toBe(0));
});

describe('buckets with time between them that is not counted', () => {
  const [first, , third] = bucketsOf(BUCKET).concat(
    bucketsOf({ start: BUCKET.end, end: START + 15 * MINUTE }),
  );
  const apart = ofBuckets([third, first].filter((bucket) => bucket !== undefined).reverse());
  const rows = (pages: number) =>
    cut(apart, page(4 * pages, apart.range.end), { field: 'createdAt', pages: 1, workers: 2 })
      .length;

  test('are listed together while that costs no more requests', () => {
    expect(rows(2)).toBe(0);
  });

  test('are listed apart if the time between them has many events', () => {
    expect(rows(30)).toBe(2);
  });
});

describe('a query', () => {
  test('of one bucket is cut without gap or overlap, at whole seconds', () => {
    const bucket = fc
      .record({ start: fc.nat(200_000), length: fc.integer({ min: 1, max: 99_000 }) })
      .map(({ start, length }) => ({ start: START + start, end: START + start + length }));
    fc.assert(
      fc.property(bucket, fc.integer({ min: 1, max: 60 }), (range, parts) => {
        const ranges = atSeconds(ofBuckets([range]), parts).map((query) => query.range);
        expect(ranges.length).toBeLessThanOrEqual(parts);
        expect(ranges[0]?.start).toBe(range.start);
        expect(ranges.at(-1)?.end).toBe(range.end);
        for (const [index, { start, end }] of ranges.entries()) {
          expect(start).toBeLessThan(end);
          if (index === 0) continue;
          expect(start).toBe(ranges[index - 1]?.end);
          expect(start % 1_000).toBe(0);
        }
      }),
    );
  });

  test('of several buckets is cut between buckets, and each is in one part', () => {
    const range = fc
      .record({ start: fc.nat(300_000), length: fc.integer({ min: 300_001, max: 9_000_000 }) })
      .map(({ start, length }) => ({ start: START + start, end: START + start + length }));
    fc.assert(
      fc.property(range, fc.integer({ min: 2, max: 12 }), ({ start, end }, parts) => {
        const query = ofRange(start, end);
        const cutUp = atBuckets(query, parts);
        expect(cutUp.length).toBeGreaterThan(1);
        expect(cutUp.length).toBeLessThanOrEqual(2 * parts);
        expect(cutUp.flatMap(({ jobs }) => jobs)).toEqual(query.jobs);
      }),
    );
  });

  test('in six is cut at every fifty seconds', () => {
    const ends = atSeconds(ofBuckets([BUCKET]), 6).map(({ range }) => (range.end - START) / 1_000);
    expect(ends).toEqual([50, 100, 150, 200, 250, 300]);
  });
});

describe('a page', () => {
  const times = (from: number, to: number, count = 50) =>
    Array.from({ length: count }, (_, index) => START + from + ((to - from) * index) / (count - 1));
  const expected = (page: readonly number[]) => Math.round(eventsByPage(page, BUCKET));

  test.each([
    ['with the newest events shows how many events there are', times(290_200, 299_999), 1_500],
    ['that covers the whole bucket has all events', times(0, 299_999), 49],
    ['of one event shows nothing', [START], 1],
    ['of one moment is a burst', Array.from({ length: 50 }, () => START), 7_500],
    ['of events outside the bucket shows nothing', [START - 1, START + 300_000], 0],
  ])('%s', (_, page, events) => {
    expect(expected(page)).toBe(events);
  });

  test('shows the same with a few events of another time, or a small burst', () => {
    const dense = times(290_200, 299_999, 40);
    const outliers = times(0, 200_000, 5);
    expect(expected([...outliers, ...dense])).toBeGreaterThan(800);
    const burst = Array.from({ length: 20 }, () => START + 150_000);
    expect(expected([...times(0, 299_999, 30), ...burst])).toBeLessThan(250);
  });
});
