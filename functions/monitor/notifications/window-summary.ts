import {
  type Counts,
  countUnnamed,
  countWhere,
  type Groups,
  type SampleEvent,
  sumOf,
} from '../events/counts.ts';
import { MAX_DESCRIPTION } from '../events/event.ts';
import { oneOfEachKind } from '../events/keep-samples.ts';
import { groupOf, isProblem } from '../events/status-groups.ts';
import { MAX_NAME_SHOWN } from '../text/name-text.ts';
import { cutAt } from '../text/text.ts';

const MAX_STATUSES = 12;
const TOP = 5;

/** The facts of a window that a message shows. Lists and texts are cut, so that it can be read. */
export interface Summary {
  readonly total: number;
  /** The most frequent statuses, most events first. */
  readonly byStatus: readonly (readonly [status: string, events: number])[];
  /** The largest of those with problems, most problems first. */
  readonly topAccounts: readonly TopGroup[];
  readonly topSchemas: readonly TopGroup[];
  /** Togai's own words for the problems, most frequent first. */
  readonly descriptions: readonly { readonly text: string; readonly events: number }[];
  /** The newest events of the most frequent problem statuses, one of each status and schema first. */
  readonly samples: readonly SampleEvent[];
  /** Events that the alert is about, bucket by bucket, oldest first. */
  readonly perBucket: readonly number[];
  readonly ignored: number;
  readonly malformed: number;
  /** Names were left out of the counts, so that there may be more accounts and schemas. */
  readonly truncated: boolean;
  /** Some part of the window is a lower bound or was not counted. */
  readonly incomplete: boolean;
  /** Events that were lost before and are metered now. @default 0 */
  readonly healed?: number | undefined;
  /** Events that came late may be missing. @default false */
  readonly lacksLate?: boolean | undefined;
  /** The number of events that samples and descriptions come from, if not all: the newest of some statuses. 0 if none was found. */
  readonly sampled?: number | undefined;
}

/** An account or a schema with the numbers that matter. */
export interface TopGroup {
  readonly name: string;
  readonly unmetered: number;
  readonly failed: number;
  /** `null` where it is not known: Togai counted, and was not asked for all of its events. */
  readonly total: number | null;
}

/**
 * @param counts of the window
 * @param pieces of the window, oldest first
 */
export function summarise(
  counts: Counts,
  pieces: readonly { readonly counts: Counts }[],
  options: {
    /** The statuses that the alert is about. */
    readonly matches: (status: string) => boolean;
    readonly incomplete: boolean;
  },
): Summary {
  const { matches, incomplete } = options;
  const { accounts, schemas } = counts;
  return {
    total: counts.total,
    byStatus: [...counts.byStatus]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MAX_STATUSES)
      .map(([status, events]) => [cutAt(status, MAX_NAME_SHOWN), events] as const),
    topAccounts: topGroups(accounts.byName),
    topSchemas: topGroups(schemas.byName),
    descriptions: pickDescriptions(counts),
    samples: pickSamples(counts, matches),
    perBucket: pieces.map((piece) => countWhere(piece.counts.byStatus, matches)),
    ignored: counts.ignored,
    malformed: counts.malformed,
    truncated: [accounts, schemas].some(
      (groups) => groups.truncated || countUnnamed(counts.byStatus, groups, isProblem) > 0,
    ),
    incomplete,
    ...(counts.healed && { healed: counts.healed }),
    ...(counts.lacksLate && { lacksLate: true }),
  };
}

/** A summary whose samples and descriptions are of events that were looked at for its notification. */
export function withSamples(
  summary: Summary,
  looked: Counts,
  matches: (status: string) => boolean,
): Summary {
  if (looked.total === 0) return summary;
  return {
    ...summary,
    samples: pickSamples(looked, matches),
    descriptions: pickDescriptions(looked),
    sampled: looked.total,
  };
}

function topGroups(byName: Groups['byName']): TopGroup[] {
  return rankGroups(byName)
    .filter(({ unmetered, failed }) => unmetered + failed > 0)
    .slice(0, TOP)
    .map((group) => ({ ...group, name: cutAt(group.name, MAX_NAME_SHOWN) }));
}

/** Togai's own words, most frequent first. */
function pickDescriptions({ descriptions }: Counts): Summary['descriptions'] {
  return [...descriptions]
    .flatMap(([, texts]) => [...texts])
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([text, events]) => ({ text: cutAt(text, MAX_DESCRIPTION), events }));
}

/** Accounts or schemas, those with the most problems first, then the largest, then by name. */
export function rankGroups(byName: Groups['byName']): TopGroup[] {
  return [...byName]
    .map(([name, { byStatus, withoutTotal }]) => ({
      name,
      problems: countWhere(byStatus, isProblem),
      unmetered: countWhere(byStatus, (status) => groupOf(status) === 'unmetered'),
      failed: countWhere(byStatus, (status) => groupOf(status) === 'failed'),
      counted: sumOf(byStatus),
      isTotalKnown: withoutTotal === undefined,
    }))
    .sort((a, b) => b.problems - a.problems || b.counted - a.counted || (a.name < b.name ? -1 : 1))
    .map(({ name, unmetered, failed, counted, isTotalKnown }) => ({
      name,
      unmetered,
      failed,
      total: isTotalKnown ? counted : null,
    }));
}

function pickSamples(counts: Counts, matches: (status: string) => boolean): SampleEvent[] {
  const frequency = (status: string) => counts.byStatus.get(status) ?? 0;
  const all = [...counts.samples]
    .filter(([status]) => matches(status))
    .sort(([a], [b]) => frequency(b) - frequency(a))
    .flatMap(([, samples]) => samples);
  return [...new Set([...oneOfEachKind(all), ...all])].slice(0, TOP).map((sample) => ({
    ...sample,
    status: cutAt(sample.status, MAX_NAME_SHOWN),
    referenceId: sample.referenceId && cutAt(sample.referenceId, MAX_NAME_SHOWN),
    id: sample.id && cutAt(sample.id, MAX_NAME_SHOWN),
    accountId: cutAt(sample.accountId, MAX_NAME_SHOWN),
    schemaName: cutAt(sample.schemaName, MAX_NAME_SHOWN),
  }));
}
