import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PlanInput, plan } from '../../functions/monitor/counting/which-buckets-are-due.ts';
import type { CountedBucket } from '../../functions/monitor/events/bucket-record.ts';
import { BUCKET_MS } from '../../functions/monitor/timeline/bucket.ts';

const MINUTE = 60_000;
const at = (text: string) => Date.parse(`2026-11-18T${text}Z`);

function input(fields: Partial<PlanInput> = {}): PlanInput {
  return {
    scheduledTime: at('12:05:30'),
    windowMs: 60 * MINUTE,
    settleMs: 5 * MINUTE,
    maxCatchUpMs: 24 * 60 * MINUTE,
    configHashAt: () => 'f',
    watermark: at('11:55'),
    counted: [],
    looked: [{ start: 0, end: at('12:00') }],
    ...fields,
  };
}

function counted(start: string, fields: Partial<CountedBucket> = {}): CountedBucket {
  return {
    start: at(start),
    times: 1,
    countedAt: at(start) + 10 * MINUTE + 30_000,
    inProgress: 0,
    partial: false,
    configHash: 'f',
    ...fields,
  };
}

const due = (fields: Partial<PlanInput>) =>
  plan(input(fields)).due.map(({ bucket, reason }) => [
    new Date(bucket.start).toISOString().slice(11, 16),
    reason,
  ]);

describe('a new bucket', () => {
  test('is due after its time to settle', () => {
    expect(due({})).toEqual([['11:55', 'new']]);
  });

  test('is not due a second before', () => {
    expect(due({ scheduledTime: at('12:04:59') })).toEqual([]);
  });

  test('is due at exactly that time', () => {
    expect(due({ scheduledTime: at('12:05:00') })).toEqual([['11:55', 'new']]);
  });
});

test('the very first run starts one window back', () => {
  const { due: all } = plan(input({ watermark: undefined }));
  expect(all.map(({ bucket }) => bucket.start)).toEqual(
    Array.from({ length: 12 }, (_, index) => at('11:00') + index * BUCKET_MS),
  );
});

test('the very first run has no gap, even if the window is longer than MaxCatchUpHours', () => {
  const day = 24 * 60 * MINUTE;
  const { due: all, gap } = plan(
    input({ watermark: undefined, windowMs: day, maxCatchUpMs: day / 4 }),
  );
  expect(gap).toBeUndefined();
  expect(all).toHaveLength(288);
});

describe('a bucket that was counted', () => {
  test.each([
    [
      'with something in progress, after 15 minutes',
      '11:50',
      { inProgress: 3, countedAt: at('11:50:30') },
      'in-progress',
    ],
    [
      'with something in progress, before that',
      '11:50',
      { inProgress: 3, countedAt: at('12:00:30') },
      undefined,
    ],
    [
      'twice, with something still in progress',
      '11:50',
      { inProgress: 3, times: 2, countedAt: at('11:50:30') },
      undefined,
    ],
    ['with nothing in progress', '11:50', { countedAt: at('11:30') }, undefined],
    ['when it enters the older half of the window', '11:25', {}, 'last-look'],
    ['when it is in the newer half', '11:30', {}, undefined],
    [
      'in the older half already',
      '11:20',
      { countedAt: at('12:00:30'), times: 3, inProgress: 1 },
      undefined,
    ],
    ['under other ignore lists', '11:40', { configHash: 'other' }, 'stale'],
    [
      'under other ignore lists, before the newest window',
      '10:55',
      { configHash: 'other' },
      undefined,
    ],
    ['as a partial bucket, for good', '11:40', { configHash: 'other', partial: true }, undefined],
  ] as const)('%s', (_, start, fields, reason) => {
    // At 12:05:30 the newest window is 11:00 to 12:00, so its middle is 11:30.
    const result = due({ watermark: at('12:00'), counted: [counted(start, fields)] });
    expect(result).toEqual(reason ? [[start, reason]] : []);
  });
});

test('new buckets come before repeated ones, each oldest first', () => {
  const before = ['11:00', '11:05'].map((start) => counted(start, { configHash: 'other' }));
  expect(due({ watermark: at('11:50'), counted: before })).toEqual([
    ['11:50', 'new'],
    ['11:55', 'new'],
    ['11:00', 'stale'],
    ['11:05', 'stale'],
  ]);
});

describe('after an outage', () => {
  test('every missed bucket is due', () => {
    const { due: all, gap } = plan(input({ watermark: at('02:00') }));
    expect(all).toHaveLength(120);
    expect(gap).toBeUndefined();
  });

  test('the time beyond MaxCatchUpHours is a gap, and nothing in it is due', () => {
    const result = plan(input({ watermark: at('02:00'), maxCatchUpMs: 6 * 60 * MINUTE }));
    expect(result.gap).toEqual({ start: at('02:00'), end: at('06:00') });
    expect(result.due[0]?.bucket.start).toBe(at('06:00'));
  });
});

test('with a run every five minutes, each bucket is counted two or three times, the last time in the older half', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 40, maxLength: 60 }),
      (progress) => {
        const known = new Map<number, CountedBucket>();
        let watermark = at('00:00');
        progress.forEach((inProgress, run) => {
          const now = at('00:10:30') + run * BUCKET_MS;
          for (const { bucket } of plan(
            input({ scheduledTime: now, watermark, counted: known.values() }),
          ).due) {
            const times = (known.get(bucket.start)?.times ?? 0) + 1;
            known.set(bucket.start, {
              start: bucket.start,
              times,
              countedAt: now,
              inProgress,
              partial: false,
              configHash: 'f',
            });
            watermark = Math.max(watermark, bucket.end);
          }
        });
        const all = [...known.values()];
        expect(all).toHaveLength(progress.length);
        expect(all.every(({ times }) => times <= 3)).toBe(true);
        const aged = all.filter(
          ({ start }) => start < at('00:00') + (progress.length - 8) * BUCKET_MS,
        );
        expect(aged.every(({ times }) => times >= 2)).toBe(true);
      },
    ),
  );
});

describe('a bucket of the newest window that has no count', () => {
  const longer = { windowMs: 90 * MINUTE, looked: [{ start: at('10:45'), end: at('11:55') }] };

  test('is due after all others', () => {
    const before = [counted('11:00', { configHash: 'other' })];
    expect(due({ ...longer, counted: before })).toEqual([
      ['11:55', 'new'],
      ['11:00', 'stale'],
      ['10:30', 'missing'],
      ['10:35', 'missing'],
      ['10:40', 'missing'],
    ]);
  });

  test('is not due where looks have counted it', () => {
    expect(due({ ...longer, looked: [{ start: at('10:30'), end: at('11:55') }] })).toEqual([
      ['11:55', 'new'],
    ]);
  });

  test('is due where a look has counted a part of it', () => {
    const looked = [{ start: at('10:30'), end: at('11:52') }];
    expect(due({ ...longer, looked })).toEqual([
      ['11:55', 'new'],
      ['11:50', 'missing'],
    ]);
  });
});

describe('buckets before the watermark that are counted as well', () => {
  const before = { watermark: at('12:00'), listFrom: at('11:50') };

  test('are due if they never were counted', () => {
    expect(due(before)).toEqual([
      ['11:50', 'new'],
      ['11:55', 'new'],
    ]);
  });

  test('are not due again', () => {
    expect(due({ ...before, counted: [counted('11:50')] })).toEqual([['11:55', 'new']]);
  });

  test('are no gap where they are out of reach', () => {
    const maxCatchUpMs = 60 * MINUTE;
    const { gap } = plan(input({ ...before, listFrom: at('09:00'), maxCatchUpMs }));
    expect(gap).toBeUndefined();
  });
});
