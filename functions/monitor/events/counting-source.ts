/**
 * Where counts come from: `listing` lists events and counts them here (`GET /events`); `metrics` reads Togai's own counts
 * (`POST /metrics`).
 */
export type CountingSource = 'listing' | 'metrics';

/** The setting: a source, or `auto`, with which each run takes the one that counts right. */
export const COUNTINGS = ['auto', 'listing', 'metrics'] as const;
export type Counting = (typeof COUNTINGS)[number];

/** The memory of a choice, for the next run. Times are epoch ms. */
export interface ChosenSource {
  readonly source: CountingSource;
  /** Runs in a row with too many events to list. */
  readonly busyRuns: number;
  /** Since when few enough events came to list them. */
  readonly quietSince?: number | undefined;
  /** When it took the place of the other source; `undefined` for the first one. */
  readonly changedAt?: number | undefined;
}
