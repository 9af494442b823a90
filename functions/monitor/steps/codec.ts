import type { BucketRecord } from './state.ts';
import type { Groups, StatusCounts, Tally } from './tally.ts';

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

export function fromPlain(record: PlainRecord): BucketRecord {
  const { tally } = record;
  return {
    ...record,
    tally: {
      ...tally,
      malformedExample: tally.malformedExample,
      byStatus: new Map(tally.byStatus),
      accounts: mapGroups(tally.accounts),
      schemas: mapGroups(tally.schemas),
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

function mapGroups({ counts, cut }: PlainGroups): Groups {
  return {
    cut,
    counts: new Map(
      counts.map(([name, byStatus, exact]) => [
        name,
        { byStatus: new Map(byStatus) as StatusCounts, exact: exact !== 0 },
      ]),
    ),
  };
}
