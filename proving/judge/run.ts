import type { EntryOf, PublishedMessage, StateView } from '../history.ts';
import type { Counting, CountingSource } from '../world/scenario.ts';
import type { FoldedLook } from './look-book.ts';
import type { Span } from './span.ts';

/** The judge's notes of a run. */
export interface Run {
  readonly number: number;
  readonly at: number;
  readonly begunAt: number;
  /** By the clock of the run, the lease was free when it began. */
  readonly leaseFree: boolean;
  /** The watermark before the run. */
  readonly watermark: number | undefined;
  readonly timeField: string | undefined;
  readonly mayOversleep: boolean;
  /** The setting. */
  readonly counting: Counting;
  /** Its counting source, as soon as that is known. */
  source: CountingSource | undefined;
  /** The buckets that it has stored complete. */
  readonly counted: Set<number>;
  /** The answers that it got, oldest first. */
  readonly answers: EntryOf<'answered'>[];
  /** The look that it has stored. */
  looked: FoldedLook | undefined;
  /** The ranges of its listings, both ends included. */
  readonly listed: Span[];
  /** Requests that it has sent. */
  sent: number;
  /** The kinds of its messages about each incident, in any channel. The monitor's own failures are left out. */
  readonly told: Map<string, Set<PublishedMessage['kind']>>;
  /** The error of its clock, ms. */
  readonly skewMs: number;
  hasLease: boolean;
  committed: boolean;
  softDeadline: boolean;
}

/** The knowledge of the judge when a run begins. */
export type KnownAtBegin = Pick<Run, 'watermark'> & {
  readonly state: StateView | undefined;
};

export function beginRun(entry: EntryOf<'begun'>, { state, ...known }: KnownAtBegin): Run {
  const { run, time, at, now, mayOversleep, counting } = entry;
  return {
    ...known,
    number: run,
    at,
    begunAt: time,
    leaseFree: (state?.leaseUntil ?? 0) <= now,
    timeField: state?.timeField,
    mayOversleep,
    counting,
    source: counting === 'auto' ? undefined : counting,
    counted: new Set(),
    answers: [],
    looked: undefined,
    listed: [],
    sent: 0,
    told: new Map(),
    skewMs: now - time,
    hasLease: false,
    committed: false,
    softDeadline: false,
  };
}
