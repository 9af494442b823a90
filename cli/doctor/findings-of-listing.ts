import { newerIn } from '../../functions/monitor/counting/ask-list-for-newer-events.ts';
import { MAX_SILENT_MS } from '../../functions/monitor/counting/when-metrics-are-old.ts';
import { inWords } from '../../functions/monitor/text/text.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import { type Answers, answerOf, errorOf, type Finding, type FindingId } from './answers.ts';
import type { Shown } from './expected-source.ts';
import type { ListingFacts } from './listing-facts.ts';

/** The findings about `GET /events`. Where Togai metrics count, a list that cannot be counted is no reservation. */
export function findingsOfListing(shown: Shown): Finding[] {
  return [timeRange(shown), ...timeField(shown), listOrder(shown)];
}

export function isEmpty({ list }: Answers): boolean {
  const page = answerOf(list);
  return page !== undefined && page.events.length + page.malformed.length === 0;
}

const TIMES: Readonly<Record<'createdAt' | 'timestamp', string>> = {
  createdAt: 'createdAt, the time when Togai received the event',
  timestamp: 'timestamp, the time of the sender',
};

const BLIND = ` If Togai metrics stop updating, the monitor cannot tell that from no traffic. After ${inWords(MAX_SILENT_MS / HOUR_MS)} hours without a new event it reports "Monitoring is broken".`;

function timeRange({ answers, facts, expected }: Shown): Finding {
  const { filter, counts } = facts;
  const id = 'time-range';
  if (!answerOf(answers.list)) return notAsked(id, 'Whether lists honour a range of time');
  if (filter === 'unknown') {
    const error = answers.narrow.map(({ page }) => errorOf(page)).find((found) => found);
    const why = error ? `a range was not answered: ${error.message}` : 'there are no events yet';
    return { id, state: 'unknown', text: `GET /events: no range could be tried, because ${why}.` };
  }
  if (filter === 'refused') {
    const error = answers.narrow.map(({ page }) => errorOf(page)).find((found) => found);
    const blind = expected.source === 'metrics' ? BLIND : '';
    const text = `GET /events refuses a range: ${error?.message}.${blind}`;
    return { id, state: 'reservation', text };
  }
  if (filter !== 'none') {
    return { id, state: 'ok', text: 'GET /events honours start_time and end_time.' };
  }
  const toList =
    counts === 'all'
      ? 'The monitor reads the list from its newest event on, which takes more requests'
      : 'Only a list that is newest first by createdAt could then be counted';
  const ignores = 'GET /events ignores start_time and end_time';
  if (expected.source === 'metrics') {
    const text = `Ranges of lists are not needed to count: ${ignores}, and Togai metrics count instead.`;
    return { id, state: 'ok', text };
  }
  return { id, state: 'reservation', text: `${ignores}. ${toList}.` };
}

/** The time that ranges go by. Nothing where they are ignored. */
function timeField({ answers, facts: { filter }, expected }: Shown): Finding[] {
  const id = 'time-field';
  if (filter === 'createdAt') {
    return [{ id, state: 'ok', text: `Ranges go by ${TIMES.createdAt}.` }];
  }
  if (filter === 'timestamp') {
    const text = `Ranges go by ${TIMES.timestamp}: a list lacks events that come late.`;
    return [{ id, state: expected.source === 'metrics' ? 'ok' : 'reservation', text }];
  }
  if (filter !== 'either') return [];
  const why = answers.witness
    ? 'too many events arrive at one moment'
    : 'no listed event has two times that differ enough';
  const text = `Whether ranges go by createdAt or by timestamp is not to be told apart here: ${why}.`;
  return [{ id, state: 'unknown', text }];
}

function listOrder({ answers, facts, expected }: Shown): Finding {
  const id = 'list-order';
  const { filter, counts } = facts;
  const { direction, field } = facts.order;
  if (!answerOf(answers.list)) return notAsked(id, 'The order of lists');
  if (direction === 'unknown') {
    const text = 'The order of lists is not to be told here: there are too few events.';
    return { id, state: 'unknown', text };
  }
  // Within a range that is honoured, every order can be counted.
  const matters = filter === 'none' && counts !== 'all';
  const isBlind = expected.source === 'metrics' && !showsNewer(answers, facts);
  const state = isBlind || (matters && expected.source !== 'metrics') ? 'reservation' : 'ok';
  const blind = isBlind ? BLIND : '';
  if (direction === 'none') return { id, state, text: `Lists come in no order of time.${blind}` };
  const late =
    matters && field === 'timestamp' ? ' An event that comes late lies deep in the list.' : '';
  const order =
    field === 'either'
      ? `The first page is ${direction} by createdAt and by timestamp, so lists may go by either`
      : `Lists come ${direction}, by ${TIMES[field]}`;
  return { id, state, text: `${order}.${late}${blind}` };
}

/** Whether a page shows that there are newer events, or none: it is of a range, or whole, or newest first. */
function showsNewer({ list, now }: Answers, { filter }: ListingFacts): boolean {
  if (filter !== 'none') return true;
  const page = answerOf(list);
  return page !== undefined && newerIn(page, { after: now, until: now }) !== 'unknown';
}

/** A question that follows from an answer that did not come. */
function notAsked(id: FindingId, what: string): Finding {
  return { id, state: 'unknown', text: `${what} was not asked: no events could be listed.` };
}
