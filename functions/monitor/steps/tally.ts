import type { UsageEvent } from './event.ts';
import { isProblem, KNOWN_STATUSES } from './status.ts';

/** How many accounts, and how many schemas, a tally names. */
export const MAX_GROUPS = 5_000;
/** How many are held while counting, before those without problems are let go. */
const MAX_LIVE_GROUPS = 10 * MAX_GROUPS;
/** How many statuses are counted by name beside those that Togai documents. */
const MAX_UNKNOWN_STATUSES = 100;
/** Where statuses beyond that are counted. */
const OVERFLOW_STATUS = 'UNKNOWN';
const SAMPLES_PER_STATUS = 5;
const DESCRIPTIONS_PER_STATUS = 5;

/** Events by status. */
export type StatusCounts = ReadonlyMap<string, number>;

/** Events of one account or of one schema. */
export interface GroupCounts {
  readonly byStatus: StatusCounts;
  /** Counted from the first event on. Otherwise the counts are lower bounds. */
  readonly exact: boolean;
}

/** The accounts, or the schemas, of a tally. */
export interface Groups {
  /** At most {@link MAX_GROUPS} in the tally of one bucket. */
  readonly counts: ReadonlyMap<string, GroupCounts>;
  /** There were more than are named here; those with problems were kept first. */
  readonly cut: boolean;
}

/** An event of a problem status, to look up in Togai. */
export type SampleEvent = Pick<
  UsageEvent,
  'referenceId' | 'id' | 'createdAt' | 'status' | 'accountId' | 'schemaName'
>;

/** What a bucket, or a window of buckets, held. Waived and malformed events are in no other number. */
export interface Tally {
  readonly total: number;
  readonly byStatus: StatusCounts;
  readonly accounts: Groups;
  readonly schemas: Groups;
  /** Events of waived accounts and schemas. */
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
export interface Waived {
  readonly accounts: ReadonlySet<string>;
  readonly schemas: ReadonlySet<string>;
}

/** Builds one tally. Holds counts, not events: what was added can be dropped. */
export interface Tallier {
  add(event: UsageEvent): void;
  addMalformed(problem: string): void;
  /** How many entries were added so far, readable or not. */
  readonly entries: number;
  finish(): Tally;
}

export function createTallier(waived: Waived): Tallier {
  const byStatus = new Map<string, number>();
  const accounts = createGroupTallier();
  const schemas = createGroupTallier();
  const samples = new Map<string, SampleEvent[]>();
  const descriptions = new Map<string, Map<string, number>>();
  let total = 0;
  let ignored = 0;
  let malformed = 0;
  let malformedExample: string | undefined;

  const waives = waived.accounts.size + waived.schemas.size > 0;
  const unknown = new Set<string>();
  function nameOf(status: string): string {
    if (KNOWN_STATUSES.includes(status) || unknown.has(status)) return status;
    if (unknown.size >= MAX_UNKNOWN_STATUSES) return OVERFLOW_STATUS;
    unknown.add(status);
    return status;
  }

  return {
    add(event) {
      const { accountId, schemaName, statusDescription } = event;
      if (waives && (waived.accounts.has(accountId) || waived.schemas.has(schemaName))) {
        ignored++;
        return;
      }
      total++;
      let status = event.status;
      const before = byStatus.get(status);
      if (before === undefined) {
        status = nameOf(status);
        increase(byStatus, status, 1);
      } else byStatus.set(status, before + 1);
      accounts.add(accountId, status);
      schemas.add(schemaName, status);
      if (!isProblem(status)) return;
      keepSample(samples, status, event);
      if (statusDescription !== undefined) {
        addDescription(entryOf(descriptions, status), statusDescription, 1);
      }
    },
    addMalformed(problem) {
      malformed++;
      malformedExample ??= problem;
    },
    get entries() {
      return total + ignored + malformed;
    },
    finish: () => ({
      total,
      byStatus,
      accounts: accounts.finish(),
      schemas: schemas.finish(),
      ignored,
      malformed,
      malformedExample,
      samples,
      descriptions,
    }),
  };
}

/** The tally of all of them together. What they name is not cut again. */
export function mergeTallies(tallies: Iterable<Tally>): Tally {
  const byStatus = new Map<string, number>();
  const samples = new Map<string, SampleEvent[]>();
  const descriptions = new Map<string, Map<string, number>>();
  const all = [...tallies];
  for (const tally of all) {
    addAll(byStatus, tally.byStatus);
    for (const sample of [...tally.samples.values()].flat()) {
      keepSample(samples, sample.status, sample);
    }
    for (const [status, counts] of tally.descriptions) {
      const target = entryOf(descriptions, status);
      for (const [text, count] of counts) addDescription(target, text, count);
    }
  }
  return {
    total: sum(all.map(({ total }) => total)),
    byStatus,
    accounts: mergeGroups(all.map(({ accounts }) => accounts)),
    schemas: mergeGroups(all.map(({ schemas }) => schemas)),
    ignored: sum(all.map(({ ignored }) => ignored)),
    malformed: sum(all.map(({ malformed }) => malformed)),
    malformedExample: all.find(({ malformedExample }) => malformedExample)?.malformedExample,
    samples,
    descriptions,
  };
}

/** Events whose status satisfies a condition. */
export function countWhere(counts: StatusCounts, matches: (status: string) => boolean): number {
  let count = 0;
  for (const [status, events] of counts) if (matches(status)) count += events;
  return count;
}

interface LiveGroup {
  byStatus: Map<string, number>;
  exact: boolean;
}

function createGroupTallier() {
  let live = new Map<string, LiveGroup>();
  let cut = false;

  return {
    add(name: string, status: string): void {
      let group = live.get(name);
      if (!group) {
        // After a cut nobody knows what a newcomer had before: it counts only if it has a problem,
        // and as a lower bound.
        if (cut && !isProblem(status)) return;
        if (live.size >= MAX_LIVE_GROUPS) {
          live = keepWorst(live, MAX_GROUPS);
          cut = true;
        }
        group = { byStatus: new Map(), exact: !cut };
        live.set(name, group);
      }
      increase(group.byStatus, status, 1);
    },
    finish(): Groups {
      if (live.size <= MAX_GROUPS) return { counts: live, cut };
      return { counts: keepWorst(live, MAX_GROUPS), cut: true };
    },
  };
}

/** Those with the most problems, then the largest, then by name. */
function keepWorst<G extends GroupCounts>(groups: Map<string, G>, limit: number): Map<string, G> {
  const ranked = [...groups].map(([name, group]) => ({
    name,
    group,
    problems: countWhere(group.byStatus, isProblem),
    total: countWhere(group.byStatus, () => true),
  }));
  ranked.sort(
    (a, b) => b.problems - a.problems || b.total - a.total || compareText(a.name, b.name),
  );
  return new Map(ranked.slice(0, limit).map(({ name, group }) => [name, group]));
}

function mergeGroups(parts: readonly Groups[]): Groups {
  const counts = new Map<string, LiveGroup>();
  for (const part of parts) {
    for (const [name, group] of part.counts) {
      let target = counts.get(name);
      if (!target) {
        target = { byStatus: new Map(), exact: true };
        counts.set(name, target);
      }
      addAll(target.byStatus, group.byStatus);
      target.exact &&= group.exact;
    }
  }
  // A part that was cut and does not name a group may have held events of it all the same.
  for (const part of parts) {
    if (!part.cut) continue;
    for (const [name, group] of counts) if (!part.counts.has(name)) group.exact = false;
  }
  return { counts, cut: parts.some(({ cut }) => cut) };
}

/** Newest first, so that what is kept does not depend on the order of pages. */
function keepSample(
  samples: Map<string, SampleEvent[]>,
  status: string,
  { referenceId, id, createdAt, accountId, schemaName }: SampleEvent,
): void {
  const kept = samples.get(status) ?? [];
  const last = kept.at(-1);
  if (kept.length >= SAMPLES_PER_STATUS && last && last.createdAt > createdAt) return;
  kept.push({ referenceId, id, createdAt, status, accountId, schemaName });
  kept.sort(
    (a, b) =>
      b.createdAt - a.createdAt ||
      compareText(a.referenceId ?? a.id ?? '', b.referenceId ?? b.id ?? '') ||
      compareText(contentOf(a), contentOf(b)),
  );
  samples.set(status, kept.slice(0, SAMPLES_PER_STATUS));
}

/** Tells events of one moment apart that no reference does. */
function contentOf({ referenceId, id, accountId, schemaName }: SampleEvent): string {
  return JSON.stringify([referenceId, id, accountId, schemaName]);
}

function addDescription(counts: Map<string, number>, text: string, count: number): void {
  if (counts.has(text) || counts.size < DESCRIPTIONS_PER_STATUS) increase(counts, text, count);
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function addAll(target: Map<string, number>, counts: StatusCounts): void {
  for (const [status, count] of counts) increase(target, status, count);
}

function entryOf(maps: Map<string, Map<string, number>>, key: string): Map<string, number> {
  let entry = maps.get(key);
  if (!entry) {
    entry = new Map();
    maps.set(key, entry);
  }
  return entry;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A tally that names at most so many accounts and so many schemas; those with problems are kept first. */
export function cutGroups(tally: Tally, limit: number): Tally {
  const cut = (groups: Groups): Groups =>
    groups.counts.size <= limit
      ? groups
      : { counts: keepWorst(new Map(groups.counts), limit), cut: true };
  return { ...tally, accounts: cut(tally.accounts), schemas: cut(tally.schemas) };
}
