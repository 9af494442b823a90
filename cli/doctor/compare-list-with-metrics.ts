import { countAll } from '../../functions/monitor/counting/listing/count-buckets.ts';
import type { UsageEvents } from '../../functions/monitor/ports.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import { type Answers, answerOf, type Comparison } from './answers.ts';
import { type Asking, attempt, totalOf } from './ask-one-question.ts';
import {
  earlierHours,
  isSmallEnough,
  MAX_PAGES,
  pagesToReach,
  partOf,
} from './choose-compared-range.ts';
import { listingFacts } from './listing-facts.ts';

/** Both sources on a closed hour that is small enough to be listed, or on the end of one. */
export async function compare(asking: Asking, answers: Answers): Promise<Comparison | undefined> {
  const { hour } = answers;
  const events = answerOf(answers.metrics)?.events ?? 0;
  const { counts, filter } = listingFacts(answers);
  // A list by the sender's time has other events in an hour, as it should.
  if (events === 0 || counts !== 'all') return undefined;
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
    const byListing = await attempt(signal, () => countListed(few, range, signal));
    return { range, byMetrics, byListing };
  } catch (error) {
    if (!(error instanceof TooManyPages)) throw error;
    // Where a range has no effect, the pages are not of the range alone.
    const atLeast = filter === 'none' ? 0 : error.events;
    return { range, byMetrics, byListing: { atLeast } };
  }
}

/** As the monitor itself counts. */
async function countListed(
  events: UsageEvents,
  range: Range,
  signal: AbortSignal,
): Promise<number> {
  const { complete } = await countAll(events, {
    buckets: bucketsOf(range),
    ignoreLists: { accounts: new Set(), schemas: new Set() },
    isTimeFieldKnown: true,
    workers: 1,
    signal,
  });
  return complete.reduce((sum, { counts }) => sum + counts.total, 0);
}

class TooManyPages extends Error {
  /** Different events of the pages that came. */
  readonly events: number;

  constructor(events: number) {
    super();
    this.events = events;
  }
}

/** The list, up to so many pages of all queries together. */
function withFewPages(togai: UsageEvents): UsageEvents {
  let pages = 0;
  // Where a range is listed in parts, its first page comes again.
  const seen = new Set<string>();
  return {
    event: (id, signal) => togai.event(id, signal),
    async *pages(query, signal) {
      for await (const page of togai.pages(query, signal)) {
        pages++;
        for (const { identity } of page.events) if (identity !== undefined) seen.add(identity);
        yield page;
        if (pages >= MAX_PAGES && page.nextToken !== undefined) throw new TooManyPages(seen.size);
      }
    },
  };
}
