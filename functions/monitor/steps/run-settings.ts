import type { Waived } from './tally.ts';
import type { Threshold } from './threshold.ts';
import type { Counting } from './timeline.ts';

/** What a run is told to do, with everything that depends on its time worked out. */
export interface RunSettings {
  /** `undefined` where they cannot be read: then nothing is judged, and no alert changes. */
  readonly thresholds: readonly Threshold[] | undefined;
  readonly counting: Counting;
  /** Counting by metrics whole hours. */
  readonly windowMs: number;
  readonly settleMs: number;
  readonly maxCatchUpMs: number;
  readonly minimumEvents: number;
  /** 0: never. */
  readonly repeatMs: number;
  readonly waived: Waived;
  /** Names the waivers that buckets are counted under. */
  readonly waiverDigest: string;
  /** How long after the requests of one run the next may send its first: what a pacer of one run knows ends with it. */
  readonly restMs: number;
  /** How many buckets are fetched side by side. */
  readonly lanes: number;
  readonly muted: boolean;
  /** The text of MuteUntil, and whether it is refused for lasting too long. */
  readonly mute: {
    readonly text: string;
    readonly until: number | undefined;
    readonly refused: boolean;
  };
  /** What is wrong with settings that only shows at run time, in words; empty when nothing is. */
  readonly problem: string;
  readonly dashboardUrl: string;
  readonly runbookUrl: string;
}
