import type { BucketRecord } from './state.ts';
import type { GroupCounts, Groups, Tally } from './tally.ts';

/** Tallies hold maps; what is stored is JSON. */

interface PlainGroups {
  readonly cut: boolean;
  /** Name, counts by status, and 0 where the counts are lower bounds. */
  readonly counts: readonly (readonly [string, PlainCounts, 0?])[];
}
type PlainCounts = readonly (readonly [string, number])[];

interface PlainTally extends Pick<Tally, 'total' | 'ignored' | 'malformed' | 'malformedExample'> {
  readonly byStatus: PlainCounts;
  readonly accounts: PlainGroups;
  readonly schemas: PlainGroups;
  readonly samples: readonly (readonly [
    string,
    Tally['samples'] extends ReadonlyMap<string, infer S> ? S : never,
  ])[];
  readonly descriptions: readonly (readonly [string, PlainCounts])[];
}

export interface PlainRecord extends Omit<BucketRecord, 'tally'> {
  readonly tally: PlainTally;
}

export function toPlain(record: BucketRecord): PlainRecord {
  const { tally } = record;
  return {
    ...record,
    tally: {
      ...tally,
      byStatus: [...tally.byStatus],
      accounts: plainGroups(tally.accounts),
      schemas: plainGroups(tally.schemas),
      samples: [...tally.samples],
      descriptions: [...tally.descriptions].map(
        ([status, counts]) => [status, [...counts]] as const,
      ),
    },
  };
}

/** What the records of a window have in common, held once: a day of thousands of accounts would need ten times the memory. */
export class Pool {
  readonly #names = new Map<string, string>();
  readonly #groups = new Map<string, GroupCounts>();

  name(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    this.#names.set(text, text);
    return text;
  }

  /** Groups of the same counts are one object; nobody changes what was read. */
  group(byStatus: PlainCounts, exact: boolean): GroupCounts {
    const key = JSON.stringify([exact, byStatus]);
    const known = this.#groups.get(key);
    if (known) return known;
    const group = {
      byStatus: new Map(byStatus.map(([status, count]) => [this.name(status), count])),
      exact,
    };
    this.#groups.set(key, group);
    return group;
  }
}

/** @param pool shared by the records that are held together */
export function fromPlain(record: PlainRecord, pool: Pool): BucketRecord {
  const { tally } = record;
  return {
    ...record,
    tally: {
      ...tally,
      malformedExample: tally.malformedExample,
      byStatus: new Map(tally.byStatus),
      accounts: mapGroups(tally.accounts, pool),
      schemas: mapGroups(tally.schemas, pool),
      samples: new Map(tally.samples),
      descriptions: new Map(
        tally.descriptions.map(([status, counts]) => [status, new Map(counts)]),
      ),
    },
  };
}

function plainGroups({ counts, cut }: Groups): PlainGroups {
  return {
    cut,
    counts: [...counts].map(([name, { byStatus, exact }]) =>
      exact ? ([name, [...byStatus]] as const) : ([name, [...byStatus], 0] as const),
    ),
  };
}

function mapGroups({ counts, cut }: PlainGroups, pool: Pool): Groups {
  const groups = new Map<string, GroupCounts>();
  for (const [name, byStatus, exact] of counts) {
    groups.set(pool.name(name), pool.group(byStatus, exact !== 0));
  }
  return { cut, counts: groups };
}
