import type {
  Entry,
  EntryOf,
  StateView,
  StoredBucket,
  StoredLook,
} from '../../../proving/history.ts';
import type { Invariant } from '../../../proving/invariants.ts';
import { MINUTE, type Scenario } from '../../../proving/world/scenario.ts';

/** A change of a history that breaks an invariant. */
export interface Tampering {
  /** The end of "the judge notices that". */
  readonly what: string;
  /** The invariants that the first complaints name, in their order. */
  readonly breaks: readonly [Invariant, ...Invariant[]];
  /** @default the listing */
  readonly counting?: 'metrics';
  /** The world as the judge knows it, if it is not the world of the history. */
  readonly judgedAs?: (world: Scenario) => Scenario;
  readonly tamper: (world: Scenario) => Tamper;
}

export type Tamper = (entry: Entry) => readonly Entry[];
type Change<T extends Entry['type']> = (entry: EntryOf<T>) => readonly Entry[];

/** Changes all entries of a type. */
export function all<T extends Entry['type']>(type: T, change: Change<T>): () => Tamper {
  return () => (entry) => (isA(type, entry) ? change(entry) : [entry]);
}

/** Changes the first entry of a type that matches. */
export function first<T extends Entry['type']>(
  type: T,
  change: Change<T>,
  matches: (entry: EntryOf<T>) => boolean = () => true,
): () => Tamper {
  return () => {
    let isDone = false;
    return (entry) => {
      if (isDone || !isA(type, entry) || !matches(entry)) return [entry];
      isDone = true;
      return change(entry);
    };
  };
}

function isA<T extends Entry['type']>(type: T, entry: Entry): entry is EntryOf<T> {
  return entry.type === type;
}

export function withBucket(entry: EntryOf<'bucket'>, change: Partial<StoredBucket>): Entry {
  return { ...entry, bucket: { ...entry.bucket, ...change } };
}

export function withCounts(
  entry: EntryOf<'bucket'>,
  change: Partial<StoredBucket['counts']>,
): Entry {
  return withBucket(entry, { counts: { ...entry.bucket.counts, ...change } });
}

export function withLook(entry: EntryOf<'look'>, change: Partial<StoredLook>): Entry {
  return { ...entry, look: { ...entry.look, ...change } };
}

export function withState(entry: EntryOf<'state'>, change: Partial<StateView>): Entry {
  return { ...entry, state: { ...entry.state, ...change } };
}

/** Another entry at the same time of the same run. */
export function beside<T extends Entry['type']>(
  { time, run }: Entry,
  note: Omit<EntryOf<T>, 'time' | 'run'>,
): Entry {
  return { ...note, time, run } as unknown as Entry;
}

/** A world with a fault that stands in the way of every run. */
export function obstructed(world: Scenario): Scenario {
  const span = { id: 'fault', from: world.start - MINUTE, to: world.end + MINUTE };
  return { ...world, faults: [{ ...span, kind: 'slow', latencyMs: 6_000 }] };
}

/** A world in which requests may be sent at any rate. */
export function withoutRate(world: Scenario): Scenario {
  return { ...world, settings: { ...world.settings, maxRequestsPerSecond: 1_000 } };
}
