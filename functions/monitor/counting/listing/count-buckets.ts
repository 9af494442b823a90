import { type MonitorError, RefusedItemError, TogaiError } from '../../errors.ts';
import type { Counter } from '../../events/counter.ts';
import { entriesIn, type IgnoreLists } from '../../events/counts.ts';
import { createDistinctCounter } from '../../events/distinct-counter.ts';
import type { EventPage, TimeField } from '../../events/event.ts';
import type { EventQuery, UsageEvents } from '../../ports.ts';
import { type Bucket, bucketStart, newestFirst } from '../../timeline/bucket.ts';
import { DAY_MS, type Range } from '../../timeline/time.ts';
import { type BucketCount, type Count, type CountProgress, isOfABucket } from '../count.ts';
import { isEndOpen, openEnd, queryBehind } from './end-of-list.ts';
import { newestToCome, refuseOrder } from './list-order.ts';
import { NEW_SIEVE, type Sieve, sift } from './repeated-pages.ts';
import { createSlicedCounter, holds, type SlicedCounter } from './sliced-counts.ts';
import { eventsByFirstPage, sliced, slicesFor } from './slices.ts';
import { type Evidence, joinEvidence, type TimeFilter, timeBy, timeFilter } from './time-filter.ts';
import { shareEvents, wrongZone, zoneOffsetOf } from './zone-offset.ts';

export interface CountRequest {
  /** Aligned to the clock, without overlap; at least one. Fetched in this order. */
  readonly buckets: readonly Bucket[];
  readonly ignoreLists: IgnoreLists;
  /** By which time the server was seen to filter before. @default 'createdAt' */
  readonly timeField?: TimeField;
  /** How many buckets, or slices of a busy one, are fetched side by side. */
  readonly workers: number;
  /** How many entries a bucket may have; `undefined` where nothing is known. @default nothing is known of any */
  readonly expected?: (bucket: Bucket) => number | undefined;
  /** Ends the count at once. */
  readonly signal: AbortSignal;
  /** Ends the count, but what is complete by then is kept. */
  readonly softDeadline?: AbortSignal;
  /**
   * Called for each bucket as soon as it is complete, and again when a bucket had to be counted anew,
   * because the server turned out to filter by another time.
   */
  readonly onBucket?: (counted: BucketCount) => Promise<void>;
  /** Called after each page. */
  readonly onProgress?: (progress: CountProgress) => void;
}

/** A bucket that is being counted, in one slice or several. */
interface Job {
  readonly bucket: Bucket;
  readonly counter: SlicedCounter;
  /** Entries that it may have; `undefined` where nothing is known. */
  readonly expected: number | undefined;
  /** Slices that are not complete. */
  left: number;
  /** A slice of it failed; the others are of no use any more. */
  failed: boolean;
}

interface Slice {
  readonly job: Job;
  readonly range: Range;
}

/** A page as it came, and without the events that were there before. */
interface SiftedPage {
  readonly answer: EventPage;
  readonly page: EventPage;
  readonly sieve: Sieve;
}

/** By this factor more than was expected, it is worth a request to begin again in slices. */
const MUCH_MORE = 2;

/** What Togai gives at the most. */
const PAGE_SIZE = 50;

/** Why a pass was given up: the server turned out to filter by time in another way. */
class OtherFilter extends Error {}

/**
 * Counts buckets. The first request goes alone; once it has succeeded, buckets are fetched side by side.
 * Pages are tallied and dropped. A bucket is complete or it is not; nothing in between is called a count.
 *
 * @throws the reason of `signal` once that is aborted; whatever `onBucket` throws
 */
export function count(events: UsageEvents, request: CountRequest): Promise<Count> {
  return new Counting(events, request, false).run();
}

/**
 * Counts all of the buckets, or throws. If `softDeadline` ends it, it returns the buckets that are complete, and those that were begun.
 *
 * @throws TogaiError; the reason of `signal` once that is aborted
 */
export async function countAll(events: UsageEvents, request: CountRequest): Promise<Count> {
  const result = await new Counting(events, request, true).run();
  if (result.stopped) throw result.stopped;
  return result;
}

class Counting {
  readonly #events: UsageEvents;
  readonly #request: CountRequest;
  /** Any failure ends the count. */
  readonly #allOrNothing: boolean;
  readonly #assumed: TimeField;
  readonly #done = new Map<Bucket, BucketCount>();
  readonly #unfinished = new Map<Bucket, BucketCount>();
  readonly #failed = new Map<Bucket, MonitorError>();
  readonly #open = new Set<Pick<Counter, 'entries'>>();
  readonly #jobs = new Set<Job>();
  /** Entries per ms of what was counted last; `undefined` before anything was. */
  #density: number | undefined;
  #evidence: Evidence = NEW_SIEVE.evidence;
  #stopped: TogaiError | undefined;
  #eventsDone = 0;
  /** Times outside of the range were looked into: the server does not filter by time. */
  #isZoneKnown = false;

  constructor(events: UsageEvents, request: CountRequest, allOrNothing: boolean) {
    this.#events = events;
    this.#request = request;
    this.#allOrNothing = allOrNothing;
    this.#assumed = request.timeField ?? 'createdAt';
  }

  async run(): Promise<Count> {
    // Each pass either ends with every bucket counted under one filter, or has learnt another one, which
    // can happen twice: one time, the other time, none.
    for (;;) {
      const filter = this.#filter();
      if (filter === 'none') {
        await this.#countTogether();
        return this.#finish('createdAt', true);
      }
      await this.#countSideBySide();
      if (this.#filter() === filter) return this.#finish(filter, false);
      this.#forget();
    }
  }

  #filter(): TimeFilter {
    return timeFilter(this.#evidence, this.#assumed);
  }

  /** Every bucket that is not done, each by queries of its own, oldest first. */
  async #countSideBySide(): Promise<void> {
    const { buckets, workers, signal, softDeadline } = this.#request;
    let waiting = buckets.filter((bucket) => !this.#done.has(bucket));
    const slices: Slice[] = [];
    const giveUp = new AbortController();
    const either = AbortSignal.any([
      signal,
      giveUp.signal,
      ...(softDeadline ? [softDeadline] : []),
    ]);
    let opened = false;
    const next = (): Slice | undefined => {
      if (slices.length === 0 && waiting.length > 0) slices.push(...this.#begin(waiting));
      return slices.shift();
    };
    /** Lanes at work: each may still bring slices for those that have none. */
    let busy = 0;
    let change = Promise.withResolvers<void>();
    const worker = async (onOpen?: () => void) => {
      while (!either.aborted) {
        const slice = next();
        if (!slice && busy === 0) return;
        if (!slice) {
          await change.promise;
          continue;
        }
        busy++;
        try {
          const open = () => {
            opened = true;
            onOpen?.();
          };
          const cut = await this.#countSlice(slice, waiting, either, open);
          slices.unshift(...cut);
          open();
        } catch (error) {
          if (either.aborted) return;
          const { job } = slice;
          const ofABucket = isOfABucket(error);
          if (job.failed && ofABucket) continue;
          const mayPass = !this.#allOrNothing && ofABucket;
          // As long as nothing was answered, one more bucket is tried, still alone.
          const worthGoingOn = opened || (this.#failed.size === 0 && waiting.length > 0);
          if (mayPass && worthGoingOn) {
            this.#failed.set(job.bucket, error);
            this.#drop(job, slices);
            if (!opened) waiting = newestFirst(waiting);
          } else {
            giveUp.abort(error);
          }
        } finally {
          busy--;
          change.resolve();
          change = Promise.withResolvers();
        }
      }
    };

    const firstPage = Promise.withResolvers<void>();
    const first = worker(firstPage.resolve).finally(firstPage.resolve);
    await Promise.race([firstPage.promise, first]);
    await Promise.all([first, ...Array.from({ length: workers - 1 }, () => worker())]);
    if (softDeadline?.aborted) this.#keepUnfinished();
    for (const job of this.#jobs) this.#drop(job, slices);
    signal.throwIfAborted();
    this.#settle(giveUp.signal.reason);
  }

  /** The slices of the oldest bucket that waits. */
  #begin(waiting: Bucket[]): Slice[] {
    const bucket = waiting.shift();
    if (!bucket) return [];
    const counter = createSlicedCounter(bucket, this.#request.ignoreLists);
    const expected = this.#expectedOf(bucket);
    const job: Job = { bucket, counter, expected, left: 1, failed: false };
    this.#jobs.add(job);
    this.#open.add(counter);
    return this.#cut(job, expected ?? 0, waiting);
  }

  #cut(job: Job, expected: number, waiting: readonly Bucket[]): Slice[] {
    const behind = waiting.reduce((sum, bucket) => sum + (this.#expectedOf(bucket) ?? 0), 0);
    const pieces = slicesFor({
      pages: expected / PAGE_SIZE,
      pagesBehind: behind / PAGE_SIZE,
      workers: this.#request.workers,
    });
    const ranges = sliced(job.bucket, pieces);
    job.left = ranges.length;
    return ranges.map((range) => ({ job, range }));
  }

  /** A bucket that was to be fetched as one, and whose first page is far denser than was expected. */
  #cutAnew(
    job: Job,
    page: EventPage,
    filter: TimeField,
    waiting: readonly Bucket[],
  ): readonly Slice[] {
    const { bucket } = job;
    const times = page.events.map((event) => timeBy(filter, event) ?? Number.NaN);
    const expected = eventsByFirstPage(times, bucket);
    if (expected < MUCH_MORE * (job.expected ?? 0)) return [];
    const cut = this.#cut(job, expected, waiting);
    this.#density = expected / (bucket.end - bucket.start);
    return cut;
  }

  #expectedOf(bucket: Bucket): number | undefined {
    const known = this.#request.expected?.(bucket);
    if (known !== undefined || this.#density === undefined) return known;
    return this.#density * (bucket.end - bucket.start);
  }

  #drop(job: Job, slices: Slice[]): void {
    job.failed = true;
    this.#jobs.delete(job);
    this.#open.delete(job.counter);
    for (let index = slices.length - 1; index >= 0; index--) {
      if (slices[index]?.job === job) slices.splice(index, 1);
    }
  }

  /** What was begun when time ran out. */
  #keepUnfinished(): void {
    const timeField = this.#filter();
    if (timeField === 'none') return;
    for (const { bucket, counter } of this.#jobs) {
      this.#unfinished.set(bucket, { bucket, counts: counter.finish(), timeField });
    }
  }

  /** Takes note of why a pass was given up. @throws what is no failure of Togai */
  #settle(reason: unknown): void {
    if (reason === undefined || reason instanceof OtherFilter) return;
    if (!(reason instanceof TogaiError)) throw reason;
    this.#stopped = reason;
  }

  /** @returns what is to be fetched instead of it, where its first page shows that it is better cut */
  async #countSlice(
    { job, range }: Slice,
    waiting: readonly Bucket[],
    signal: AbortSignal,
    onOpen: () => void,
  ): Promise<readonly Slice[]> {
    const filter = this.#filter();
    if (filter === 'none') throw new OtherFilter();
    const { bucket, counter } = job;
    const isWhole = range.start === bucket.start && range.end === bucket.end;
    // From one millisecond early: the server may leave its bounds out.
    const asked: Range = { start: range.start - 1, end: range.end };
    for await (const { page, sieve, answer } of this.#pagesOf(asked, bucket, filter, signal)) {
      if (sieve.pages === 1) await this.#refuseOtherZone(answer, asked, signal);
      this.#evidence = joinEvidence(this.#evidence, sieve.evidence);
      if (this.#filter() !== filter) throw new OtherFilter();
      if (job.failed) return [];
      if (isWhole && sieve.pages === 1 && page.nextToken !== undefined) {
        const cut = this.#cutAnew(job, page, filter, waiting);
        if (cut.length > 1) return cut;
      }
      for (const event of page.events) {
        const time = timeBy(filter, event);
        if (time !== undefined) counter.add(range, time, event);
        else counter.addMalformed(event.identity, 'its timestamp could not be read');
      }
      for (const { identity, createdAt, problem } of page.malformed) {
        const elsewhere = createdAt !== undefined && !holds(range, createdAt);
        if (!elsewhere || filter === 'timestamp') counter.addMalformed(identity, problem);
      }
      onOpen();
      this.#report();
    }
    job.left--;
    if (job.left > 0) return [];
    const counted = { bucket, counts: counter.finish(), timeField: filter };
    this.#jobs.delete(job);
    this.#open.delete(counter);
    this.#eventsDone += counter.entries;
    this.#density = counter.entries / (bucket.end - bucket.start);
    await this.#request.onBucket?.(counted);
    this.#done.set(bucket, counted);
    this.#report();
    return [];
  }

  /** All buckets by one query, newest first, until a page lies before the oldest of them. */
  async #countTogether(): Promise<void> {
    const { buckets, ignoreLists, signal, softDeadline } = this.#request;
    const range: Range = {
      start: Math.min(...buckets.map(({ start }) => start)),
      end: Math.max(...buckets.map(({ end }) => end)),
    };
    const counters = new Map(
      buckets.map((bucket) => [
        bucketStart(bucket.start),
        { bucket, counter: createDistinctCounter(ignoreLists) },
      ]),
    );
    const last = counters.get(bucketStart(range.end - 1));
    this.#done.clear();
    this.#failed.clear();
    this.#unfinished.clear();
    this.#eventsDone = 0;
    for (const { counter } of counters.values()) this.#open.add(counter);
    /** Those that lie behind what is still to come. */
    const complete = async (newest: number) => {
      for (const [key, { bucket, counter }] of counters) {
        if (bucket.start <= newest) continue;
        const counted = { bucket, counts: counter.finish(), timeField: 'createdAt' as const };
        counters.delete(key);
        this.#open.delete(counter);
        this.#eventsDone += counter.entries;
        try {
          await this.#request.onBucket?.(counted);
          this.#done.set(bucket, counted);
        } catch (error) {
          if (!(error instanceof RefusedItemError)) throw error;
          this.#failed.set(bucket, error);
        }
      }
    };

    const either = softDeadline ? AbortSignal.any([signal, softDeadline]) : signal;
    try {
      let isOpenEnd = false;
      for await (const { page, sieve, answer } of this.#siftedPages(
        NEW_SIEVE,
        {},
        undefined,
        either,
      )) {
        isOpenEnd = isEndOpen(answer);
        const newest = newestToCome(sieve);
        if (newest === undefined) refuseOrder(range);
        for (const event of page.events) {
          const entry = counters.get(bucketStart(event.createdAt));
          if (entry && holds(entry.bucket, event.createdAt)) entry.counter.add(event);
        }
        for (const { identity, createdAt, problem } of page.malformed) {
          const entry = createdAt === undefined ? last : counters.get(bucketStart(createdAt));
          if (entry && (createdAt === undefined || holds(entry.bucket, createdAt))) {
            entry.counter.addMalformed(problem, identity);
          }
        }
        await complete(newest);
        this.#report();
        if (newest < range.start) {
          isOpenEnd = false;
          break;
        }
      }
      if (isOpenEnd) throw openEnd(range, 'and it does not filter by time');
      await complete(Number.NEGATIVE_INFINITY);
    } catch (error) {
      signal.throwIfAborted();
      if (softDeadline?.aborted) {
        for (const { bucket, counter } of counters.values()) {
          this.#unfinished.set(bucket, {
            bucket,
            counts: counter.finish(),
            timeField: 'createdAt',
          });
        }
      } else this.#settle(error);
    }
    this.#report();
  }

  /** The pages of a range. Where the last one is full and does not say that it is the last, more is asked for behind it. */
  async *#pagesOf(
    asked: Range,
    whole: Range,
    field: TimeField,
    signal: AbortSignal,
  ): AsyncGenerator<SiftedPage> {
    let sieve = NEW_SIEVE;
    let query = { startTime: asked.start, endTime: asked.end };
    for (;;) {
      const range: Range = { start: query.startTime, end: query.endTime };
      let last: EventPage | undefined;
      for await (const sifted of this.#siftedPages(sieve, query, range, signal, whole)) {
        ({ sieve, answer: last } = sifted);
        yield sifted;
      }
      if (!last || !isEndOpen(last)) return;
      query = queryBehind(query, last, field);
    }
  }

  async *#siftedPages(
    before: Sieve,
    query: EventQuery,
    asked: Range | undefined,
    signal: AbortSignal,
    whole: Range | undefined = asked,
  ): AsyncGenerator<SiftedPage> {
    let sieve = before;
    for await (const answer of this.#events.pages(query, signal)) {
      const sifted = sift(sieve, answer, asked, whole);
      sieve = sifted.sieve;
      yield { ...sifted, answer };
    }
  }

  /**
   * A server that ignores the time filter lists events outside of the range, too. So one more request, for a day before,
   * tells it from a server that filters right and writes times of another zone.
   *
   * @throws TogaiError `uncountable` for times of another zone
   */
  async #refuseOtherZone(answer: EventPage, asked: Range, signal: AbortSignal): Promise<void> {
    const offset = this.#isZoneKnown ? undefined : zoneOffsetOf(answer, asked);
    if (offset === undefined) return;
    const before = { startTime: asked.start - DAY_MS, endTime: asked.end - DAY_MS };
    for await (const page of this.#events.pages(before, signal)) {
      if (!shareEvents(page, answer)) throw wrongZone(offset, asked);
      break;
    }
    this.#isZoneKnown = true;
  }

  /** What was counted by the other time is counted anew: at a bucket's edges the two do not agree. */
  #forget(): void {
    for (const [bucket, { timeField }] of this.#done) {
      if (timeField !== this.#filter()) this.#done.delete(bucket);
    }
    this.#failed.clear();
    this.#eventsDone = [...this.#done.values()].reduce(
      (events, { counts }) => events + entriesIn(counts),
      0,
    );
  }

  #report(): void {
    const open = [...this.#open].reduce((events, { entries }) => events + entries, 0);
    this.#request.onProgress?.({
      buckets: this.#request.buckets.length,
      bucketsDone: this.#done.size,
      events: this.#eventsDone + open,
    });
  }

  #finish(timeField: TimeField, filteredHere: boolean): Count {
    const { buckets } = this.#request;
    return {
      complete: buckets.flatMap((bucket) => this.#done.get(bucket) ?? []),
      unfinished: buckets.flatMap((bucket) => this.#unfinished.get(bucket) ?? []),
      failed: [...this.#failed].map(([bucket, error]) => ({ bucket, error })),
      stopped: this.#stopped,
      timeField,
      filteredHere,
    };
  }
}
