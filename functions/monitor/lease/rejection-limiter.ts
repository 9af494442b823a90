import { LOCK_OUT_MS, MAX_REJECTIONS } from '../events/togai-lock-out.ts';
import type { MonitorState, Rejection } from '../monitor-state.ts';
import { MINUTE_MS } from '../timeline/time.ts';

/** One minute comes on top, because the clocks of two runs may differ. */
const REMEMBERED_MS = LOCK_OUT_MS + MINUTE_MS;

/**
 * Whether a token may be sent. A token that was rejected a short time ago may not: it would be rejected again. After
 * {@link MAX_REJECTIONS} no token may.
 *
 * @param now epoch ms, by the clock
 */
export function maySend(state: MonitorState, tokenDigest: string, now: number): boolean {
  const recent = recentRejections(state, now);
  return (
    requestsIn(recent) < MAX_REJECTIONS && !recent.some(({ digest }) => digest === tokenDigest)
  );
}

/**
 * The number of requests that may be under way at once. All of them may be rejected together, so after a rejection it is the
 * number that may still be rejected. Without one there is no limit here: the rate limiter alone decides.
 *
 * @param now epoch ms, by the clock
 */
export function mostUnderWay(state: MonitorState, now: number): number {
  const count = requestsIn(recentRejections(state, now));
  return count === 0 ? Number.POSITIVE_INFINITY : Math.max(1, MAX_REJECTIONS - count);
}

/** The state with one more rejected request. @param now epoch ms, by the clock */
export function noteRejection(state: MonitorState, tokenDigest: string, now: number): MonitorState {
  const recent = recentRejections(state, now);
  const others = recent.filter(({ digest }) => digest !== tokenDigest);
  const count = 1 + requestsIn(recent) - requestsIn(others);
  return { ...state, rejections: [...others, { digest: tokenDigest, at: now, count }] };
}

function recentRejections({ rejections }: MonitorState, now: number): readonly Rejection[] {
  return rejections.filter(({ at }) => now - at < REMEMBERED_MS);
}

function requestsIn(rejections: readonly Rejection[]): number {
  return rejections.reduce((sum, { count = 1 }) => sum + count, 0);
}
