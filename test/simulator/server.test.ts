import { describe, expect, test } from 'vitest';
import { lastMinutes, simulate } from './simulated-togai.ts';

test('the same seed makes the same events, and another seed makes other events', async () => {
  const page = async (seed: number) =>
    (await (await simulate({ seed })).ask(`/events?${lastMinutes(5)}`)).body;
  const [first, again, other] = [await page(1), await page(1), await page(2)];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

describe('every request', () => {
  test('is answered with 401 for a wrong token, and with 403 after five of them, even for the right one', async () => {
    const { ask } = await simulate();
    const headers = { authorization: 'Bearer wrong' };
    const statuses = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      statuses.push((await ask('/events', { headers })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 403]);
    expect((await ask('/events')).status).toBe(403);
  });

  test('is answered with 429 and Retry-After beyond the quota', async () => {
    const { ask } = await simulate({ quota: 3 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('/events?pageSize=1')));
    const throttled = answers.filter(({ status }) => status === 429);
    expect(throttled).toHaveLength(2);
    expect(throttled[0]?.headers.get('retry-after')).toBe('1');
  });

  test('is answered with 404 for an unknown path', async () => {
    const { ask } = await simulate();
    expect((await ask('/invoices')).status).toBe(404);
  });
});
