import { DAY_MS } from '../timeline/time.ts';

/** How far a look reaches back for events that come late, or change their status late. */
export const LOOK_REACH_MS = DAY_MS;
/** The same in a sentence. */
export const LOOK_REACH = 'a day';

/**
 * The sums that Togai metrics showed at a moment. Togai sums events by the hour; the hour's start
 * is its label. One sum, of a label, a status and perhaps an account or a schema, is a cell.
 */
export interface LookRecord {
  /** The end of the bucket that the look belongs to, epoch ms. */
  readonly end: number;
  /** The end of the look before it. For the first look: the start of the first hour that it counts. Epoch ms. */
  readonly since: number;
  /** There was no look before it, or too long ago. */
  readonly isFirst: boolean;
  /** The moment of asking by the clock, epoch ms. */
  readonly takenAt: number;
  /** Of the run that took it. A write with a lower number is refused. */
  readonly runNumber: number;
  /** The ranges that were asked for, by scope. A cell of one of them that no look has was zero. */
  readonly asked: readonly AskedRange[];
  /** The cells that are new, or whose level is another one than before. */
  readonly changes: readonly LevelChange[];
  /**
   * The parts that were asked for besides all events, to take them out of these or to put them
   * back.
   */
  readonly exceptions: readonly Exception[];
  /** The hours whose sums were below an earlier look, and were not used for that reason. */
  readonly stale: readonly number[];
  /** The ignored accounts and schemas that have events. */
  readonly ignoredNames: {
    readonly accounts: readonly string[];
    readonly schemas: readonly string[];
  };
  /** This Togai can be asked for known statuses only. */
  readonly lacksUnknown: boolean;
}

/** A sum that Togai keeps. */
export interface Cell {
  /** The start of the hour, as Togai gives it, epoch ms. */
  readonly label: number;
  /** {@link ALL}, `account` or `schema`; with `/` and the key of an exception: the part of it that the exception is about. */
  readonly scope: string;
  /** The account or the schema; empty in the scope of all events. */
  readonly name: string;
  /** A raw status, or {@link SETTLED} for all settled events. */
  readonly status: string;
}

/** A cell with its level: the number of events that was accepted last. It is absolute, so that no count hangs on one write. */
export interface LevelChange extends Cell {
  /** The level before. `undefined`: not known, so that counting begins with this look. */
  readonly from: number | undefined;
  readonly to: number;
}

export interface AskedRange {
  readonly scope: string;
  /** Left out for a question about all statuses. */
  readonly status?: string | undefined;
  /** Epoch ms, half-open. Every hour that overlaps it was asked for. */
  readonly start: number;
  readonly end: number;
  /** The answer held every name. */
  readonly complete: boolean;
}

/** Events that are ignored, or were subtracted twice because both their account and their schema are. */
export interface Exception {
  readonly key: string;
  readonly sign: 1 | -1;
  /** Empty: of all accounts. */
  readonly accounts: readonly string[];
  /** `undefined`: of all schemas. */
  readonly schema: string | undefined;
  /** They are not ignored any more, and were up to the look before. */
  readonly hasEnded?: true | undefined;
}

/** The scope of all events. */
export const ALL = 'all';
/** The status that stands for all settled events. */
export const SETTLED = '*';
