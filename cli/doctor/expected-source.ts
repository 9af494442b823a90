import { chooseSource } from '../../functions/monitor/counting/choose-source.ts';
import { MAX_EVENTS_AN_HOUR } from '../../functions/monitor/counting/prove-list.ts';
import { restAfter } from '../../functions/monitor/counting/when-metrics-rest.ts';
import type { CountingSource } from '../../functions/monitor/events/counting-source.ts';
import { QUOTA } from '../../functions/monitor/settings/all-settings.ts';
import { formatCount } from '../../functions/monitor/text/text.ts';
import { type Answers, answerOf, errorOf } from './answers.ts';
import type { ListingFacts } from './listing-facts.ts';
import { RUNS_PER_HOUR, type Volume } from './volume.ts';

/** The source that a monitor with `Counting` = `auto` comes to use. */
export interface Expected {
  /** `none`: neither counts here. `unknown`: the answers do not show it. */
  readonly source: CountingSource | 'none' | 'unknown';
  /** Why, as the end of a sentence. It may go on with another one. */
  readonly reason: string;
  /** Why Togai metrics cannot be used, as the end of a sentence; `undefined` where they can, or nothing shows it. */
  readonly metricsProblem: string | undefined;
}

/** All that findings and advice follow from. */
export interface Shown {
  readonly answers: Answers;
  readonly facts: ListingFacts;
  readonly volume: Volume;
  readonly expected: Expected;
}

export function expectedSource(answers: Answers, facts: ListingFacts, volume: Volume): Expected {
  const { metrics } = answers;
  const metricsProblem = problemOfMetrics(answers);
  if (!metrics || (errorOf(metrics) && metricsProblem === undefined)) {
    return { source: 'unknown', reason: 'POST /metrics gave no answer now', metricsProblem };
  }
  const { eventsPerHour = 0 } = volume;
  const isTried = eventsPerHour > 0 && eventsPerHour <= MAX_EVENTS_AN_HOUR;
  const events = Math.round(eventsPerHour / RUNS_PER_HOUR);
  const { chosen, reason } = chooseSource({
    counting: 'auto',
    // One run before had as many: a burst alone changes nothing.
    before: { source: 'listing', busyRuns: 1 },
    metricsProblem,
    isListProven: isTried && facts.filter === 'createdAt',
    events,
    at: answers.now,
  });
  if (metricsProblem !== undefined) return listed(facts, volume, metricsProblem, answers);
  if (chosen.source === 'listing') {
    const few = `about ${formatCount(eventsPerHour)} events come in an hour, few enough to list each`;
    return { source: 'listing', reason: few, metricsProblem };
  }
  if (facts.filter === 'createdAt' && eventsPerHour > 0) {
    const many = `${formatCount(eventsPerHour)} events an hour are too many to list each of them`;
    return { source: 'metrics', reason: many, metricsProblem };
  }
  const shown = facts.counts === 'all' || facts.counts === 'unknown';
  return {
    source: 'metrics',
    reason: shown ? `${asClause(reason)}. ${nothingToDo(isTried)}` : whyNoListing(answers, facts),
    metricsProblem,
  };
}

/** A monitor tries a short list once an hour. */
function nothingToDo(isTried: boolean): string {
  return `Nobody has to do anything${isTried ? ': the monitor looks again by itself' : ''}`;
}

/** Togai metrics cannot be used. */
function listed(
  { counts, ...facts }: ListingFacts,
  { listingPerSecond = 0 }: Volume,
  metricsProblem: string,
  answers: Answers,
): Expected {
  if (counts === 'unknown') {
    return { source: 'unknown', reason: 'there are too few events', metricsProblem };
  }
  if (counts === 'nothing') {
    const reason = `${whyNoListing(answers, { counts, ...facts })}, and ${metricsProblem}`;
    return { source: 'none', reason, metricsProblem };
  }
  const rate = Math.ceil(listingPerSecond);
  if (rate > QUOTA) {
    const reason = `listing would need ${formatCount(rate)} requests a second of a quota of ${QUOTA}, and ${metricsProblem}`;
    return { source: 'none', reason, metricsProblem };
  }
  return { source: 'listing', reason: metricsProblem, metricsProblem };
}

function problemOfMetrics({ metrics }: Answers): string | undefined {
  const failure = errorOf(metrics)?.failure;
  if (failure === 'forbidden') return 'the token may not read metrics';
  if (failure && restAfter(failure) !== undefined) return 'POST /metrics could not be read';
  const byStatus = answerOf(metrics)?.groupings.get('RAW_EVENT_STATUS');
  const isGrouped = byStatus !== 'unnamed' && byStatus !== 'refused';
  return isGrouped ? undefined : 'POST /metrics does not tell statuses apart';
}

function whyNoListing({ list }: Answers, { filter, order }: ListingFacts): string {
  if (errorOf(list)?.failure === 'forbidden') return 'the token may not list events';
  if (errorOf(list)) return 'GET /events could not be read';
  if (filter === 'refused') return 'GET /events refuses a range of time';
  if (filter === 'timestamp') {
    return "ranges go by the sender's time, so a list lacks late events";
  }
  if (order.direction === 'newest first') {
    return "lists are in the order of the sender's time, so late events lie deep in them";
  }
  if (order.direction === 'unknown') {
    return 'lists ignore a range of time, and their order is not to be told';
  }
  return order.direction === 'oldest first'
    ? 'lists begin with the oldest event and ignore a range of time, so new events cannot be reached'
    : 'lists ignore a range of time and come in no order';
}

/** `Nothing has shown it.` becomes `nothing has shown it`. */
function asClause(sentence: string): string {
  return sentence.replace(/^./, (letter) => letter.toLowerCase()).replace(/\.$/, '');
}
