import type { Grouping } from '../../functions/monitor/events/metrics-answer.ts';
import { counted, formatCount } from '../../functions/monitor/text/text.ts';
import { type Range, shortTime } from '../../functions/monitor/timeline/time.ts';
import {
  type Answers,
  answerOf,
  errorOf,
  type Finding,
  type FindingId,
  type HourOfMetrics,
} from './answers.ts';
import type { ListingFacts } from './listing-facts.ts';

/** The findings about `POST /metrics`, and about both sources together. */
export function findingsOfMetrics(answers: Answers, facts: ListingFacts): Finding[] {
  const hour = answerOf(answers.metrics);
  if (!hour) return [];
  return [
    {
      id: 'metrics-hours',
      state: 'ok',
      text: `POST /metrics answers for hours: ${counted(hour.events, 'event')} from ${between(answers.hour)}.`,
    },
    grouping('metrics-by-status', 'RAW_EVENT_STATUS', hour),
    grouping('metrics-by-account', 'ACCOUNT_ID', hour),
    partOfHour(answers, hour),
    sourcesAgree(answers, facts),
  ];
}

/** `2026-11-18 10:00 to 11:00 UTC` */
function between({ start, end }: Range): string {
  return `${shortTime(start)} to ${shortTime(end).slice(11)} UTC`;
}

function grouping(id: FindingId, name: Grouping, { groupings, groups }: HourOfMetrics): Finding {
  const [what, noun, harm] =
    name === 'RAW_EVENT_STATUS'
      ? ['raw status', 'status', 'Togai metrics cannot be used then']
      : ['account', 'account', 'Togai metrics then name nobody'];
  switch (groupings.get(name) ?? 'unknown') {
    case 'named': {
      const size = groups.get(name) ?? 0;
      const shown = noun === 'status' && size !== 1 ? `${size} statuses` : counted(size, noun);
      return { id, state: 'ok', text: `POST /metrics groups by ${what}: ${shown}.` };
    }
    case 'unnamed':
      return {
        id,
        state: 'reservation',
        text: `POST /metrics does not group by ${what}: one number came for all. ${harm}.`,
      };
    case 'refused':
      return {
        id,
        state: 'reservation',
        text: `POST /metrics refuses to group by ${what}. ${harm}.`,
      };
    case 'unknown':
      return {
        id,
        state: 'unknown',
        text: `Whether POST /metrics groups by ${what} is not to be told: the hour has no events.`,
      };
  }
}

function partOfHour({ halves }: Answers, { events }: HourOfMetrics): Finding {
  const id = 'metrics-part-of-hour';
  const parts = answerOf(halves);
  const error = errorOf(halves);
  if (error) {
    const text = `POST /metrics does not answer for half an hour: ${error.message}.`;
    return { id, state: 'reservation', text };
  }
  if (!parts || events === 0) {
    const text =
      'Whether POST /metrics honours a range within an hour is not to be told: the hour has no events.';
    return { id, state: 'unknown', text };
  }
  const [first, second] = parts;
  const sum = `${formatCount(first)} + ${formatCount(second)}`;
  if (first + second === events) {
    const text = `POST /metrics honours a range within an hour: its halves have ${sum} events.`;
    return { id, state: 'ok', text };
  }
  const isWidened = first === events && second === events;
  const what = isWidened
    ? 'widens a range within an hour to the whole hour'
    : 'does not add up within an hour';
  return {
    id,
    state: isWidened ? 'ok' : 'reservation',
    text: `POST /metrics ${what}: the halves have ${sum} events, the hour has ${formatCount(events)}. The monitor goes by whole hours, so its counts are right.`,
  };
}

function sourcesAgree({ comparison, metrics }: Answers, { counts }: ListingFacts): Finding {
  const id = 'sources-agree';
  const unknown = (why: string): Finding => ({
    id,
    state: 'unknown',
    text: `The two sources were not compared: ${why}.`,
  });
  if (!comparison) {
    if (counts === 'nothing') return unknown('the monitor cannot count by listing here');
    if (counts === 'without late events') return unknown("a list goes by the sender's time");
    if (answerOf(metrics)?.events === 0) return unknown('the hour has no events');
    return unknown('the hour has too many events to be listed here');
  }
  const { range, byMetrics, byListing } = comparison;
  if ('error' in byListing) return unknown(`listing failed: ${byListing.error.message}`);
  const isWhole = 'answer' in byListing;
  const listed = isWhole ? byListing.answer : byListing.atLeast;
  if (!isWhole && listed <= byMetrics) {
    return unknown(`${between(range)} takes too many pages to be listed here`);
  }
  const numbers = `${isWhole ? '' : 'at least '}${formatCount(listed)} events listed, ${formatCount(byMetrics)} by metrics`;
  if (listed === byMetrics) {
    return { id, state: 'ok', text: `Both sources agree on ${between(range)}: ${numbers}.` };
  }
  return {
    id,
    state: 'reservation',
    text: `Both sources differ on ${between(range)}: ${numbers}. Usual causes: Togai assigns events to hours by another time, or its metrics lag behind. To see more, run check for a closed hour with --counting listing and with --counting metrics.`,
  };
}
