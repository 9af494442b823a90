import type { EventPage } from '../../functions/monitor/events/event.ts';
import { PAGE_SIZE } from '../../functions/monitor/events/page-size.ts';
import { SETTINGS } from '../../functions/monitor/settings/all-settings.ts';
import { DEFAULT_RUN_MINUTES } from '../../functions/monitor/settings/names-shared-with-stack.ts';
import {
  HOUR_MS,
  MINUTE_MS,
  type Range,
  SECOND_MS,
} from '../../functions/monitor/timeline/time.ts';
import { type Answers, answerOf } from './answers.ts';
import type { ListingFacts } from './listing-facts.ts';

/** The size of Togai's traffic, and the requests that each source takes for it. */
export interface Volume {
  /** `undefined` where it is not known. */
  readonly eventsPerHour: number | undefined;
  /** By the density of a page, and not by a sum. */
  readonly isEstimate: boolean;
  /** At most; `undefined` where listing does not count, or the events are not known. */
  readonly listingPerDay: number | undefined;
  /** Requests a second while a run counts. */
  readonly listingPerSecond: number | undefined;
  /** While events are lost; `undefined` where metrics cannot be read. */
  readonly metricsPerDay: number | undefined;
}

const RUN_MS = DEFAULT_RUN_MINUTES * MINUTE_MS;
const HOURS_PER_DAY = 24;
export const RUNS_PER_HOUR = HOUR_MS / RUN_MS;
const RUNS_PER_DAY = HOURS_PER_DAY * RUNS_PER_HOUR;
/** When it has settled, if something was in progress, and a last time. */
const COUNTS_OF_A_BUCKET = 3;
/** A run has three quarters of its interval. */
const TIME_OF_A_RUN = 0.75;
/** Requests of a look; once an hour it reaches a day back. The docs have the same numbers (docs/counting.md). */
export const PER_LOOK = { quiet: 1, lossy: 3, hourlyQuiet: 3, hourlyLossy: 5 } as const;

function looksPerDay(each: number, hourly: number): number {
  return (RUNS_PER_DAY - HOURS_PER_DAY) * each + HOURS_PER_DAY * hourly;
}

/** With nothing to ask about accounts: while no events are lost, or events are listed. */
export const QUIET_LOOKS_PER_DAY = looksPerDay(PER_LOOK.quiet, PER_LOOK.hourlyQuiet);

export const DEFAULT_RATE = Number(SETTINGS.maxRequestsPerSecond.defaultText);

export function volumeOf(answers: Answers, { filter, order, counts }: ListingFacts): Volume {
  const exact = answerOf(answers.metrics)?.events;
  const guess = estimate(answers, filter, order);
  const eventsPerHour = exact ?? (guess === undefined ? undefined : Math.round(guess));
  const isCounted = counts === 'all' || counts === 'without late events';
  const perRun =
    isCounted && eventsPerHour !== undefined ? pagesOfRun(eventsPerHour, filter) : undefined;
  return {
    eventsPerHour,
    isEstimate: exact === undefined,
    listingPerDay: perRun === undefined ? undefined : perRun * RUNS_PER_DAY,
    listingPerSecond:
      perRun === undefined ? undefined : perRun / ((TIME_OF_A_RUN * RUN_MS) / SECOND_MS),
    metricsPerDay:
      exact === undefined ? undefined : looksPerDay(PER_LOOK.lossy, PER_LOOK.hourlyLossy),
  };
}

/** Where a range has no effect, a run lists everything back to the oldest bucket that it counts again. */
function pagesOfRun(eventsPerHour: number, filter: ListingFacts['filter']): number {
  const listedPerRun =
    filter === 'none' ? eventsPerHour : (COUNTS_OF_A_BUCKET * eventsPerHour * RUN_MS) / HOUR_MS;
  return Math.max(1, Math.ceil(listedPerRun / PAGE_SIZE));
}

/**
 * Events an hour, as dense as the pages that came. Many of one moment may be a burst, so where there are several pages it is the
 * middle one.
 */
function estimate(
  { list, narrow, now }: Answers,
  filter: ListingFacts['filter'],
  { direction }: ListingFacts['order'],
): number | undefined {
  const isFiltered = ['createdAt', 'timestamp', 'either'].includes(filter);
  const densities = isFiltered
    ? narrow.flatMap(({ range, page }) => densityOf(answerOf(page), range) ?? [])
    : [];
  const newest = answerOf(list);
  const earliest = Math.min(...timesOf(newest), now);
  if (newest && direction === 'newest first') {
    const start = newest.nextToken === undefined ? now - HOUR_MS : earliest;
    const events = timesOf(newest).filter((time) => time >= start).length;
    densities.push((events * HOUR_MS) / Math.max(1, now - start));
  }
  return densities.toSorted((a, b) => a - b)[Math.floor((densities.length - 1) / 2)];
}

function densityOf(page: EventPage | undefined, { start, end }: Range): number | undefined {
  const times = timesOf(page);
  if (!page) return undefined;
  const reach =
    page.nextToken === undefined ? end - start : Math.max(...times) - Math.min(...times);
  return (times.length * HOUR_MS) / Math.max(1, reach);
}

function timesOf(page: EventPage | undefined): number[] {
  return (page?.events ?? []).map(({ createdAt }) => createdAt);
}
