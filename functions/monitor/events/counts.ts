import { shortHash } from '../text/hash.ts';
import type { UsageEvent } from './event.ts';

/** Number of events by status. */
export type StatusCounts = ReadonlyMap<string, number>;

/** The events of one account or of one schema. */
export interface GroupCounts {
  readonly byStatus: StatusCounts;
  /** Every event was counted. Otherwise the counts are lower bounds. */
  readonly exact: boolean;
  /** The part of them that is in no share, because it is not known how many events there were in all. @default none */
  readonly withoutTotal?: StatusCounts | undefined;
  /** See {@link Counts.recounted}. */
  readonly recounted?: StatusCounts | undefined;
}

/** The accounts, or the schemas, in counts. */
export interface Groups {
  /** At most 5,000 in the counts of one bucket. */
  readonly byName: ReadonlyMap<string, GroupCounts>;
  /** There were more names. Those with problems were kept first. */
  readonly truncated: boolean;
}

/** An event of a problem status, to look up in Togai. */
export type SampleEvent = Pick<
  UsageEvent,
  'referenceId' | 'id' | 'createdAt' | 'status' | 'accountId' | 'schemaName'
>;

/** The counts of a bucket, or of a window of buckets. Ignored and malformed events are in no other number. */
export interface Counts {
  readonly total: number;
  readonly byStatus: StatusCounts;
  readonly accounts: Groups;
  readonly schemas: Groups;
  /** Events of ignored accounts and schemas. */
  readonly ignored: number;
  /** The ignored accounts and schemas that they are of. */
  readonly ignoredNames: IgnoreLists;
  /**
   * Events that came later than their sender says may be missing: they were listed by the sender's time, or nothing shows another
   * order. @default false
   */
  readonly lacksLate?: boolean | undefined;
  /** Events that were a problem before this stretch and are none any more. @default 0 */
  readonly healed?: number | undefined;
  /**
   * The part of the problems that surely had another problem status before this stretch. Looks at Togai metrics show it; the sum
   * of several counts does not have it. @default none
   */
  readonly recounted?: StatusCounts | undefined;
  /**
   * All events of the hours whose events in progress are counted here. Togai metrics say how many are in progress, and not since
   * when. @default those of the counts themselves
   */
  readonly inProgressOf?: number | undefined;
  /** Events of unknown statuses may exist and are in no number, because nobody asked for them. @default false */
  readonly lacksUnknown?: boolean;
  /** Entries of Togai's answers that cannot be read as events. */
  readonly malformed: number;
  /** One of them in words, such as `event r: createdAt is missing`. */
  readonly malformedExample: string | undefined;
  /** The newest events of each problem status, at most five. */
  readonly samples: ReadonlyMap<string, readonly SampleEvent[]>;
  /** Togai's own descriptions for each problem status, and how often each came; at most five descriptions. */
  readonly descriptions: ReadonlyMap<string, StatusCounts>;
}

/** Accounts and schemas whose events are counted apart and not evaluated. */
export interface IgnoreLists {
  readonly accounts: ReadonlySet<string>;
  readonly schemas: ReadonlySet<string>;
}

/** The same for the same names, in any order. */
export function hashOfLists({ accounts, schemas }: IgnoreLists): string {
  return shortHash(JSON.stringify([[...accounts].sort(), [...schemas].sort()]));
}

/** The number of all entries in counts, with ignored and malformed ones. */
export function entriesIn({ total, ignored, malformed }: Counts): number {
  return total + ignored + malformed;
}

/** The number of events with a status that `matches` accepts. */
export function countWhere(counts: StatusCounts, matches: (status: string) => boolean): number {
  let count = 0;
  for (const [status, events] of counts) if (matches(status)) count += events;
  return count;
}

/** All events of some counts, whatever they are counted by. */
export function sumOf(counts: ReadonlyMap<unknown, number> = new Map()): number {
  let sum = 0;
  for (const events of counts.values()) sum += events;
  return sum;
}

/** The number of events without a known name, among those that `matches` accepts. */
export function countUnnamed(
  all: StatusCounts,
  { byName }: Groups,
  matches: (status: string) => boolean,
): number {
  let unnamed = countWhere(all, matches);
  for (const { byStatus } of byName.values()) unnamed -= countWhere(byStatus, matches);
  // Names are asked for a moment after the sums, so there can be more of them.
  return Math.max(0, unnamed);
}

export function increase<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

export function addAll(target: Map<string, number>, counts: StatusCounts): void {
  for (const [status, count] of counts) increase(target, status, count);
}

export function entryOf(maps: Map<string, Map<string, number>>, key: string): Map<string, number> {
  let entry = maps.get(key);
  if (!entry) {
    entry = new Map();
    maps.set(key, entry);
  }
  return entry;
}
