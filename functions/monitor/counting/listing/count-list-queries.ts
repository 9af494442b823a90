import type { MonitorError } from '../../errors.ts';
import type { EventPage, TimeField } from '../../events/event.ts';
import type { Range } from '../../timeline/time.ts';
import { isOfABucket } from '../count-result.ts';
import type { BucketStates } from './bucket-states.ts';
import type { CountRequest } from './count-request.ts';
import { cut, cutOpenEnd, cutUnplaced, eventsByPage, timesOf } from './cut-list-query.ts';
import { isEndOpen } from './end-of-list.ts';
import {
  bucketsAround,
  byRank,
  firstQueries,
  type Job,
  type ListQuery,
  oneByOne,
} from './list-queries.ts';
import { PageEntries } from './page-entries.ts';
import type { Listing, SiftedPage } from './read-pages.ts';
import { sideBySide } from './side-by-side.ts';
import { WrongZoneError } from './zone-offset.ts';

/** The rank of a bucket that is tried before all others. */
const FIRST_OF_ALL = -1;
/** So many queries are tried as long as nothing was answered: of several buckets, and of two of them. */
const MOST_TRIES = 3;

/** Why a count is given up: the server turned out to filter by time in another way. */
export class OtherFilter extends Error {}

/** Counts buckets by queries of their time, as long as the server is seen to filter by one field. */
export class ListQueryCount {
  readonly #listing: Listing;
  readonly #states: BucketStates;
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
    states: BucketStates,
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
    this.#states = states;
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
    this.#jobs = this.#states.begin();
    await sideBySide(firstQueries(this.#jobs, this.#request), {
      compare: byRank,
      workers,
      signal: this.#signal,
      work: (query, onOpen) => this.#count(query, onOpen),
      failed: (error, query, isOpen) => this.#afterFailure(error, query, isOpen),
    });
    signal.throwIfAborted();
    const { reason } = this.#giveUp.signal;
    if (this.#signal.aborted && this.#listing.filter === this.#field) {
      this.#states.keepWhatCame(this.#field);
    }
    return reason;
  }

  /** @returns the queries to list instead, where a page shows that the query is better cut */
  async #count(query: ListQuery, onOpen: () => void): Promise<readonly ListQuery[]> {
    this.#checkFilter();
    if (isOver(query)) return [];
    for (const job of query.jobs) {
      job.begun = true;
      job.alone ||= query.jobs.length === 1;
    }
    const entries = new PageEntries(query, this.#field);
    const { start, end } = query.range;
    // From one millisecond early: the server may leave its bounds out.
    const asked: Range = { start: start - 1, end };
    const around = bucketsAround(query);
    for await (const sifted of this.#listing.pagesOf(asked, around, this.#signal)) {
      this.#checkFilter();
      if (isOver(query)) break;
      this.#estimate(sifted.page, query);
      const unplaced = cutUnplaced(query, sifted.page, this.#field);
      if (unplaced.length === 0) entries.add(sifted.page);
      const parts = unplaced.length > 0 ? unplaced : this.#cut(query, sifted);
      onOpen();
      this.#states.report();
      if (parts.length > 1) return instead(query, parts);
    }
    onOpen();
    entries.addNameless();
    for (const job of query.jobs) {
      job.left--;
      if (job.left === 0 && !job.failed) await this.#states.complete(job, this.#field);
    }
    this.#states.report();
    return [];
  }

  #cut(query: ListQuery, { page, sieve, answer }: SiftedPage): readonly ListQuery[] {
    const field = this.#field;
    if (isEndOpen(answer)) return cutOpenEnd(query, page, field);
    if (page.nextToken === undefined) return [];
    return cut(query, page, { field, pages: sieve.pages, workers: this.#request.workers });
  }

  #checkFilter(): void {
    if (this.#listing.filter !== this.#field) throw new OtherFilter();
  }

  #estimate(page: EventPage, { range }: ListQuery): void {
    if (this.#isEstimated) return;
    this.#isEstimated = true;
    if (page.nextToken === undefined) return;
    this.#request.onEstimate?.(eventsByPage(timesOf(page, this.#field), range));
  }

  /** @returns the queries to list instead */
  #afterFailure(error: unknown, query: ListQuery, isOpen: boolean): readonly ListQuery[] {
    const isOfOne = isOfABucket(error) && !(error instanceof WrongZoneError);
    if (isOver(query) && isOfOne) return [];
    this.#failures++;
    const isWorthMore = isOpen || (this.#failures < MOST_TRIES && this.#jobs.length > 1);
    if (!this.#allOrNothing && isOfOne && isWorthMore) {
      return this.#withoutFailed(error, query, isOpen);
    }
    this.#giveUp.abort(error);
    return [];
  }

  /** A failure may be of one bucket alone, so the others are counted each by itself. */
  #withoutFailed(error: MonitorError, query: ListQuery, isOpen: boolean): readonly ListQuery[] {
    const [only] = query.jobs;
    const isSingle = only !== undefined && query.jobs.length === 1;
    if (isSingle) {
      only.failed = true;
      this.#states.fail(only, error);
    }
    if (!isOpen) this.#tryNewest();
    return isSingle ? [] : oneByOne(query);
  }

  /** A neighbour of the oldest would fail as well; the newest shows whether all of Togai fails. */
  #tryNewest(): void {
    const waiting = this.#jobs.filter(({ failed }) => !failed);
    const newest = Math.max(...waiting.map(({ bucket }) => bucket.start));
    for (const job of waiting) if (job.bucket.start === newest) job.rank = FIRST_OF_ALL;
  }
}

function isOver({ jobs }: ListQuery): boolean {
  return jobs.every(({ failed }) => failed);
}

/** One bucket may be cut into several parts. */
function instead({ jobs }: ListQuery, parts: readonly ListQuery[]): readonly ListQuery[] {
  const count = (job: Job) => parts.filter((part) => part.jobs.includes(job)).length;
  const [only] = jobs;
  if (only && jobs.length === 1) only.left += count(only) - 1;
  return parts;
}
