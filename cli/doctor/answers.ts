import type { TogaiError } from '../../functions/monitor/errors.ts';
import type { EventPage, UsageEvent } from '../../functions/monitor/events/event.ts';
import type { Grouping } from '../../functions/monitor/events/metrics-answer.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';

/** An answer of Togai, or the reason why there is none. */
export type Asked<T> = { readonly answer: T } | { readonly error: TogaiError };

/** Everything that Togai was asked. `undefined` stands for a question that was not asked. */
export interface Answers {
  /** How far the clock of this machine is ahead of Togai's, ms; negative behind. `undefined` where no answer has a date. */
  readonly aheadMs: number | undefined;
  /** The time of the questions, epoch ms: by Togai's clock where that of this machine is far off. */
  readonly now: number;
  /** The first page of the list of all events. */
  readonly list: Asked<EventPage>;
  /** The first pages of lists of short ranges in the past. */
  readonly narrow: readonly NarrowList[];
  /** Whether an event whose two times differ is listed around its `createdAt`. */
  readonly witness: WitnessAnswer | undefined;
  /** The closed hour that Togai metrics were asked for. */
  readonly hour: Range;
  readonly metrics: Asked<HourOfMetrics> | undefined;
  /** The events of the first and of the second half of that hour. */
  readonly halves: Asked<readonly [number, number]> | undefined;
  readonly comparison: Comparison | undefined;
  /** Requests sent, repeated ones included. */
  readonly requests: number;
}

export interface NarrowList {
  /** Both ends included. */
  readonly range: Range;
  readonly page: Asked<EventPage>;
}

export interface WitnessAnswer {
  readonly event: UsageEvent;
  /** `undefined` where too many events are listed there. */
  readonly isListed: boolean | undefined;
}

/** A grouping of Togai metrics, as an hour shows it. `unknown`: the hour has no events. */
export type GroupingState = 'named' | 'unnamed' | 'refused' | 'unknown';

export interface HourOfMetrics {
  readonly events: number;
  readonly groupings: ReadonlyMap<Grouping, GroupingState>;
  /** How many groups each grouping has. */
  readonly groups: ReadonlyMap<Grouping, number>;
}

/** The events of a range from both sources. */
export interface Comparison {
  readonly range: Range;
  readonly byMetrics: number;
  /** `atLeast`: listing the range takes more pages than `doctor` reads. */
  readonly byListing: Asked<number> | { readonly atLeast: number };
}

/** One line of the report. */
export interface Finding {
  readonly id: FindingId;
  readonly state: 'ok' | 'reservation' | 'failure' | 'unknown';
  /** One or two sentences. */
  readonly text: string;
}

export type FindingId =
  | 'token'
  | 'list-events'
  | 'read-metrics'
  | 'time-range'
  | 'time-field'
  | 'list-order'
  | 'metrics-hours'
  | 'metrics-by-status'
  | 'metrics-by-account'
  | 'metrics-part-of-hour'
  | 'sources-agree'
  | 'late-events'
  | 'not-seen'
  | 'samples'
  | 'accounts'
  | 'ignored-schemas'
  | 'clock'
  | 'requests';

export function answerOf<T>(asked: Asked<T> | undefined): T | undefined {
  return asked && 'answer' in asked ? asked.answer : undefined;
}

export function errorOf(asked: Asked<unknown> | undefined): TogaiError | undefined {
  return asked && 'error' in asked ? asked.error : undefined;
}
