import type { Counting } from '../events/counting-source.ts';
import type { IgnoreLists } from '../events/counts.ts';
import type { Threshold } from '../thresholds/threshold.ts';

/** What counting must know of the settings. */
export interface CountingOptions {
  readonly counting: Counting;
  readonly windowMs: number;
  readonly settleMs: number;
  readonly maxCatchUpMs: number;
  /** What to ask Togai metrics for follows from them; `undefined` where they cannot be read. */
  readonly thresholds: readonly Threshold[] | undefined;
  readonly ignoreLists: IgnoreLists;
  /** Names the ignore lists that buckets are counted under. */
  readonly ignoreListsHash: string;
  /** How long the next run waits after the last request of this one: a rate limiter knows the requests of its own run only. */
  readonly coolDownMs: number;
  /** How many buckets are fetched side by side. */
  readonly workers: number;
  /** How often people are reminded, 0: never. */
  readonly repeatMs: number;
}
