import type { EntryOf, StateView } from '../history.ts';
import type { Grouping } from '../world/scenario.ts';
import type { Calendar } from './calendar.ts';

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
  readonly calendar: Calendar;
  /** With Togai metrics: the hours that are due, by their start. */
  readonly due: ReadonlySet<number> | undefined;
  /** The buckets that it has stored complete. */
  readonly counted: Set<number>;
  /** The groupings that Togai refused. */
  readonly refused: Set<Grouping>;
  /** The groupings that answers gave names for, by the start of the hour. */
  readonly named: Map<number, Set<Grouping>>;
  /** The groupings that answers gave numbers without names for, by the start of the hour. */
  readonly unnamed: Map<number, Set<Grouping>>;
  /** The groupings that stored hours had names for when the run began, by the start of the hour. */
  readonly namedBefore: ReadonlyMap<number, ReadonlySet<Grouping>>;
  /** Requests to Togai metrics, and other requests. */
  readonly sent: { metrics: number; others: number };
  /** Requests that were answered with 401. */
  rejected: number;
  /** Messages that may need requests for their samples. */
  lookedUp: number;
  /** The start of the newest window that it has evaluated. */
  evaluatedFrom: number | undefined;
  /** The error of its clock, ms. */
  readonly skewMs: number;
  hasLease: boolean;
  planned: boolean;
  committed: boolean;
  /** The outbox key of the message that is published and not yet stored as delivered. */
  publishing: string | undefined;
  rejections: string | undefined;
  softDeadline: boolean;
  /** A message was refused, or the answer to it was lost. */
  publishFailed: boolean;
}

/** The knowledge of the judge when a run begins. */
export type KnownAtBegin = Pick<Run, 'watermark' | 'calendar' | 'due' | 'namedBefore'> & {
  readonly state: StateView | undefined;
};

export function beginRun(entry: EntryOf<'begun'>, { state, ...known }: KnownAtBegin): Run {
  const { run, time, at, now, mayOversleep } = entry;
  return {
    ...known,
    number: run,
    at,
    begunAt: time,
    leaseFree: (state?.leaseUntil ?? 0) <= now,
    timeField: state?.timeField,
    mayOversleep,
    counted: new Set(),
    refused: new Set(),
    named: new Map(),
    unnamed: new Map(),
    sent: { metrics: 0, others: 0 },
    rejected: 0,
    lookedUp: 0,
    evaluatedFrom: undefined,
    skewMs: now - time,
    hasLease: false,
    planned: false,
    committed: false,
    publishing: undefined,
    rejections: undefined,
    softDeadline: false,
    publishFailed: false,
  };
}
