import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUCKET_MS, bucketsOf } from '../../functions/monitor/timeline/bucket.ts';

const someTime = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
const someLength = fc.integer({ min: 1, max: 40 * BUCKET_MS });

test('the buckets of a range cover it without gap or overlap', () => {
  fc.assert(
    fc.property(someTime, someLength, (start, length) => {
      const buckets = bucketsOf({ start, end: start + length });
      expect(buckets[0]?.start).toBe(start);
      expect(buckets.at(-1)?.end).toBe(start + length);
      buckets.slice(1).forEach((bucket, index) => {
        expect(bucket.start).toBe(buckets[index]?.end);
      });
    }),
  );
});

test('no bucket crosses a five-minute mark', () => {
  fc.assert(
    fc.property(someTime, someLength, (start, length) =>
      bucketsOf({ start, end: start + length }).every(
        (bucket) =>
          Math.floor(bucket.start / BUCKET_MS) === Math.floor((bucket.end - 1) / BUCKET_MS),
      ),
    ),
  );
});

test('an empty range has no buckets', () => {
  expect(bucketsOf({ start: 5, end: 5 })).toEqual([]);
});
