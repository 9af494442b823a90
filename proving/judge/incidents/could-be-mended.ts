import { BUCKET } from '../../world/scenario.ts';
import type { Span } from '../span.ts';
import type { Loss } from './true-losses.ts';
import type { TrueTraffic } from './true-traffic.ts';

/** An account is mended after so many buckets without loss, at least. */
const CALM_BUCKETS = 3;
/** If one event in n was lost, it takes 10 n settled events without loss. */
export const PROOF = 10;

/**
 * Whether a span has a pause of an account's loss that may prove that it is mended. The pause must
 * be almost three buckets, and have ten events at least.
 */
export function couldBeMended(
  account: string,
  losses: readonly Loss[],
  traffic: TrueTraffic,
  span: Span,
  now: number,
): boolean {
  const times = losses
    .filter((loss) => loss.account === account)
    .map(({ event }) => event.createdAt)
    .filter((time) => time > span.start && time < span.end);
  return pausesOf([span.start, ...times, span.end]).some(
    (pause) =>
      pause.end - pause.start >= (CALM_BUCKETS - 1) * BUCKET &&
      traffic.settledIn(account, { start: pause.start - BUCKET, end: pause.end + BUCKET }, now) >=
        PROOF,
  );
}

/** The pauses between times, in their order. */
export function pausesOf(times: readonly number[]): Span[] {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => ({ start: sorted[index] as number, end }));
}

/** The longest pause between times, ms; 0 without one. */
export function longestPause(times: readonly number[]): number {
  return pausesOf(times).reduce((longest, { start, end }) => Math.max(longest, end - start), 0);
}
