/** Everything that a world sees of the monitor, in order. With the truth it is all that the judge knows. Times are epoch ms. */
import type { Counting, Grouping } from './world/scenario.ts';

/** The part of the stored state that the judge may know. */
export interface StateView {
  readonly runNumber: number;
  readonly committedAt: number | undefined;
  readonly leaseUntil: number;
  readonly unfinished: number;
  readonly cause: string | undefined;
  readonly watermark: number | undefined;
  readonly evaluatedTo: number | undefined;
  readonly timeField: string | undefined;
  readonly rejections: string;
  /** The size of the whole state as JSON. */
  readonly bytes: number;
}

type StatusCounts = ReadonlyMap<string, number>;
type Groups = {
  readonly byName: ReadonlyMap<
    string,
    { readonly byStatus: StatusCounts; readonly exact: boolean }
  >;
  readonly truncated: boolean;
};

/** A bucket as it is stored. */
export interface StoredBucket {
  readonly start: number;
  /** The end of the counted part of an hour; `undefined` for a bucket of five minutes. */
  readonly end?: number | undefined;
  readonly times: number;
  readonly countedAt: number;
  readonly inProgress: number;
  readonly partial: boolean;
  readonly configHash: string;
  readonly counts: {
    readonly total: number;
    readonly byStatus: StatusCounts;
    readonly accounts: Groups;
    readonly schemas: Groups;
    readonly ignored: number;
    readonly malformed: number;
  };
}

/** A notification, parsed from its JSON format. */
export interface Notification {
  readonly id: string;
  readonly alertId: string;
  readonly kind: string;
  readonly at: string;
  readonly severity: string;
  readonly reason: string;
  readonly threshold: string | null;
  readonly value: number | null;
  readonly groups: readonly { readonly name: string; readonly value: number }[];
  readonly window: { readonly start: string; readonly end: string } | null;
  readonly firedAt: string | null;
  readonly resolvedAt: string | null;
  readonly summary: {
    readonly samples: readonly {
      readonly referenceId: string | null;
      readonly createdAt: string;
      readonly status: string;
      readonly accountId: string;
      readonly schemaName: string;
    }[];
  } | null;
}

/** The groupings that were asked for, as an answer of Togai metrics shows them. */
export interface ShownGroupings {
  readonly refused: readonly Grouping[];
  /** The answer has names. */
  readonly named: readonly Grouping[];
  /** The answer has numbers without names. */
  readonly unnamed: readonly Grouping[];
}

export type Entry = { readonly time: number; readonly run: number } & (
  | {
      readonly type: 'begun';
      /** The run's time: the scheduled time, or the time by the clock of the function if that is earlier. */
      readonly at: number;
      /** The time by the clock of the function. */
      readonly now: number;
      /** It may sleep past the end of its lease, and then goes on. */
      readonly mayOversleep: boolean;
      readonly counting: Counting;
    }
  | {
      readonly type: 'sent';
      readonly path: string;
      /** The start of the range that Togai metrics were asked for. */
      readonly hour: number | undefined;
    }
  | {
      readonly type: 'answered';
      readonly status: number;
      /** The token of the request is the one that the secret holds now. */
      readonly isCurrent: boolean;
      /** The end of the Retry-After. */
      readonly notBefore: number;
      readonly hour: number | undefined;
      readonly groups: ShownGroupings;
    }
  | { readonly type: 'bucket'; readonly bucket: StoredBucket; readonly seen: boolean }
  | { readonly type: 'state'; readonly state: StateView; readonly seen: boolean }
  | {
      /** Subscribers got it. `seen`: the monitor got the answer that says so. */
      readonly type: 'published';
      readonly notified: Notification;
      readonly seen: boolean;
    }
  | { readonly type: 'refused'; readonly what: string }
  | { readonly type: 'stopping'; readonly how: 'soft deadline' | 'hard deadline' }
  | {
      readonly type: 'ended';
      /** The outcome that the run returns, or `killed`, or `threw`. */
      readonly outcome: string;
      readonly problem: string | undefined;
      /** How many sleeps of the run have not ended. */
      readonly sleepers: number;
    }
  | { readonly type: 'leaked'; readonly where: string }
  | {
      readonly type: 'too large';
      readonly what: 'the state' | 'a bucket';
      readonly bytes: number;
    }
);

export type EntryOf<T extends Entry['type']> = Extract<Entry, { readonly type: T }>;
/** An entry without the time and the run, which the simulation adds. */
export type Note = Entry extends infer E
  ? E extends Entry
    ? Omit<E, 'time' | 'run'>
    : never
  : never;
