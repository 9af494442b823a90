import { expect, test } from 'vitest';
import { shareText } from '../../functions/monitor/thresholds/value-text.ts';

test.each([
  [99.98, '99.98%'],
  [99.9999, '99.9999%'],
  [100, '100%'],
  [0, '0%'],
  [0.01, '<0.1%'],
])('a share of %s is not 100% or 0% unless it is exactly that, beside any limit', (share, text) => {
  expect(shareText(share, { operator: '>=', limit: 5 })).toBe(text);
});
