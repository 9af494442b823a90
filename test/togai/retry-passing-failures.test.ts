import { expect, test } from 'vitest';
import { retryAfterMs } from '../../functions/monitor/togai/retry-after.ts';
import { backoffMs } from '../../functions/monitor/togai/retry-passing-failures.ts';

const NOW = Date.UTC(2026, 10, 18, 12);

test.each([
  ['seconds', '7', 7_000],
  ['zero', '0', 0],
  ['a date', 'Wed, 18 Nov 2026 12:00:30 GMT', 30_000],
  ['a date that has passed', 'Wed, 18 Nov 2026 11:00:00 GMT', 0],
  ['nothing', null, undefined],
  ['words', 'soon', undefined],
  ['a negative number', '-5', undefined],
])('Retry-After in %s', (_, header, expected) => {
  expect(retryAfterMs(header, NOW)).toBe(expected);
});

test('the longest backoff doubles with each attempt, up to eight seconds', () => {
  expect([1, 2, 3, 4, 5, 9].map((attempt) => backoffMs(attempt, 1))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 8_000,
  ]);
});

test('the backoff is random between zero and the longest', () => {
  expect([backoffMs(3, 0), backoffMs(3, 0.5)]).toEqual([0, 1_000]);
});
