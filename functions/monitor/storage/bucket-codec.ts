import * as v from 'valibot';
import type { BucketRecord } from '../events/bucket-record.ts';
import type { Counts, GroupCounts, Groups } from '../events/counts.ts';

/** Counts hold maps, which JSON does not have. A plain record holds lists of pairs instead. */

interface PlainGroups {
  readonly truncated: boolean;
  /** Name, counts by status, and a 0 where the counts are lower bounds. */
  readonly byName: readonly (readonly [string, PlainStatusCounts, 0?])[];
}
type PlainStatusCounts = readonly (readonly [string, number])[];

interface PlainCounts
  extends Pick<Counts, 'total' | 'ignored' | 'lacksLate' | 'malformed' | 'malformedExample'> {
  readonly byStatus: PlainStatusCounts;
  readonly accounts: PlainGroups;
  readonly schemas: PlainGroups;
  readonly samples: readonly (readonly [
    string,
    Counts['samples'] extends ReadonlyMap<string, infer S> ? S : never,
  ])[];
  readonly descriptions: readonly (readonly [string, PlainStatusCounts])[];
  /** Left out where none is ignored, and in records from before they were kept. */
  readonly ignoredNames?: {
    readonly accounts: readonly string[];
    readonly schemas: readonly string[];
  };
}

export interface PlainRecord extends Omit<BucketRecord, 'counts'> {
  readonly counts: PlainCounts;
}

const COUNT = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Checked by {@link checkedCounts}: a day has millions of them, and a schema would take seconds. */
const STATUS_COUNTS = v.array(v.custom<readonly [string, number]>(Array.isArray));
const GROUPS = v.object({
  truncated: v.boolean(),
  byName: v.array(v.custom<PlainGroups['byName'][number]>(Array.isArray)),
});
const SAMPLE = v.object({
  referenceId: v.optional(v.string()),
  id: v.optional(v.string()),
  createdAt: v.number(),
  status: v.string(),
  accountId: v.string(),
  schemaName: v.string(),
});

/** A stored record of this version. Properties that it does not know are kept. */
const RECORD = v.looseObject({
  start: v.number(),
  times: COUNT,
  countedAt: v.number(),
  inProgress: COUNT,
  partial: v.boolean(),
  configHash: v.string(),
  runNumber: v.number(),
  counts: v.looseObject({
    total: COUNT,
    ignored: COUNT,
    malformed: COUNT,
    malformedExample: v.optional(v.string()),
    byStatus: STATUS_COUNTS,
    accounts: GROUPS,
    schemas: GROUPS,
    samples: v.array(v.tuple([v.string(), v.array(SAMPLE)])),
    descriptions: v.array(v.tuple([v.string(), v.array(v.tuple([v.string(), COUNT]))])),
  }),
});

function checkedCounts(byStatus: PlainStatusCounts): PlainStatusCounts {
  for (const [status, count] of byStatus) {
    if (typeof status === 'string' && Number.isSafeInteger(count) && count >= 0) continue;
    throw new TypeError('a number of events is none');
  }
  return byStatus;
}

export function toPlain(record: BucketRecord): PlainRecord {
  const { ignoredNames, ...counts } = record.counts;
  return {
    ...record,
    counts: {
      ...counts,
      ...(counts.ignored > 0 && {
        ignoredNames: {
          accounts: [...ignoredNames.accounts],
          schemas: [...ignoredNames.schemas],
        },
      }),
      byStatus: [...counts.byStatus],
      accounts: plainGroups(counts.accounts),
      schemas: plainGroups(counts.schemas),
      samples: [...counts.samples],
      descriptions: [...counts.descriptions].map(
        ([status, texts]) => [status, [...texts]] as const,
      ),
    },
  };
}

/**
 * Holds names and equal counts of many records once. A day of 5,000 accounts takes 67 MB this way instead of 516 MB, and the
 * function has 512 MB.
 */
export class Pool {
  readonly #names = new Map<string, string>();
  readonly #groups = new Map<string, GroupCounts>();
  /** Groups of one status, as most are: by the status, and by the count. */
  readonly #plain = new Map<string, Map<number, GroupCounts>>();
  /** Neighbours mostly have the same status: to compare it is faster than to look it up. */
  #status = '';
  #ofStatus = new Map<number, GroupCounts>();

  name(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    this.#names.set(text, text);
    return text;
  }

  /** One object for all groups with these counts. Nothing changes counts that were read, so they may be shared. */
  group(byStatus: PlainStatusCounts, exact: boolean): GroupCounts {
    const [first] = byStatus;
    if (first && exact && byStatus.length === 1) return this.#plainGroup(first[0], first[1]);
    const key = JSON.stringify([exact, byStatus]);
    const known = this.#groups.get(key);
    if (known) return known;
    const group = this.#groupOf(byStatus, exact);
    this.#groups.set(key, group);
    return group;
  }

  #plainGroup(status: string, count: number): GroupCounts {
    if (status !== this.#status) {
      this.#status = status;
      this.#ofStatus = this.#plain.get(status) ?? new Map();
      this.#plain.set(status, this.#ofStatus);
    }
    const known = this.#ofStatus.get(count);
    if (known) return known;
    const group = this.#groupOf([[status, count]], true);
    this.#ofStatus.set(count, group);
    return group;
  }

  #groupOf(byStatus: PlainStatusCounts, exact: boolean): GroupCounts {
    const counts = checkedCounts(byStatus).map(
      ([status, count]) => [this.name(status), count] as const,
    );
    return { byStatus: new Map(counts), exact };
  }
}

/**
 * @param stored may be anything
 * @param pool shared by all records that are held at the same time
 * @throws an error that says nothing of the content, where it is no record
 */
export function fromPlain(stored: unknown, pool: Pool): BucketRecord {
  v.parse(RECORD, stored);
  const record = stored as PlainRecord;
  const { counts } = record;
  return {
    ...record,
    counts: {
      ...counts,
      malformedExample: counts.malformedExample,
      ignoredNames: {
        accounts: new Set(counts.ignoredNames?.accounts),
        schemas: new Set(counts.ignoredNames?.schemas),
      },
      byStatus: new Map(checkedCounts(counts.byStatus)),
      accounts: mapGroups(counts.accounts, pool),
      schemas: mapGroups(counts.schemas, pool),
      samples: new Map(counts.samples),
      descriptions: new Map(counts.descriptions.map(([status, texts]) => [status, new Map(texts)])),
    },
  };
}

function plainGroups({ byName, truncated }: Groups): PlainGroups {
  return {
    truncated,
    byName: [...byName].map(([name, { byStatus, exact }]) =>
      exact ? ([name, [...byStatus]] as const) : ([name, [...byStatus], 0] as const),
    ),
  };
}

function mapGroups({ byName, truncated }: PlainGroups, pool: Pool): Groups {
  const groups = new Map<string, GroupCounts>();
  for (const [name, byStatus, exact] of byName) {
    if (typeof name !== 'string') throw new TypeError('a group has no name');
    groups.set(pool.name(name), pool.group(byStatus, exact !== 0));
  }
  return { truncated, byName: groups };
}
