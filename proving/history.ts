/** What the world saw of the monitor, in order: all that the judge goes by, beside the truth. Times are epoch ms. */

import type { Counting } from './scenario.ts';
import type { Shown } from './togai-metrics.ts';

/** What of the stored state somebody from outside can tell. */
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
  /** How large it is as JSON. */
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
  /** Of an hour: up to where it was counted. */
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

/** A message, parsed from the machine format. */
export interface Told {
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

export type Entry = { readonly time: number; readonly run: number } & (
  | {
      readonly type: 'begun';
      /** The run's time, as the invocation and the function's clock give it. */
      readonly at: number;
      /** The time by the function's clock. */
      readonly now: number;
      /** It may sleep past the end of its lease, and then goes on. */
      readonly mayOversleep: boolean;
      readonly counting: Counting;
    }
  | {
      readonly type: 'sent';
      readonly path: string;
      /** Where Togai is to count: the start of the range. */
      readonly hour: number | undefined;
    }
  | {
      readonly type: 'answered';
      readonly status: number;
      /** The token was the one that is in the secret now. */
      readonly isCurrent: boolean;
      /** No request is welcome before; epoch ms. */
      readonly notBefore: number;
      readonly hour: number | undefined;
      /** What it shows of how Togai groups. */
      readonly groups: Shown;
    }
  | { readonly type: 'bucket'; readonly bucket: StoredBucket; readonly seen: boolean }
  | { readonly type: 'state'; readonly state: StateView; readonly seen: boolean }
  | {
      /** Somebody got it; `seen` where the monitor was told so. */
      readonly type: 'published';
      readonly notified: Told;
      readonly seen: boolean;
    }
  | { readonly type: 'refused'; readonly what: string }
  | { readonly type: 'stopping'; readonly how: 'out of time' | 'told to stop' }
  | {
      readonly type: 'ended';
      /** As the run says, or `killed`, or `threw`. */
      readonly outcome: string;
      readonly problem: string | undefined;
      /** Who still sleeps in it. */
      readonly sleepers: number;
    }
  | { readonly type: 'leaked'; readonly where: string }
  | { readonly type: 'too large'; readonly what: string; readonly bytes: number }
);

export type EntryOf<T extends Entry['type']> = Extract<Entry, { readonly type: T }>;
/** What is written down; when and by which run is added. */
export type Note = Entry extends infer E
  ? E extends Entry
    ? Omit<E, 'time' | 'run'>
    : never
  : never;
