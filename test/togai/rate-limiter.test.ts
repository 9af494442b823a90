import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createRateLimiter,
  type RateLimiter,
  type Turn,
} from '../../functions/monitor/togai/rate-limiter.ts';
import { createJumpingClock } from '../support/clock.ts';

const signal = new AbortController().signal;

function turnsOf(requestsPerSecond: number, count: number): Promise<number[]> {
  const clock = createJumpingClock(0);
  const rateLimiter = createRateLimiter({ clock, requestsPerSecond });
  return takeTurns(rateLimiter, count);
}

/** The times of `count` requests, each sent as soon as the rate limiter allows it. */
function takeTurns(rateLimiter: RateLimiter, count: number): Promise<number[]> {
  const send = async () => {
    const turn = await rateLimiter.turn(signal);
    turn.sent();
    return turn.at;
  };
  return Promise.all(Array.from({ length: count }, send));
}

function turnAt(at: number): Turn {
  return { at, sent: () => {}, over: () => {} };
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
    retryAfterMs: fc.constantFrom(undefined, 0, 1_000, 7_000),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0.5, 1, 3, 7.7, 20),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      async (rate, steps) => {
        const clock = createJumpingClock(0);
        const rateLimiter = createRateLimiter({ clock, requestsPerSecond: rate });
        const turns: number[] = [];
        for (const { pauseMs, turns: count, throttled, retryAfterMs } of steps) {
          clock.advance(pauseMs);
          const taken = await takeTurns(rateLimiter, count);
          turns.push(...taken);
          if (throttled) rateLimiter.throttled(turnAt(taken[0] ?? 0));
          if (retryAfterMs !== undefined) rateLimiter.pause(retryAfterMs);
        }
        expect(mostInASecond(turns)).toBeLessThanOrEqual(Math.max(1, rate));
      },
    ),
  );
});

describe('after 429', () => {
  /** A rate limiter after so many 429 in a row, each for a request that had its turn after the one before. */
  async function afterThrottling(times: number) {
    const clock = createJumpingClock(0);
    const rateLimiter = createRateLimiter({ clock, requestsPerSecond: 10 });
    const turns = await takeTurns(rateLimiter, 10);
    const halved: boolean[] = [];
    for (let time = 0; time < times; time++) {
      const turn = await rateLimiter.turn(signal);
      turn.sent();
      halved.push(rateLimiter.throttled(turn));
    }
    const throttledAt = clock.elapsed();
    const perSecond = async (afterMs: number) => {
      clock.advance(Math.max(0, throttledAt + afterMs - clock.elapsed()));
      const later = await takeTurns(rateLimiter, 20);
      const from = later[5] ?? 0;
      return later.filter((turn) => turn >= from && turn < from + 1_000).length;
    };
    return { clock, rateLimiter, turns, throttledAt, perSecond, halved };
  }

  test('a lone one widens the distance a little, and only for a while', async () => {
    const { clock, rateLimiter, halved } = await afterThrottling(1);
    expect(halved).toEqual([false]);
    const secondsFor = async (requests: number) => {
      const begun = clock.elapsed();
      await takeTurns(rateLimiter, requests);
      return (clock.elapsed() - begun) / 1_000;
    };
    const first = await secondsFor(100);
    expect(first).toBeGreaterThan(10.2);
    expect(first).toBeLessThan(10.5);
    await secondsFor(100);
    expect(await secondsFor(100)).toBeLessThan(10.2);
  });

  test('the third one within twenty requests halves the rate', async () => {
    const { perSecond, halved } = await afterThrottling(3);
    expect(halved).toEqual([false, false, true]);
    expect(await perSecond(0)).toBe(5);
  });

  test('the rate recovers slowly', async () => {
    const { perSecond } = await afterThrottling(3);
    expect(await perSecond(12_000)).toBeLessThan(9);
    expect(await perSecond(60_000)).toBeGreaterThanOrEqual(9);
  });

  test('nothing is sent before a pause is over', async () => {
    const { rateLimiter, throttledAt } = await afterThrottling(0);
    rateLimiter.pause(7_000);
    expect((await rateLimiter.turn(signal)).at).toBeGreaterThanOrEqual(throttledAt + 7_000);
  });

  test('answers to requests sent before the pace was changed do not change it again', async () => {
    const { rateLimiter, turns, perSecond } = await afterThrottling(3);
    for (const turn of turns) expect(rateLimiter.throttled(turnAt(turn))).toBe(false);
    expect(await perSecond(0)).toBe(5);
  });

  test('a further one soon after halves the rate again', async () => {
    const { perSecond, halved } = await afterThrottling(4);
    expect(halved.at(-1)).toBe(true);
    expect(await perSecond(0)).toBeLessThanOrEqual(3);
  });
});

test('a wait for a turn ends with the signal, and the next request takes the turn', async () => {
  const clock = createJumpingClock(0);
  const rateLimiter = createRateLimiter({ clock, requestsPerSecond: 1 });
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
          const rateLimiter = createRateLimiter({ clock, requestsPerSecond: 5 });
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
    const rateLimiter = createRateLimiter({ clock, requestsPerSecond: 2 });
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
    const rateLimiter = createRateLimiter({ clock: createJumpingClock(0), requestsPerSecond: 1 });
    await rateLimiter.turn(signal);
    rateLimiter.turn(signal).catch(() => {});
    await expect(rateLimiter.turn(AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
  });

  test('lets a waiting request end when it is aborted', async () => {
    const rateLimiter = createRateLimiter({ clock: createJumpingClock(0), requestsPerSecond: 1 });
    const abort = new AbortController();
    await rateLimiter.turn(signal);
    const waiting = rateLimiter.turn(abort.signal);
    setImmediate(() => abort.abort(new Error('enough')));
    await expect(waiting).rejects.toThrow('enough');
  });
});
