import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  eventsByFirstPage,
  sliced,
  slicesFor,
} from '../../functions/monitor/counting/listing/slices.ts';

const START = Date.UTC(2026, 10, 18, 12);
const BUCKET = { start: START, end: START + 300_000 };

describe('a bucket', () => {
  test.each([
    [
      'that is large is fetched by all workers, even if others wait',
      { pages: 300, pagesBehind: 1_200, workers: 2 },
      2,
    ],
    ['that is small is fetched as one', { pages: 3, pagesBehind: 0, workers: 60 }, 1],
    ['that is empty is fetched as one', { pages: 0, pagesBehind: 0, workers: 60 }, 1],
    [
      'with many pages after it is fetched as one',
      { pages: 50, pagesBehind: 14_000, workers: 15 },
      1,
    ],
    ['alone is fetched by all workers', { pages: 600, pagesBehind: 0, workers: 15 }, 15],
    [
      'alone is cut into slices of four pages or more',
      { pages: 40, pagesBehind: 0, workers: 60 },
      10,
    ],
    ['is cut finer if fewer pages come after it', { pages: 50, pagesBehind: 550, workers: 15 }, 3],
    ['is not cut for one worker', { pages: 600, pagesBehind: 0, workers: 1 }, 1],
  ])('%s', (_, workload, slices) => {
    expect(slicesFor(workload)).toBe(slices);
  });

  test('is cut without gap or overlap, at whole seconds', () => {
    const bucket = fc
      .record({ start: fc.nat(300_000), length: fc.integer({ min: 1, max: 300_000 }) })
      .map(({ start, length }) => ({ start: START + start, end: START + start + length }));
    fc.assert(
      fc.property(bucket, fc.integer({ min: 1, max: 60 }), (range, slices) => {
        const cut = sliced(range, slices);
        expect(cut[0]?.start).toBe(range.start);
        expect(cut.at(-1)?.end).toBe(range.end);
        for (const [index, { start, end }] of cut.entries()) {
          expect(start).toBeLessThan(end);
          if (index === 0) continue;
          expect(start).toBe(cut[index - 1]?.end);
          expect(start % 1_000).toBe(0);
        }
      }),
    );
  });

  test('in six is cut at every fifty seconds', () => {
    expect(sliced(BUCKET, 6).map(({ end }) => (end - START) / 1_000)).toEqual([
      50, 100, 150, 200, 250, 300,
    ]);
  });
});

describe('the first page', () => {
  const times = (from: number, to: number) =>
    Array.from({ length: 50 }, (_, index) => START + from + ((to - from) * index) / 49);

  test.each([
    ['with the newest events shows how many events there are', times(290_000, 299_999), 1_500],
    ['that covers the whole bucket has all events', times(0, 299_999), 50],
    ['of one event shows nothing', [START], 1],
    ['of one moment is a burst', Array.from({ length: 50 }, () => START), 15_000],
    ['of events outside the bucket shows nothing', [START - 1, START + 300_000], 0],
  ])('%s', (_, page, events) => {
    expect(Math.round(eventsByFirstPage(page, BUCKET))).toBe(events);
  });
});
