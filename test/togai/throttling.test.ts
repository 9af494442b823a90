import { describe, expect, test } from 'vitest';
import { createJumpingClock } from '../support/clock.ts';
import { limiterAt, takeTurns, turnAt } from '../support/rate-limiter.ts';
import { signal } from '../support/togai-client.ts';

describe('after 429', () => {
  /** A rate limiter after so many 429 in a row, each for a request that had its turn after the one before. */
  async function afterThrottling(times: number, requestsBetween = 0) {
    const clock = createJumpingClock(0);
    const { rateLimiter, throttle, said } = limiterAt(10, clock);
    const turns = await takeTurns(rateLimiter, 10);
    for (let time = 0; time < times; time++) {
      const turn = await rateLimiter.turn(signal);
      turn.sent();
      throttle(turn);
      await takeTurns(rateLimiter, requestsBetween);
    }
    const throttledAt = clock.elapsed();
    const perSecond = async (afterMs: number) => {
      clock.advance(Math.max(0, throttledAt + afterMs - clock.elapsed()));
      const later = await takeTurns(rateLimiter, 20);
      const from = later[5] ?? 0;
      return later.filter((turn) => turn >= from && turn < from + 1_000).length;
    };
    const halved = () => said.map((message) => /half/.test(message));
    return { clock, rateLimiter, throttle, turns, throttledAt, perSecond, halved };
  }

  test('a lone one widens the distance a little, and only for a while', async () => {
    const { clock, rateLimiter, halved } = await afterThrottling(1);
    expect(halved()).toEqual([false]);
    const secondsFor = async (requests: number) => {
      const begun = clock.elapsed();
      await takeTurns(rateLimiter, requests);
      return (clock.elapsed() - begun) / 1_000;
    };
    const first = await secondsFor(100);
    expect(first).toBeGreaterThan(10.3);
    expect(first).toBeLessThan(10.7);
    await secondsFor(3_000);
    expect(await secondsFor(100)).toBeLessThan(10.2);
  });

  test('the third one within twenty requests halves the rate', async () => {
    const { perSecond, halved } = await afterThrottling(3);
    expect(halved()).toEqual([false, false, true]);
    expect(await perSecond(0)).toBe(5);
  });

  test('the third one after more than twenty requests does not', async () => {
    const { halved } = await afterThrottling(3, 10);
    expect(halved()).toEqual([false, false, false]);
  });

  test('however many come one by one, they widen the distance by a fifth at the most', async () => {
    const { clock, rateLimiter } = await afterThrottling(60, 10);
    const begun = clock.elapsed();
    await takeTurns(rateLimiter, 50);
    expect(clock.elapsed() - begun).toBeLessThan(1.25 * 5_000);
  });

  test('the third one within twenty requests halves the rate, also if each asks to wait', async () => {
    const { rateLimiter, throttle, said } = limiterAt(50);
    for (let time = 0; time < 3; time++) throttle(await rateLimiter.turn(signal), '1');
    expect(said.at(-1)).toMatch(/half the rate/);
  });

  test('the rate recovers slowly', async () => {
    const { perSecond } = await afterThrottling(3);
    expect(await perSecond(12_000)).toBeLessThan(9);
    expect(await perSecond(60_000)).toBeGreaterThanOrEqual(9);
  });

  test('a wait that Togai asks for holds all requests back', async () => {
    const { rateLimiter, throttle, throttledAt } = await afterThrottling(0);
    throttle(turnAt(throttledAt), '7');
    expect((await rateLimiter.turn(signal)).at).toBeGreaterThanOrEqual(throttledAt + 7_000);
  });

  test('a shorter wait does not end a longer one', async () => {
    const { rateLimiter, throttle, throttledAt } = await afterThrottling(0);
    throttle(turnAt(throttledAt), '7');
    throttle(turnAt(throttledAt), '1');
    expect((await rateLimiter.turn(signal)).at).toBeGreaterThanOrEqual(throttledAt + 7_000);
  });

  test('answers to requests sent before the pace was changed do not change it again', async () => {
    const { throttle, turns, perSecond, halved } = await afterThrottling(3);
    for (const turn of turns) throttle(turnAt(turn));
    expect(halved().filter(Boolean)).toHaveLength(1);
    expect(await perSecond(0)).toBe(5);
  });

  test('a further one soon after halves the rate again', async () => {
    const { perSecond, halved } = await afterThrottling(4);
    expect(halved().at(-1)).toBe(true);
    expect(await perSecond(0)).toBeLessThanOrEqual(3);
  });
});
