import { countAll } from '../../functions/monitor/counting/listing/count-buckets.ts';
import type { UsageEvents } from '../../functions/monitor/ports.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import { type Answers, answerOf, type Comparison } from './answers.ts';
import { type Asking, attempt, totalOf } from './asking.ts';
import { earlierHours, isSmallEnough, pagesToReach, partOf } from './comparable.ts';
import { type ListingFacts, listingFacts } from './listing-facts.ts';

/** Of the list; the other questions take about seven requests. */
const MAX_PAGES = 10;

/** Both sources on a closed hour that is small enough to be listed, or on the end of one. */
export async function compare(asking: Asking, answers: Answers): Promise<Comparison | undefined> {
  const { hour } = answers;
  const events = answerOf(answers.metrics)?.events ?? 0;
  const { counts, filter } = listingFacts(answers);
  if (events === 0 || (counts !== 'all' && counts !== 'without late events')) return undefined;
  if (isSmallEnough(events)) return compareIn(asking, answers, { range: hour, byMetrics: events });
  const part = partOf(answers);
  const earlier = filter === 'none' ? [] : earlierHours(hour);
  for (const range of part ? [part] : earlier) {
    const byMetrics = answerOf(await attempt(asking.signal, () => totalOf(asking, range)));
    if (byMetrics === undefined) return undefined;
    if (isSmallEnough(byMetrics)) return compareIn(asking, answers, { range, byMetrics });
  }
  return undefined;
}

async function compareIn(
  { togai, signal }: Asking,
  answers: Answers,
  { range, byMetrics }: Pick<Comparison, 'range' | 'byMetrics'>,
): Promise<Comparison> {
  const { filter } = listingFacts(answers);
  if (filter === 'none' && pagesToReach(range, answers) > MAX_PAGES) {
    return { range, byMetrics, byListing: { atLeast: 0 } };
  }
  const few = withFewPages(togai);
  try {
    const byListing = await attempt(signal, () => countListed(few, range, filter, signal));
    return { range, byMetrics, byListing };
  } catch (error) {
    if (!(error instanceof TooManyPages)) throw error;
    // Where a range has no effect, the pages are not of the range alone.
    const atLeast = filter === 'none' ? 0 : error.events;
    return { range, byMetrics, byListing: { atLeast } };
  }
}

/** As the monitor itself counts, but by one query for the whole range, where the server filters by time. */
async function countListed(
  events: UsageEvents,
  range: Range,
  filter: ListingFacts['filter'],
  signal: AbortSignal,
): Promise<number> {
  const count = (buckets: readonly Range[]) =>
    countAll(events, {
      buckets,
      ignoreLists: { accounts: new Set(), schemas: new Set() },
      timeField: filter === 'timestamp' ? 'timestamp' : 'createdAt',
      workers: 1,
      signal,
    });
  const atOnce = filter === 'none' ? undefined : await count([range]);
  // A server that ignores the filter after all: events are picked out by buckets of five minutes.
  const { complete } = !atOnce || atOnce.filteredHere ? await count(bucketsOf(range)) : atOnce;
  return complete.reduce((sum, { counts }) => sum + counts.total, 0);
}

class TooManyPages extends Error {
  /** Entries of the pages that came. */
  readonly events: number;

  constructor(events: number) {
    super();
    this.events = events;
  }
}

/** The list, up to so many pages of all queries together. */
function withFewPages(togai: UsageEvents): UsageEvents {
  let pages = 0;
  let events = 0;
  return {
    event: (id, signal) => togai.event(id, signal),
    async *pages(query, signal) {
      for await (const page of togai.pages(query, signal)) {
        pages++;
        events += page.events.length;
        yield page;
        if (pages >= MAX_PAGES && page.nextToken !== undefined) throw new TooManyPages(events);
      }
    },
  };
}
