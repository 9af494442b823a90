import { TogaiError } from '../../errors.ts';
import type { EventPage, TimeField, UsageEvent } from '../../events/event.ts';
import { isoTime, MINUTE_MS, type Range, SECOND_MS } from '../../timeline/time.ts';

/**
 * Trust, but verify. It is not documented whether `GET /events` honours `start_time` and `end_time`, by
 * which time it filters, in which order it answers, and whether pages overlap. Each page is held against
 * what was asked; what the pages prove decides how they are counted.
 */

/** How many pages without a single entry may follow each other. */
const MAX_EMPTY_PAGES = 100;

/** What the pages of one query have proved so far. */
export interface Evidence {
  /** An event inside by `createdAt` and outside by `timestamp`: the server does not filter by `timestamp`. */
  readonly insideByCreatedAtAlone: boolean;
  /** The other way round: the server does not filter by `createdAt`. */
  readonly insideByTimestampAlone: boolean;
  /** An event outside by both: the server does not filter by time. */
  readonly outside: boolean;
}

/** How a server filters by time: by a field, or not at all. */
export type TimeFilter = TimeField | 'none';

/** Events that arrive side by side may be listed a little out of order. */
const ORDER_SLACK_MS = MINUTE_MS;

/** What is carried from page to page of one query; bounded, whatever the number of pages. */
export interface Sieve {
  readonly evidence: Evidence;
  /** By `createdAt`, epoch ms; `undefined` once events were seen to come in another order than newest first. */
  readonly descent: { readonly highest: number; readonly lowest: number } | undefined;
  /** Identities of the previous page. */
  readonly previous: ReadonlySet<string>;
  readonly emptyPages: number;
  readonly pages: number;
  /** Pages that held entries. */
  readonly filledPages: number;
  /**
   * What to compare with, taken anew at pages 1, 2, 4, 8 … (Brent's search for a cycle): a token, and the identities
   * of a page that held entries, for with an empty one no page can be compared.
   */
  readonly checkpoint: { readonly token: string | undefined; readonly seen: ReadonlySet<string> };
}

export interface Sifted {
  readonly sieve: Sieve;
  /** The page without what was there before, in its order. Not yet cut to the range. */
  readonly page: EventPage;
}

export const NEW_SIEVE: Sieve = {
  evidence: { insideByCreatedAtAlone: false, insideByTimestampAlone: false, outside: false },
  descent: { highest: Number.NEGATIVE_INFINITY, lowest: Number.POSITIVE_INFINITY },
  previous: new Set(),
  emptyPages: 0,
  pages: 0,
  filledPages: 0,
  checkpoint: { token: undefined, seen: new Set() },
};

/**
 * Removes what the previous page already held and takes the page's evidence.
 *
 * @param asked what the server was asked for, both ends inclusive; `undefined` where it was not asked for a time
 * @param whole what it is a slice of: an event of that which lies just outside of the slice proves nothing, for servers
 *   may take bounds by the second
 * @throws TogaiError `uncountable` where the pages run in a circle or never end
 */
export function sift(
  sieve: Sieve,
  page: EventPage,
  asked: Range | undefined,
  whole: Range | undefined = asked,
): Sifted {
  const seen = new Set<string>();
  // The same event in another state is let through: the counter decides which of the two counts.
  const isNew = ({
    identity,
    status = '',
  }: {
    readonly identity: string | undefined;
    readonly status?: string;
  }) => {
    if (identity === undefined) return true;
    const key = `${status} ${identity}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return !sieve.previous.has(key);
  };
  const events = page.events.filter(isNew);
  const malformed = page.malformed.filter(isNew);

  const entries = page.events.length + page.malformed.length;
  const emptyPages = entries === 0 ? sieve.emptyPages + 1 : 0;
  if (page.nextToken !== undefined) {
    if (page.nextToken === sieve.checkpoint.token) {
      throw uncountable('gave a nextToken again that had been followed before');
    }
    if (entries > 0 && events.length + malformed.length === 0) {
      throw uncountable('gave a page that repeats the one before, and a nextToken');
    }
    if (seen.size > 0 && seen.isSubsetOf(sieve.checkpoint.seen)) {
      throw uncountable('gave a page again that had been there before, and a nextToken');
    }
    if (emptyPages > MAX_EMPTY_PAGES) {
      throw uncountable(`gave ${emptyPages} empty pages in a row, each with a nextToken`);
    }
  }

  const pages = sieve.pages + 1;
  const filledPages = sieve.filledPages + (entries > 0 ? 1 : 0);
  return {
    sieve: {
      evidence: asked && whole ? gather(sieve.evidence, events, asked, whole) : sieve.evidence,
      descent: descend(sieve.descent, events),
      previous: entries === 0 ? sieve.previous : seen,
      emptyPages,
      pages,
      filledPages,
      checkpoint: {
        token: isPowerOfTwo(pages) ? page.nextToken : sieve.checkpoint.token,
        seen: entries > 0 && isPowerOfTwo(filledPages) ? seen : sieve.checkpoint.seen,
      },
    },
    page: { events, malformed, nextToken: page.nextToken },
  };
}

/**
 * What the evidence of all queries so far says of the server.
 *
 * @param assumed what is taken for true as long as nothing has been proved
 */
export function timeFilter(evidence: Evidence, assumed: TimeField): TimeFilter {
  const { insideByCreatedAtAlone, insideByTimestampAlone, outside } = evidence;
  if (outside || (insideByCreatedAtAlone && insideByTimestampAlone)) return 'none';
  if (insideByTimestampAlone) return 'timestamp';
  return insideByCreatedAtAlone ? 'createdAt' : assumed;
}

export function joinEvidence(a: Evidence, b: Evidence): Evidence {
  return {
    insideByCreatedAtAlone: a.insideByCreatedAtAlone || b.insideByCreatedAtAlone,
    insideByTimestampAlone: a.insideByTimestampAlone || b.insideByTimestampAlone,
    outside: a.outside || b.outside,
  };
}

/**
 * While pages come newest first: no event still to come is newer than this, epoch ms. Infinite as long as the
 * events seen lie so near to each other that they may as well come oldest first.
 *
 * @returns `undefined` where pages come in another order
 */
export function newestToCome({ descent }: Sieve): number | undefined {
  if (!descent) return undefined;
  const proven = descent.highest - descent.lowest > ORDER_SLACK_MS;
  return proven ? descent.lowest + ORDER_SLACK_MS : Number.POSITIVE_INFINITY;
}

/** An event's time by a field. */
export function timeBy(field: TimeField, event: UsageEvent): number | undefined {
  return field === 'createdAt' ? event.createdAt : event.timestamp;
}

function gather(
  evidence: Evidence,
  events: readonly UsageEvent[],
  asked: Range,
  whole: Range,
): Evidence {
  let joined = evidence;
  const { start } = asked;
  const surelyBefore = asked.end - SECOND_MS;
  for (const { createdAt, timestamp } of events) {
    if (timestamp === undefined) continue;
    // Nearly all are, and prove nothing.
    const surelyInside =
      createdAt >= start &&
      timestamp >= start &&
      createdAt <= surelyBefore &&
      timestamp <= surelyBefore;
    if (surelyInside) continue;
    const created = place(createdAt, asked, whole);
    const happened = place(timestamp, asked, whole);
    if (created === 'inside' && happened === 'inside') continue;
    joined = joinEvidence(joined, {
      insideByCreatedAtAlone: created === 'inside' && happened.endsWith('outside'),
      insideByTimestampAlone: created.endsWith('outside') && happened === 'inside',
      outside: created === 'far outside' && happened === 'far outside',
    });
  }
  return joined;
}

/**
 * A time without milliseconds may have been cut to the second: then it proves something only if the
 * whole second does. Within a second of what was asked nothing is called far: a server may take the
 * bounds by the second, too.
 */
function place(
  time: number,
  asked: Range,
  whole: Range,
): 'inside' | 'just outside' | 'far outside' | 'unclear' {
  const latest = time % SECOND_MS === 0 ? time + SECOND_MS - 1 : time;
  if (time >= asked.start && latest <= asked.end) return 'inside';
  if (latest >= asked.start && time <= asked.end) return 'unclear';
  const near = latest >= asked.start - SECOND_MS && time <= asked.end + SECOND_MS;
  if (near && time >= whole.start && time < whole.end) return 'unclear';
  return near ? 'just outside' : 'far outside';
}

function descend(descent: Sieve['descent'], events: readonly UsageEvent[]): Sieve['descent'] {
  if (!descent) return undefined;
  let { highest, lowest } = descent;
  for (const { createdAt } of events) {
    if (createdAt > lowest + ORDER_SLACK_MS) return undefined;
    highest = Math.max(highest, createdAt);
    lowest = Math.min(lowest, createdAt);
  }
  return { highest, lowest };
}

function isPowerOfTwo(number: number): boolean {
  return (number & (number - 1)) === 0;
}

function uncountable(whatCameBack: string): TogaiError {
  return new TogaiError(
    'uncountable',
    `GET /events ${whatCameBack}: its pages do not end, so nothing was counted; try again, and if it stays so report it to Togai`,
  );
}

/** @throws TogaiError `uncountable`: always; the one way to count without a time filter is newest first. */
export function refuseOrder(range: Range): never {
  throw new TogaiError(
    'uncountable',
    `GET /events was asked for ${isoTime(range.start)} to ${isoTime(range.end)}, ignored that, and does not answer newest first: this endpoint cannot be counted by time; ask Togai to honour start_time and end_time for your organisation, or count with POST /metrics`,
  );
}
