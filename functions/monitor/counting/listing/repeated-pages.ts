import { TogaiError } from '../../errors.ts';
import type { EventPage } from '../../events/event.ts';
import type { Range } from '../../timeline/time.ts';
import { type Descent, descend, NO_DESCENT_YET } from './list-order.ts';
import { type Evidence, gather } from './time-filter.ts';

/**
 * Togai does not document whether and how `GET /events` filters by `start_time` and `end_time`, in
 * which order it answers, and whether pages overlap. So each page is checked against its request.
 * The pages then decide how they are counted.
 */

/** How many pages without a single entry may follow each other. */
const MAX_EMPTY_PAGES = 100;

/** The memory of one query from page to page; bounded, for any number of pages. */
export interface Sieve {
  readonly evidence: Evidence;
  /** By `createdAt`; `undefined` once events were seen to come in another order than newest first. */
  readonly descent: Descent | undefined;
  /** The same by `timestamp`. */
  readonly descentByTimestamp: Descent | undefined;
  /** Identities of the previous page. */
  readonly previous: ReadonlySet<string>;
  readonly emptyPages: number;
  readonly pages: number;
  /** Pages that held entries. */
  readonly filledPages: number;
  /**
   * A later page is compared with this one, which is taken anew at pages 1, 2, 4, 8 … (Brent's search for a cycle).
   * `seen` are the identities of a page that held entries: an empty page cannot be compared.
   */
  readonly checkpoint: { readonly token: string | undefined; readonly seen: ReadonlySet<string> };
}

export interface Sifted {
  readonly sieve: Sieve;
  /** The page without entries of the page before, in its order. Not yet cut to the range. */
  readonly page: EventPage;
}

export const NEW_SIEVE: Sieve = {
  evidence: {
    insideByCreatedAtAlone: false,
    surelyByCreatedAt: false,
    insideByTimestampAlone: false,
    outside: false,
  },
  descent: NO_DESCENT_YET,
  descentByTimestamp: NO_DESCENT_YET,
  previous: new Set(),
  emptyPages: 0,
  pages: 0,
  filledPages: 0,
  checkpoint: { token: undefined, seen: new Set() },
};

/**
 * Removes entries that the page before held, and takes the page's evidence.
 *
 * @param asked the range of the request, both ends inclusive; `undefined` where it had none
 * @param whole the range that `asked` is a slice of. Its events just outside of the slice prove
 * nothing, because a server may take bounds by the second
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
      descent: descend(
        sieve.descent,
        events.map(({ createdAt }) => createdAt),
      ),
      descentByTimestamp: descend(
        sieve.descentByTimestamp,
        events.flatMap(({ timestamp }) => timestamp ?? []),
      ),
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

function isPowerOfTwo(number: number): boolean {
  return (number & (number - 1)) === 0;
}

function uncountable(whatCameBack: string): TogaiError {
  return new TogaiError(
    'uncountable',
    `GET /events ${whatCameBack}: its pages do not end, so nothing was counted`,
    { advice: 'try again, and if it stays so report it to Togai' },
  );
}
