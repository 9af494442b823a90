import { descend } from '../../functions/monitor/counting/listing/list-order.ts';
import { NEW_SIEVE } from '../../functions/monitor/counting/listing/repeated-pages.ts';
import {
  betterWitness,
  type Evidence,
  gather,
  timeBy,
} from '../../functions/monitor/counting/listing/time-filter.ts';
import type { TimeField, UsageEvent } from '../../functions/monitor/events/event.ts';
import { type Answers, answerOf, errorOf } from './answers.ts';

/** The behaviour of `GET /events`, as its answers show it. */
export interface ListingFacts {
  /** `either`: the range is honoured, by a time that no event tells apart. `refused`: a range is answered with an error. */
  readonly filter: TimeField | 'either' | 'none' | 'refused' | 'unknown';
  readonly order: ListedOrder;
  readonly counts: ListingCounts;
}

/**
 * The events that the monitor can count by listing: all; all but late ones; none. `unknown`: there
 * are too few events.
 */
type ListingCounts = 'all' | 'without late events' | 'nothing' | 'unknown';

interface ListedOrder {
  readonly direction: 'newest first' | 'oldest first' | 'none' | 'unknown';
  /** `either`: the events of the page are in this order by both times. */
  readonly field: TimeField | 'either';
}

const UNKNOWN_ORDER: ListedOrder = { direction: 'unknown', field: 'either' };
/** So many events in a row are no coincidence. */
const FEWEST_IN_ORDER = 5;

export function listingFacts(answers: Answers): ListingFacts {
  const page = answerOf(answers.list);
  const filter = filterOf(answers);
  const order = page ? orderOf(page.events) : UNKNOWN_ORDER;
  return { filter, order, counts: page ? countsOf(filter, order) : 'nothing' };
}

/** Whether the time that a range is compared with is known, or there is nothing more to find out about it. */
export function isFilterKnown(answers: Answers): boolean {
  return filterOf(answers) !== 'either';
}

/** The event of all pages whose two times differ most. */
export function witnessIn(answers: Answers): UsageEvent | undefined {
  const pages = [answers.list, ...answers.narrow.map(({ page }) => page)];
  return pages
    .flatMap((page) => answerOf(page)?.events ?? [])
    .reduce<UsageEvent | undefined>(betterWitness, undefined);
}

function filterOf({ list, narrow, witness }: Answers): ListingFacts['filter'] {
  if (narrow.some(({ page }) => errorOf(page)?.failure === 'refused')) return 'refused';
  const pages = narrow.flatMap(({ range, page }) => {
    const events = answerOf(page)?.events;
    return events ? [{ range, events }] : [];
  });
  if (pages.length < narrow.length || pages.length === 0) return 'unknown';
  const { insideByCreatedAtAlone, insideByTimestampAlone, outside } = pages.reduce<Evidence>(
    (evidence, { range, events }) => gather(evidence, events, range, range),
    NEW_SIEVE.evidence,
  );
  if (outside || (insideByCreatedAtAlone && insideByTimestampAlone)) return 'none';
  // Without any event, an empty answer to a range shows nothing.
  const isAnyListed = (answerOf(list)?.events.length ?? 0) > 0;
  if (!isAnyListed && pages.every(({ events }) => events.length === 0)) return 'unknown';
  if (insideByCreatedAtAlone || witness?.isListed === true) return 'createdAt';
  if (insideByTimestampAlone || witness?.isListed === false) return 'timestamp';
  return 'either';
}

/** The order of a page: strictly by one time, or by both, or by `createdAt` but for events that came side by side. */
function orderOf(events: readonly UsageEvent[]): ListedOrder {
  if (events.length < FEWEST_IN_ORDER) return UNKNOWN_ORDER;
  const created = strictOrder('createdAt', events);
  const happened = strictOrder('timestamp', events);
  if (created && created === happened) return { direction: created, field: 'either' };
  if (created) return { direction: created, field: 'createdAt' };
  if (happened) return { direction: happened, field: 'timestamp' };
  const newestFirst = isNearlyNewestFirst(events);
  const oldestFirst = isNearlyNewestFirst(events.toReversed());
  if (newestFirst && oldestFirst) return UNKNOWN_ORDER;
  if (newestFirst) return { direction: 'newest first', field: 'createdAt' };
  return { direction: oldestFirst ? 'oldest first' : 'none', field: 'createdAt' };
}

/** By `createdAt`, as the monitor takes it where it counts from a list of all events. */
function isNearlyNewestFirst(events: readonly UsageEvent[]): boolean {
  const times = events.map(({ createdAt }) => createdAt);
  return descend(NEW_SIEVE.descent, times) !== undefined;
}

function strictOrder(
  field: TimeField,
  events: readonly UsageEvent[],
): 'newest first' | 'oldest first' | undefined {
  const times = events.flatMap((event) => timeBy(field, event) ?? []);
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  if (steps.every((step) => step === 0)) return undefined;
  if (steps.every((step) => step <= 0)) return 'newest first';
  return steps.every((step) => step >= 0) ? 'oldest first' : undefined;
}

function countsOf(
  filter: ListingFacts['filter'],
  { direction, field }: ListedOrder,
): ListingCounts {
  if (filter === 'createdAt' || filter === 'either') return 'all';
  if (filter === 'timestamp') return 'without late events';
  if (filter === 'unknown') return 'unknown';
  if (filter === 'refused') return 'nothing';
  if (direction === 'unknown') return 'unknown';
  return direction === 'newest first' && field !== 'timestamp' ? 'all' : 'nothing';
}
