import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJumpingClock } from '../support/clock.ts';
import { limiterAt, takeTurns, turnAt } from '../support/rate-limiter.ts';
import { signal } from '../support/togai-client.ts';

function turnsOf(requestsPerSecond: number, count: number): Promise<number[]> {
  const clock = createJumpingClock(0);
  const rateLimiter = limiterAt(requestsPerSecond, clock).rateLimiter;
  return takeTurns(rateLimiter, count);
}

/** The most turns in any second, its end not included. */
function mostInASecond(turns: readonly number[]): number {
  return Math.max(
    ...turns.map((from) => turns.filter((turn) => turn >= from && turn < from + 1_000).length),
  );
}

test.each([1, 2, 2.5, 10, 50, 100])('at %s a second, no second has more requests', async (rate) => {
  const turns = await turnsOf(rate, 300);
  expect(mostInASecond(turns)).toBeLessThanOrEqual(rate);
});

test.each([1, 2, 10, 50, 100])('at %s a second, at least 98% of the rate is used', async (rate) => {
  const turns = await turnsOf(rate, 10 * rate + 1);
  expect(turns.at(-1)).toBeLessThanOrEqual(10_150);
});

test.each([1, 2, 10, 50])(
  'at %s a second, requests that arrive 14 ms closer together are within the rate',
  async (rate) => {
    const turns = await turnsOf(rate, 10 * rate);
    const nearer = turns.map((turn, index) => (index % 2 === 0 ? turn + 14 : turn));
    expect(mostInASecond(nearer)).toBeLessThanOrEqual(rate);
  },
);

test('below one a second, requests are evenly spaced', async () => {
  expect(await turnsOf(0.2, 3)).toEqual([0, 5_000, 10_000]);
});

test('requests are spread over the second, not sent in a burst', async () => {
  const turns = await turnsOf(10, 11);
  expect(turns.filter((turn) => turn < 500).length).toBeLessThanOrEqual(6);
});

test('for any times of requests and any 429s, no second has more requests', async () => {
  const step = fc.record({
    pauseMs: fc.constantFrom(0, 0, 1, 40, 400, 3_000),
    turns: fc.integer({ min: 1, max: 15 }),
    throttled: fc.boolean(),
    retryAfter: fc.constantFrom(undefined, '0', '1', '7'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0.5, 1, 3, 7.7, 20),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      async (rate, steps) => {
        const clock = createJumpingClock(0);
        const { rateLimiter, throttle } = limiterAt(rate, clock);
        const turns: number[] = [];
        for (const { pauseMs, turns: count, throttled, retryAfter } of steps) {
          clock.advance(pauseMs);
          const taken = await takeTurns(rateLimiter, count);
          turns.push(...taken);
          if (throttled) throttle(turnAt(taken[0] ?? 0), retryAfter);
        }
        expect(mostInASecond(turns)).toBeLessThanOrEqual(Math.max(1, rate));
      },
    ),
  );
});

test('a wait for a turn ends with the signal, and the next request takes the turn', async () => {
  const clock = createJumpingClock(0);
  const rateLimiter = limiterAt(1, clock).rateLimiter;
  const abort = new AbortController();
  await takeTurns(rateLimiter, 1);
  const given = rateLimiter.turn(abort.signal);
  const next = rateLimiter.turn(signal);
  abort.abort(new Error('enough'));
  await expect(given).rejects.toThrow('enough');
  expect((await next).at).toBe(1_015);
});

describe('a request whose connection takes long to open', () => {
  test('counts when it is sent, so no second has more requests', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 10, maxLength: 60 }),
        async (lags) => {
          const clock = createJumpingClock(0);
          const rateLimiter = limiterAt(5, clock).rateLimiter;
          const sent: number[] = [];
          const send = async (lagMs: number) => {
            const turn = await rateLimiter.turn(signal);
            await clock.sleep(lagMs, signal);
            sent.push(clock.elapsed());
            turn.sent();
          };
          await Promise.all(lags.map(send));
          expect(mostInASecond(sent)).toBeLessThanOrEqual(5);
        },
      ),
    );
  });

  test('holds its place until it is sent, and gives it back if it is never sent', async () => {
    const clock = createJumpingClock(0);
    const rateLimiter = limiterAt(2, clock).rateLimiter;
    const stuck = [await rateLimiter.turn(signal), await rateLimiter.turn(signal)];
    clock.advance(60_000);
    const next = rateLimiter.turn(signal);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(clock.elapsed()).toBeLessThan(60_600);
    stuck[0]?.over();
    expect((await next).at).toBeGreaterThanOrEqual(60_000);
    expect(await Promise.race([rateLimiter.turn(signal), Promise.resolve('waiting')])).toBe(
      'waiting',
    );
  });

  test('does not delay a request behind it that is already aborted', async () => {
    const rateLimiter = limiterAt(1).rateLimiter;
    await rateLimiter.turn(signal);
    rateLimiter.turn(signal).catch(() => {});
    await expect(rateLimiter.turn(AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
  });

  test('lets a waiting request end when it is aborted', async () => {
    const rateLimiter = limiterAt(1).rateLimiter;
    const abort = new AbortController();
    await rateLimiter.turn(signal);
    const waiting = rateLimiter.turn(abort.signal);
    setImmediate(() => abort.abort(new Error('enough')));
    await expect(waiting).rejects.toThrow('enough');
  });
});
