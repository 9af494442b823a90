import { formatCount } from '../../functions/monitor/text/text.ts';
import { CLOCK_MARGIN_MS } from '../../functions/monitor/timeline/time.ts';
import { type Answers, answerOf, errorOf, type Finding } from './answers.ts';
import { isEmpty } from './findings-of-listing.ts';
import type { ListingFacts } from './listing-facts.ts';
import { DEFAULT_RATE, QUOTA, type Volume } from './volume.ts';

/** What the monitor should do, in one to three sentences. */
export interface Advice {
  readonly text: string;
  /** Whether some source counts, from this machine. */
  readonly works: boolean;
}

/** Up to so many requests a second, listing leaves most of the quota to others (docs/counting.md). */
const MODEST_RATE = 4;

export function adviceOf(answers: Answers, facts: ListingFacts, volume: Volume): Advice {
  const advice = ofSources(answers, facts, volume);
  const isAhead = (answers.aheadMs ?? 0) > CLOCK_MARGIN_MS;
  if (!isAhead) return advice;
  const clock = 'Set the clock of this machine right before you count from here.';
  return { works: false, text: `${clock} ${advice.text}` };
}

function ofSources(answers: Answers, facts: ListingFacts, volume: Volume): Advice {
  const stopped = whyStopped(answers);
  if (stopped) return { works: false, text: `Neither can count here: ${stopped}` };
  switch (facts.counts) {
    case 'all':
      return ofFullListing(answers, volume);
    case 'without late events':
      return ofLateListing(answers, facts);
    case 'nothing':
      return ofNoListing(answers, facts);
    case 'unknown':
      return ofTooFewEvents(answers, facts);
  }
}

/** An answer that leaves nothing to try, with the next step. */
function whyStopped({ list, metrics }: Answers): string | undefined {
  const error = errorOf(list);
  if (!error || metrics) return undefined;
  return error.failure === 'unauthorized'
    ? 'Togai does not accept the token. Put a valid one into TOGAI_TOKEN, then run doctor again.'
    : 'no usable answer came. Mend what the line about GET /events says, then run doctor again.';
}

const countsMetrics = ({ metrics }: Answers) => answerOf(metrics) !== undefined;

function ofFullListing(answers: Answers, { listingPerSecond = 0 }: Volume): Advice {
  const rate = Math.ceil(listingPerSecond);
  if (rate <= DEFAULT_RATE) {
    return { works: true, text: 'Listing counts right here: keep Counting = events.' };
  }
  if (countsMetrics(answers) && rate > MODEST_RATE) {
    const text = `Set Counting = metrics, because listing would need ${formatCount(rate)} requests a second of a quota of ${QUOTA}.${ofAccounts(answers)}`;
    return { works: true, text };
  }
  if (rate <= QUOTA) {
    const text = `Listing counts right here: keep Counting = events, and set MaxRequestsPerSecond = ${rate}. It takes that from the quota of ${QUOTA}, which your own traffic shares.`;
    return { works: true, text };
  }
  const text = `Neither can count here: listing would need ${formatCount(rate)} requests a second of a quota of ${QUOTA}, and ${whyNoMetrics(answers)}. ${getMetrics(answers)}, or for a larger quota.`;
  return { works: false, text };
}

function getMetrics({ metrics }: Answers): string {
  return errorOf(metrics)?.failure === 'forbidden'
    ? 'Give the token the right to read metrics (POST /metrics), or ask Togai for it'
    : 'Mend what the line about metrics says, or ask Togai for POST /metrics';
}

function ofLateListing(answers: Answers, facts: ListingFacts): Advice {
  if (countsMetrics(answers)) return setMetrics(answers, facts);
  const text = `Keep Counting = events, and know that events that come late are not seen. ${getMetrics(answers)}: then set Counting = metrics.`;
  return { works: true, text };
}

function ofNoListing(answers: Answers, facts: ListingFacts): Advice {
  if (countsMetrics(answers)) return setMetrics(answers, facts);
  const text = `Neither can count here: ${whyNoListing(answers, facts)}, and ${whyNoMetrics(answers)}. ${getMetrics(answers)}, then run doctor again.`;
  return { works: false, text };
}

function ofTooFewEvents(answers: Answers, facts: ListingFacts): Advice {
  if (isEmpty(answers)) {
    const text =
      'Nothing can be told as long as Togai lists no events: keep Counting = events for now. Send an event, then run doctor again.';
    return { works: true, text };
  }
  if (countsMetrics(answers) && facts.filter === 'none') return setMetrics(answers, facts);
  const text =
    'Whether listing counts here could not be told. Run doctor again in an hour, or once there are more events.';
  return { works: countsMetrics(answers), text };
}

function setMetrics(answers: Answers, facts: ListingFacts): Advice {
  const text = `Set Counting = metrics, because ${whyNoListing(answers, facts)}.${ofAccounts(answers)}`;
  return { works: true, text };
}

function whyNoListing({ list }: Answers, { filter, order }: ListingFacts): string {
  if (errorOf(list)?.failure === 'forbidden') return 'the token may not list events';
  if (errorOf(list)) return 'GET /events could not be read';
  if (filter === 'refused') return 'GET /events refuses a range of time';
  if (filter === 'timestamp') {
    return "ranges go by the sender's time, so late events are not seen";
  }
  if (order.direction === 'newest first') {
    return "lists are in the order of the sender's time, so late events are not seen";
  }
  if (order.direction === 'unknown') {
    return 'lists ignore a range of time, and their order is not to be told';
  }
  return order.direction === 'oldest first'
    ? 'lists begin with the oldest event and ignore a range of time, so new events cannot be reached'
    : 'lists ignore a range of time and come in no order';
}

function whyNoMetrics({ metrics }: Answers): string {
  return errorOf(metrics)?.failure === 'forbidden'
    ? 'the token may not read metrics'
    : 'POST /metrics could not be read';
}

/** What is missing from metrics that are to be used. */
function ofAccounts({ metrics }: Answers): string {
  const state = answerOf(metrics)?.groupings.get('ACCOUNT_ID');
  return state === 'unnamed' || state === 'refused'
    ? ' Rules by account are not evaluated then: leave them out.'
    : '';
}

/** The exit code follows from it: works, works with a reservation, cannot. */
export function resultOf(
  findings: readonly Finding[],
  { works }: Advice,
): 'works' | 'reservation' | 'cannot' {
  if (!works) return 'cannot';
  const isClear = findings.every(({ state }) => state === 'ok' || state === 'unknown');
  return isClear ? 'works' : 'reservation';
}
