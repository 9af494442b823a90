import type { BucketRecord } from '../events/bucket-record.ts';
import { type Counts, countWhere, entriesIn } from '../events/counts.ts';
import { ALL, type LookRecord } from '../events/look-record.ts';
import { mergeCounts } from '../events/merge-counts.ts';
import { isProblem } from '../events/status-groups.ts';
import { formatCount } from '../text/text.ts';
import { bucketsOf } from '../timeline/bucket.ts';
import { HOUR_MS, hourStart, MINUTE_MS, type Range, shortTime } from '../timeline/time.ts';
import { Levels } from './metrics/levels.ts';

/** Both sources are compared over so long, so that an event on the edge does not matter. */
const COMPARED_MS = 3 * HOUR_MS;
/** Newer events may still be on their way into either count. */
const SETTLED_MS = HOUR_MS / 2;
/** A smaller difference is chance: events on the edges, events that changed meanwhile. */
const SLACK = 20;
const SLACK_SHARE = 0.05;
/**
 * An event that becomes visible so long after its hour is late: a list of that hour may have been
 * counted before.
 */
const LATE_MS = 10 * MINUTE_MS;
/**
 * Within its hour a late event looks like any other. So each known late event may stand for three.
 */
const LATE_FACTOR = 3;

/** The same time by both sources. */
export interface ComparedSources {
  readonly range: Range;
  /** All events, and those that are a problem. */
  readonly listed: Compared;
  readonly counted: Compared;
  readonly differ: boolean;
}

interface Compared {
  readonly total: number;
  readonly problems: number;
}

/**
 * Compares the sums of both sources, once an hour and where both are known.
 *
 * @param looks oldest first
 * @param end of the newest bucket of the run, epoch ms: without a look of this run nothing is compared, so nothing twice
 * @returns `undefined` where nothing is to be compared now
 */
export function crossCheck(
  buckets: ReadonlyMap<number, BucketRecord>,
  looks: readonly LookRecord[],
  end: number,
): ComparedSources | undefined {
  const [before, newest] = looks.slice(-2);
  if (!before || newest?.end !== end || hourStart(before.end) === hourStart(end)) return undefined;
  const settledTo = hourStart(end) - SETTLED_MS;
  const range = { start: settledTo - COMPARED_MS, end: settledTo };
  const listed = bucketsOf(range).map(({ start }) => buckets.get(start));
  const isListed = listed.every((record) => record && !record.partial && !record.counts.lacksLate);
  const counted = countedIn(looks, range);
  if (!isListed || !counted) return undefined;
  const sums = { listed: sumsOf(listed.flatMap((record) => record?.counts ?? [])), counted };
  // A list does not show which ignored events are a problem.
  const isComparable = sums.listed.ignored === 0;
  const edge = Math.max(eventsFrom(buckets, range.start), eventsFrom(buckets, range.end));
  const { late } = counted;
  const differ =
    isFar(sums, 'total', edge + LATE_FACTOR * late.total) ||
    (isComparable && isFar(sums, 'problems', edge + LATE_FACTOR * late.problems));
  return { range, ...sums, differ };
}

/** The problem for a notification; empty where both sources agree. */
export function differenceIn({ range, listed, counted, differ }: ComparedSources): {
  readonly what: string;
} {
  if (!differ) return { what: '' };
  const time = `${shortTime(range.start)} to ${shortTime(range.end)} UTC`;
  const numbers = ({ total, problems }: Compared) =>
    `${formatCount(total)} (${formatCount(problems)} of them not billed)`;
  return {
    what: `GET /events and POST /metrics do not agree: of ${time} the list holds ${numbers(listed)} events, and Togai counts ${numbers(counted)}. Nothing was changed for it; choose one of the two: Counting = listing, or metrics (unmetered doctor shows what this Togai can do)`,
  };
}

/**
 * The events that looks count in a range, with those in progress; `undefined` where a look reaches
 * over an end of it.
 */
function countedIn(
  looks: readonly LookRecord[],
  { start, end }: Range,
): (Compared & { readonly late: Compared }) | undefined {
  const levels = new Levels();
  const sums = { total: 0, problems: 0 };
  const late = { total: 0, problems: 0 };
  let reached: number | undefined;
  for (const [index, look] of looks.entries()) {
    const rises = levels.add(look);
    const isWithin = look.end > start && look.end <= end;
    const since = looks[index - 1]?.end ?? look.since;
    if (!isWithin || (reached === undefined && since !== start)) continue;
    reached = look.end;
    for (const { scope, status, label, by } of rises) {
      if (scope !== ALL) continue;
      // Events that healed meanwhile were lost earlier.
      const problems = isProblem(status) ? Math.max(0, by) : 0;
      const into = label + HOUR_MS + LATE_MS <= since ? [sums, late] : [sums];
      for (const each of into) {
        each.total += by;
        each.problems += problems;
      }
    }
  }
  return reached === end
    ? { ...sums, late: { ...late, total: Math.max(0, late.total) } }
    : undefined;
}

function sumsOf(parts: readonly Counts[]): Compared & { readonly ignored: number } {
  const { total, ignored, byStatus } = mergeCounts(parts);
  return { total: total + ignored, problems: countWhere(byStatus, isProblem), ignored };
}

/** A look is taken up to some minutes after its end, so it may hold events of the next bucket. */
function eventsFrom(buckets: ReadonlyMap<number, BucketRecord>, start: number): number {
  const record = buckets.get(start);
  return record ? entriesIn(record.counts) : 0;
}

function isFar(
  { listed, counted }: Pick<ComparedSources, 'listed' | 'counted'>,
  number: keyof Compared,
  edge: number,
): boolean {
  const [one, other] = [listed[number], counted[number]];
  return Math.abs(one - other) > edge + Math.max(SLACK, SLACK_SHARE * Math.max(one, other));
}
