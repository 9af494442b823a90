/** Everything that a world sees of the monitor, in order. With the truth it is all that the judge knows. Times are epoch ms. */
import type { Counting, CountingSource, Grouping } from './world/scenario.ts';
import type { MadeSilence } from './world/silencing.ts';
import type { Threshold } from './world/world-settings.ts';

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
  /** The counting source of the run; `undefined` where the state does not say. */
  readonly source: CountingSource | undefined;
  /** The size of the whole state as JSON. */
  readonly bytes: number;
}

type StatusCounts = ReadonlyMap<string, number>;
type Group = { readonly byStatus: StatusCounts; readonly exact: boolean };
type Groups = {
  readonly byName: ReadonlyMap<string, Group>;
  readonly truncated: boolean;
};

export interface StoredBucket {
  readonly start: number;
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

/** A sum that Togai keeps: of the hour that begins at `label`. */
export interface Cell {
  readonly label: number;
  /** `all`, `account` or `schema`; with `/` and the key of an exception: the part of it that the exception is about. */
  readonly scope: string;
  readonly name: string;
  /** A raw status, or `*` for all settled events. */
  readonly status: string;
}

/** A range that Togai metrics were asked for: every hour that overlaps it. */
export interface AskedRange {
  readonly scope: string;
  /** Left out for a question about all statuses. */
  readonly status?: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly complete: boolean;
}

/** A look at Togai metrics as it is stored. */
export interface StoredLook {
  readonly end: number;
  readonly since: number;
  readonly isFirst: boolean;
  readonly takenAt: number;
  readonly runNumber: number;
  readonly asked: readonly AskedRange[];
  readonly changes: readonly (Cell & { readonly from: number | undefined; readonly to: number })[];
  readonly exceptions: readonly {
    readonly key: string;
    readonly sign: 1 | -1;
    readonly accounts: readonly string[];
    readonly schema: string | undefined;
  }[];
  /** Hours whose sums fell, and were not used. */
  readonly stale: readonly number[];
}

/** An account as a message names it. Times are ISO 8601. */
export interface PublishedAccount {
  readonly name: string;
  readonly lost: number;
  /** Its settled events of the same time; `null` where they are not known. */
  readonly total: number | null;
  /** The start of the first bucket of its loss. */
  readonly onset: string;
  /** The end of its loss; `null` while it goes on. */
  readonly end: string | null;
  /** Since when it sends nothing; `null` while it sends. */
  readonly stopped: string | null;
}

/** A message about an incident, or a notice, as a channel published it. Times are ISO 8601. */
export interface PublishedMessage {
  readonly kind:
    | 'opened'
    | 'escalated'
    | 'changed'
    | 'reminder'
    | 'resolved'
    | 'closed'
    | 'notice'
    | 'test';
  readonly id: string;
  /** `null` for a notice. */
  readonly incidentId: string | null;
  /** 1, 2, ... within an incident and a channel. */
  readonly sequence: number;
  /** The time of the run. */
  readonly at: string;
  readonly severity: 'warning' | 'critical';
  /** A status group, a status, a pattern, `total` or `monitor`; `null` for a notice. */
  readonly subject: string | null;
  /** Of the subject `monitor` only. */
  readonly failure?:
    | 'cannot_count'
    | 'settings_refused'
    | 'cannot_deliver'
    | 'sources_disagree'
    | 'nothing_arrives'
    | null;
  /** Of a notice only. */
  readonly topic?: 'watching' | 'digest' | 'gap' | 'silence' | null;
  /** Why people are notified; the whole text of a notice. */
  readonly reason?: string;
  readonly threshold: string | null;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: Threshold['unit'] | null;
  readonly window: { readonly start: string; readonly end: string } | null;
  /** The named accounts, not all of them where there are many. */
  readonly accounts: readonly PublishedAccount[];
  /** How many named accounts are left out. */
  readonly moreAccounts: number;
  readonly othersLost: number;
  readonly onset: string | null;
  readonly endedAt: string | null;
  readonly lost: number;
  readonly total: number | null;
}

/** A question of Togai metrics, as it was sent. */
export interface ShownQuery {
  readonly id: string;
  readonly groupBy: Grouping | undefined;
  readonly statuses: readonly string[];
  readonly accounts: readonly string[] | undefined;
  readonly schemas: readonly string[] | undefined;
}

/** A group in an answer of Togai metrics: its events by the label of their hour. */
export interface ShownResult {
  /** `undefined` without a name. */
  readonly group: string | undefined;
  readonly points: readonly (readonly [label: number, events: number])[];
}

/** An answer of Togai metrics as it was sent, with its question. */
export interface ShownMetrics {
  readonly range: { readonly start: number; readonly end: number };
  /** The time that the numbers are as of. */
  readonly asOf: number;
  readonly queries: readonly ShownQuery[];
  /** By the id of the query. */
  readonly results: ReadonlyMap<string, readonly ShownResult[]>;
  /** Data points of all queries. */
  readonly points: number;
}

/** A page of `GET /events`. */
export interface ShownPage {
  readonly events: number;
  /** `undefined` where it has no events. */
  readonly newestCreatedAt: number | undefined;
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
      readonly path: string;
      /** Left out where the answer came from no list, or could not be read. */
      readonly page?: ShownPage | undefined;
      readonly metrics?: ShownMetrics | undefined;
    }
  | { readonly type: 'bucket'; readonly bucket: StoredBucket; readonly seen: boolean }
  | { readonly type: 'look'; readonly look: StoredLook; readonly seen: boolean }
  | { readonly type: 'state'; readonly state: StateView; readonly seen: boolean }
  | {
      /** Subscribers got it. `seen`: the monitor got an answer with that. */
      readonly type: 'published';
      readonly channel: string;
      readonly message: PublishedMessage;
      readonly seen: boolean;
    }
  | { readonly type: 'refused'; readonly what: string }
  | { readonly type: 'silence'; readonly silence: MadeSilence }
  | { readonly type: 'stopping'; readonly how: 'soft deadline' | 'hard deadline' }
  | {
      readonly type: 'ended';
      /** The outcome that the run returns, or `killed`, or `threw`. */
      readonly outcome: string;
      readonly problem: string | undefined;
      readonly source?: CountingSource | undefined;
      readonly sourceReason?: string | undefined;
      /** How many sleeps of the run have not ended. */
      readonly sleepers: number;
    }
  | { readonly type: 'leaked'; readonly where: string }
  | {
      readonly type: 'too large';
      readonly what: 'the state' | 'a bucket' | 'an incident';
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
