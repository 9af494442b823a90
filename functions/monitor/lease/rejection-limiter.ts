import type { MonitorState, Rejection } from '../monitor-state.ts';
import { MINUTE_MS } from '../timeline/time.ts';

/** Half an hour, and as much as the clocks of two runs may differ by. */
const REJECTION_MS = 31 * MINUTE_MS;

const MAX_REJECTIONS = 4;

/** Whether a token may be sent: not one that was rejected lately, and none after too many rejected requests. */
export function maySend(state: MonitorState, tokenDigest: string, now: number): boolean {
  const recent = recentRejections(state, now);
  return rejected(recent) < MAX_REJECTIONS && !recent.some(({ digest }) => digest === tokenDigest);
}

/** How many requests may be on their way at once: after a rejection no more than may still be rejected. */
export function mostUnderWay(state: MonitorState, now: number): number {
  const count = rejected(recentRejections(state, now));
  return count === 0 ? Number.POSITIVE_INFINITY : Math.max(1, MAX_REJECTIONS - count);
}

export function noteRejection(state: MonitorState, tokenDigest: string, now: number): MonitorState {
  const recent = recentRejections(state, now);
  const others = recent.filter(({ digest }) => digest !== tokenDigest);
  const count = 1 + rejected(recent) - rejected(others);
  return { ...state, rejections: [...others, { digest: tokenDigest, at: now, count }] };
}

function recentRejections({ rejections }: MonitorState, now: number): readonly Rejection[] {
  return rejections.filter(({ at }) => now - at < REJECTION_MS);
}

function rejected(rejections: readonly Rejection[]): number {
  return rejections.reduce((sum, { count = 1 }) => sum + count, 0);
}
