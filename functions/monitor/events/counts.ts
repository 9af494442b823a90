import type { UsageEvent } from './event.ts';

/** Events by status. */
export type StatusCounts = ReadonlyMap<string, number>;

/** Events of one account or of one schema. */
export interface GroupCounts {
  readonly byStatus: StatusCounts;
  /** Counted from the first event on. Otherwise the counts are lower bounds. */
  readonly exact: boolean;
}

/** The accounts, or the schemas, of a counts. */
export interface Groups {
  /** At most {@link MAX_GROUPS} in the counts of one bucket. */
  readonly byName: ReadonlyMap<string, GroupCounts>;
  /** There were more than are named here; those with problems were kept first. */
  readonly truncated: boolean;
}

/** An event of a problem status, to look up in Togai. */
export type SampleEvent = Pick<
  UsageEvent,
  'referenceId' | 'id' | 'createdAt' | 'status' | 'accountId' | 'schemaName'
>;

/** What a bucket, or a window of buckets, held. Waived and malformed events are in no other number. */
export interface Counts {
  readonly total: number;
  readonly byStatus: StatusCounts;
  readonly accounts: Groups;
  readonly schemas: Groups;
  /** Events of ignored accounts and schemas. */
  readonly ignored: number;
  /** Entries of Togai's answers that could not be read as events. */
  readonly malformed: number;
  /** What was wrong with one of them, in words. */
  readonly malformedExample: string | undefined;
  /** By problem status: the newest few events. */
  readonly samples: ReadonlyMap<string, readonly SampleEvent[]>;
  /** By problem status: Togai's own descriptions and how often each came. */
  readonly descriptions: ReadonlyMap<string, StatusCounts>;
}

/** The names of accounts and schemas whose events are counted apart. */
export interface IgnoreLists {
  readonly accounts: ReadonlySet<string>;
  readonly schemas: ReadonlySet<string>;
}

/** All entries that counts hold: ignored and malformed ones too. */
export function entriesIn({ total, ignored, malformed }: Counts): number {
  return total + ignored + malformed;
}

/** Events whose status satisfies a condition. */
export function countWhere(counts: StatusCounts, matches: (status: string) => boolean): number {
  let count = 0;
  for (const [status, events] of counts) if (matches(status)) count += events;
  return count;
}

export function increase(counts: Map<string, number>, key: string, by: number): void {
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
