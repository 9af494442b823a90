import type { ChosenSource, Counting, CountingSource } from '../events/counting-source.ts';
import { PAGE_SIZE } from '../events/page-size.ts';
import { formatCount, inWords } from '../text/text.ts';
import { HOUR_MS, isoTime } from '../timeline/time.ts';

/** A list of so many pages is polite enough for every run. */
const MAX_PAGES = 2;
/** A longer list is not begun, not even once. */
const FAR_TOO_MANY_PAGES = 20;
/** Runs in a row over {@link MAX_PAGES} after which Togai metrics count. */
const RUNS_TO_LEAVE = 2;
/** How long a list must fit half as many pages before events are listed again. */
const QUIET_MS = 6 * HOUR_MS;

export interface ChoiceInput {
  /** The setting. */
  readonly counting: Counting;
  /** Of the run before. */
  readonly before: ChosenSource | undefined;
  /** Why Togai metrics cannot be used, as the end of a sentence; `undefined` where they can. */
  readonly metricsProblem: string | undefined;
  /** An answer has shown that Togai lists events by the time when it received them, late ones too. */
  readonly isListProven: boolean;
  /** Events since the last look at Togai metrics; `undefined` where it is not known. */
  readonly events: number | undefined;
  /** Of the run, epoch ms. */
  readonly at: number;
}

export interface Choice {
  readonly chosen: ChosenSource;
  /** A sentence for the log and for people. */
  readonly reason: string;
}

/**
 * The counting source of a run. Togai metrics count right at any volume, late events included. A list is finer, but good only
 * where it is proven to hold late events, and short.
 */
export function chooseSource(input: ChoiceInput): Choice {
  const { counting, before, metricsProblem, isListProven, events, at } = input;
  const choose = (source: CountingSource, reason: string, kept: Partial<ChosenSource> = {}) => {
    const changedAt = before && before.source !== source ? at : before?.changedAt;
    return { chosen: { busyRuns: 0, ...kept, source, changedAt }, reason };
  };
  if (counting !== 'auto') return choose(counting, `Counting is set to ${counting}.`);
  if (metricsProblem !== undefined) {
    return choose('listing', `Togai metrics cannot be used: ${metricsProblem}.`);
  }
  if (!isListProven) {
    return choose(
      'metrics',
      'Nothing has shown yet that the list of events holds those that come late; Togai metrics count them.',
    );
  }
  if (events === undefined && before) {
    const reason = 'How many events came is not known, so it is the source of the run before.';
    return choose(before.source, reason, before);
  }
  const pages = (events ?? 0) / PAGE_SIZE;
  const isListing = before?.source !== 'metrics';
  const counted = `${formatCount(events ?? 0)} events came since the run before`;
  if (isListing) {
    const busyRuns = pages > MAX_PAGES ? (before?.busyRuns ?? 0) + 1 : 0;
    const isTooMany = pages > FAR_TOO_MANY_PAGES || busyRuns >= RUNS_TO_LEAVE;
    return isTooMany
      ? choose('metrics', `${counted}: more than ${MAX_PAGES} pages of a list.`)
      : choose('listing', `${counted}: few enough to list each of them.`, { busyRuns });
  }
  const quietSince = pages <= MAX_PAGES / 2 ? (before?.quietSince ?? at) : undefined;
  if (quietSince !== undefined && at - quietSince >= QUIET_MS) {
    return choose('listing', `Since ${isoTime(quietSince)} few enough events come to list them.`);
  }
  return choose(
    'metrics',
    `${counted}; listing is taken up after ${inWords(QUIET_MS / HOUR_MS)} quiet hours.`,
    {
      quietSince,
    },
  );
}
