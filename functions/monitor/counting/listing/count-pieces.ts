import type { MonitorError } from '../../errors.ts';
import type { EventPage, TimeField } from '../../events/event.ts';
import type { Range } from '../../timeline/time.ts';
import { isOfABucket } from '../count.ts';
import type { CountRequest } from './count-request.ts';
import { cut, cutOpenEnd, cutUnplaced, eventsByPage, timesOf } from './cut.ts';
import { isEndOpen } from './end-of-list.ts';
import type { Listing, SiftedPage } from './listing.ts';
import { PageEntries } from './page-entries.ts';
import { bucketsAround, byRank, firstPieces, type Job, oneByOne, type Piece } from './pieces.ts';
import type { Results } from './results.ts';
import { sideBySide } from './side-by-side.ts';
import { WrongZoneError } from './zone-offset.ts';

/** The rank of a bucket that is tried before all others. */
const FIRST_OF_ALL = -1;
/** So many queries are tried as long as nothing was answered: of several buckets, and of two of them. */
const MOST_TRIES = 3;

/** Why a count is given up: the server turned out to filter by time in another way. */
export class OtherFilter extends Error {}

/** Counts buckets by queries of their time, as long as the server is seen to filter by one field. */
export class PieceCount {
  readonly #listing: Listing;
  readonly #results: Results;
  readonly #request: CountRequest;
  readonly #field: TimeField;
  /** Any failure ends the count. */
  readonly #allOrNothing: boolean;
  readonly #giveUp = new AbortController();
  readonly #signal: AbortSignal;
  #jobs: readonly Job[] = [];
  #failures = 0;
  #isEstimated = false;

  constructor(
    listing: Listing,
    results: Results,
    {
      request,
      field,
      allOrNothing,
    }: {
      readonly request: CountRequest;
      readonly field: TimeField;
      readonly allOrNothing: boolean;
    },
  ) {
    this.#listing = listing;
    this.#results = results;
    this.#request = request;
    this.#field = field;
    this.#allOrNothing = allOrNothing;
    const { signal, softDeadline } = request;
    const ends = [signal, this.#giveUp.signal, ...(softDeadline ? [softDeadline] : [])];
    this.#signal = AbortSignal.any(ends);
  }

  /** @returns why the count was given up, if it was */
  async run(): Promise<unknown> {
    const { workers, signal } = this.#request;
    this.#jobs = this.#results.begin();
    await sideBySide(firstPieces(this.#jobs, this.#request), {
      compare: byRank,
      workers,
      signal: this.#signal,
      work: (piece, onOpen) => this.#count(piece, onOpen),
      failed: (error, piece, isOpen) => this.#afterFailure(error, piece, isOpen),
    });
    signal.throwIfAborted();
    const { reason } = this.#giveUp.signal;
    if (this.#signal.aborted && this.#listing.filter === this.#field) {
      this.#results.keepWhatCame(this.#field);
    }
    return reason;
  }

  /** @returns the pieces to list instead, where a page shows that the piece is better cut */
  async #count(piece: Piece, onOpen: () => void): Promise<readonly Piece[]> {
    this.#checkFilter();
    if (isOver(piece)) return [];
    for (const job of piece.jobs) {
      job.begun = true;
      job.alone ||= piece.jobs.length === 1;
    }
    const entries = new PageEntries(piece, this.#field);
    const { start, end } = piece.range;
    // From one millisecond early: the server may leave its bounds out.
    const asked: Range = { start: start - 1, end };
    const around = bucketsAround(piece);
    for await (const sifted of this.#listing.pagesOf(asked, around, this.#signal)) {
      this.#checkFilter();
      if (isOver(piece)) break;
      this.#estimate(sifted.page, piece);
      const unplaced = cutUnplaced(piece, sifted.page, this.#field);
      if (unplaced.length === 0) entries.add(sifted.page);
      const parts = unplaced.length > 0 ? unplaced : this.#cut(piece, sifted);
      onOpen();
      this.#results.report();
      if (parts.length > 1) return instead(piece, parts);
    }
    onOpen();
    entries.addNameless();
    for (const job of piece.jobs) {
      job.left--;
      if (job.left === 0 && !job.failed) await this.#results.complete(job, this.#field);
    }
    this.#results.report();
    return [];
  }

  #cut(piece: Piece, { page, sieve, answer }: SiftedPage): readonly Piece[] {
    const field = this.#field;
    if (isEndOpen(answer)) return cutOpenEnd(piece, page, field);
    if (page.nextToken === undefined) return [];
    return cut(piece, page, { field, pages: sieve.pages, workers: this.#request.workers });
  }

  #checkFilter(): void {
    if (this.#listing.filter !== this.#field) throw new OtherFilter();
  }

  #estimate(page: EventPage, { range }: Piece): void {
    if (this.#isEstimated) return;
    this.#isEstimated = true;
    if (page.nextToken === undefined) return;
    this.#request.onEstimate?.(eventsByPage(timesOf(page, this.#field), range));
  }

  /** @returns the pieces to list instead */
  #afterFailure(error: unknown, piece: Piece, isOpen: boolean): readonly Piece[] {
    const isOfOne = isOfABucket(error) && !(error instanceof WrongZoneError);
    if (isOver(piece) && isOfOne) return [];
    this.#failures++;
    const isWorthMore = isOpen || (this.#failures < MOST_TRIES && this.#jobs.length > 1);
    if (!this.#allOrNothing && isOfOne && isWorthMore) {
      return this.#withoutFailed(error, piece, isOpen);
    }
    this.#giveUp.abort(error);
    return [];
  }

  /** A failure may be of one bucket alone, so the others are counted each by itself. */
  #withoutFailed(error: MonitorError, piece: Piece, isOpen: boolean): readonly Piece[] {
    const [only] = piece.jobs;
    const isSingle = only !== undefined && piece.jobs.length === 1;
    if (isSingle) {
      only.failed = true;
      this.#results.fail(only, error);
    }
    if (!isOpen) this.#tryNewest();
    return isSingle ? [] : oneByOne(piece);
  }

  /** A neighbour of the oldest would fail as well; the newest shows whether all of Togai fails. */
  #tryNewest(): void {
    const waiting = this.#jobs.filter(({ failed }) => !failed);
    const newest = Math.max(...waiting.map(({ bucket }) => bucket.start));
    for (const job of waiting) if (job.bucket.start === newest) job.rank = FIRST_OF_ALL;
  }
}

function isOver({ jobs }: Piece): boolean {
  return jobs.every(({ failed }) => failed);
}

/** One bucket may be cut into several parts. */
function instead({ jobs }: Piece, parts: readonly Piece[]): readonly Piece[] {
  const count = (job: Job) => parts.filter((part) => part.jobs.includes(job)).length;
  const [only] = jobs;
  if (only && jobs.length === 1) only.left += count(only) - 1;
  return parts;
}
