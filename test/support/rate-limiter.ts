import {
  createRateLimiter,
  type RateLimiter,
  type Turn,
} from '../../functions/monitor/togai/rate-limiter.ts';
import { Throttling } from '../../functions/monitor/togai/throttling.ts';
import { createJumpingClock } from './clock.ts';
import { signal } from './togai-client.ts';

/** A rate limiter whose pace answers 429 change. */
export function limiterAt(requestsPerSecond: number, clock = createJumpingClock(0)) {
  const said: string[] = [];
  const onWarning = (message: string) => said.push(message);
  const throttling = new Throttling({ clock, requestsPerSecond, onWarning });
  const rateLimiter = createRateLimiter({ clock, pace: throttling });
  /** Handles an answer 429 of a request that had its turn. */
  const throttle = (turn: Turn, retryAfter?: string): void => {
    const headers = new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter });
    throttling.slowDown({ answered: 'GET /events was answered with 429', headers, turn });
  };
  return { rateLimiter, throttling, throttle, said };
}

/** The times of `count` requests, each sent as soon as the rate limiter allows it. */
export function takeTurns(rateLimiter: RateLimiter, count: number): Promise<number[]> {
  const send = async () => {
    const turn = await rateLimiter.turn(signal);
    turn.sent();
    return turn.at;
  };
  return Promise.all(Array.from({ length: count }, send));
}

export function turnAt(at: number): Turn {
  return { at, sent: () => {}, over: () => {} };
}
