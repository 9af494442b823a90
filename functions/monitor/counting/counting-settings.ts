import type { Counting } from '../events/counting-source.ts';
import type { IgnoreLists } from '../events/counts.ts';
import type { Threshold } from '../thresholds/threshold.ts';

/** The settings that counting uses. */
export interface CountingOptions {
  readonly counting: Counting;
  readonly windowMs: number;
  readonly settleMs: number;
  readonly maxCatchUpMs: number;
  /** The questions to Togai metrics follow from them; `undefined` where they cannot be read. */
  readonly thresholds: readonly Threshold[] | undefined;
  /** Of the run's time. */
  readonly ignoreLists: IgnoreLists;
  /**
   * An event of an ignored day stays ignored after that day: a bucket is counted under the lists of
   * its own time, epoch ms.
   */
  readonly ignoreListsAt: (time: number) => IgnoreLists;
  /** A hash of the ignore lists of a time. */
  readonly ignoreListsHashAt: (time: number) => string;
  /** How long the next run waits after the last request of this one: a rate limiter knows the requests of its own run only. */
  readonly coolDownMs: number;
  /** How many queries are under way side by side. */
  readonly workers: number;
  /** How often people are reminded, 0: never. */
  readonly repeatMs: number;
}
