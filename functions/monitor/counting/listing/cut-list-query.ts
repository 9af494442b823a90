import type { EventPage, TimeField } from '../../events/event.ts';
import { PAGE_SIZE } from '../../events/page-size.ts';
import { type Range, SECOND_MS } from '../../timeline/time.ts';
import { openEnd } from './end-of-list.ts';
import { atBuckets, atSeconds, type ListQuery, oneByOne, rowsOf } from './list-queries.ts';
import { timeBy } from './time-filter.ts';

/**
 * A query of several buckets has so many pages at most. If time runs out, no more than that is
 * lost, in any order of the pages.
 */
const MOST_PAGES_SHARED = 6;
/** Each part ends with a page that is not full: shorter parts would waste more of the quota than they gain. */
const PAGES_PER_PART = 4;
/** A bucket that is larger is listed by all workers. */
const MANY_PAGES_OF_A_BUCKET = 30;
/** In so many parts a full page of a list without tokens is asked for again at most. */
const MOST_PARTS_OF_A_PAGE = 20;

interface Situation {
  readonly field: TimeField;
  /** How many pages of the query have come. */
  readonly pages: number;
  /** How many parts are listed side by side. */
  readonly workers: number;
}

/**
 * The parts of a query, once a page has come that is not the last. The pages of one query follow
 * each other. So one long query would leave the quota unused while each answer is on its way, and
 * would be lost if time runs out. Several buckets are cut between buckets. One bucket is cut by its
 * first two pages, or never.
 *
 * @returns fewer than two parts where the query is better listed to its end
 */
export function cut(
  query: ListQuery,
  page: EventPage,
  { field, pages, workers }: Situation,
): readonly ListQuery[] {
  const expected = eventsByPage(timesOf(page, field), query.range) / PAGE_SIZE;
  if (query.jobs.length === 1) {
    return pages <= 2 && expected > MANY_PAGES_OF_A_BUCKET ? atSeconds(query, workers) : [];
  }
  const atLeast = pages < MOST_PAGES_SHARED ? 0 : 2 * MOST_PAGES_SHARED;
  const all = Math.max(expected, atLeast);
  if (all <= MOST_PAGES_SHARED) return [];
  return rowsOf(query).flatMap((row) => {
    const share = lengthOf(row.range) / lengthOf(query.range);
    return atBuckets(row, Math.max(1, Math.round((all * share) / PAGES_PER_PART)));
  });
}

/**
 * The parts of a query whose page is full and does not say whether it is the last. Each of them is asked for by itself, so the
 * order of the list does not matter.
 *
 * @throws TogaiError `uncountable` where the query cannot be cut any more
 */
export function cutOpenEnd(
  query: ListQuery,
  page: EventPage,
  field: TimeField,
): readonly ListQuery[] {
  const expected = eventsByPage(timesOf(page, field), query.range) / PAGE_SIZE;
  const wanted = Math.min(MOST_PARTS_OF_A_PAGE, Math.max(2, Math.ceil(1.5 * expected)));
  const isOne = query.jobs.length === 1;
  const parts = isOne ? atSeconds(query, wanted) : atBuckets(query, wanted);
  if (parts.length > 1) return parts;
  throw openEnd(query.range, 'all of one second');
}

/**
 * Each bucket by itself, where a page holds an entry without the time that would show its bucket.
 * Then only the query that lists the entry shows its bucket.
 */
export function cutUnplaced(
  query: ListQuery,
  page: EventPage,
  field: TimeField,
): readonly ListQuery[] {
  if (query.jobs.length === 1) return [];
  const isUnplaced =
    page.events.some((event) => timeBy(field, event) === undefined) ||
    page.malformed.some(({ createdAt }) => field === 'timestamp' || createdAt === undefined);
  return isUnplaced ? oneByOne(query) : [];
}

/**
 * How many events a range may hold, by a page of it: as dense as the middle half of the page. So a burst or a few events of other
 * times change little. This is a low guess where pages come in no order of time, because such a page reaches over the whole range.
 *
 * @param times of the events of the page, epoch ms
 */
export function eventsByPage(times: readonly number[], { start, end }: Range): number {
  const within = times.filter((time) => time >= start && time < end).sort((a, b) => a - b);
  const quarter = Math.floor(within.length / 4);
  const last = within.length - 1 - quarter;
  if (last <= quarter) return within.length;
  const reach = (within[last] ?? 0) - (within[quarter] ?? 0);
  return ((last - quarter) * (end - start)) / Math.max(SECOND_MS, reach);
}

export function timesOf({ events }: EventPage, field: TimeField): number[] {
  return events.flatMap((event) => timeBy(field, event) ?? []);
}

function lengthOf({ start, end }: Range): number {
  return end - start;
}
