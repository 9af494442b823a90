import type { EventPage, EventQuery, UsageEvents } from './ports.ts';
import { type Bucket, bucketStart } from './steps/bucket.ts';
import type { TimeField } from './steps/event.ts';
import {
  type Evidence,
  joinEvidence,
  NEW_SIEVE,
  refuseOrder,
  type Sieve,
  sift,
  timeBy,
  timeFilter,
} from './steps/sift.ts';
import { createTallier, type Tallier, type Tally, type Waived } from './steps/tally.ts';
import type { Range } from './steps/time.ts';

export interface CountRequest {
  /** Aligned to the clock, without overlap, oldest first; at least one. */
  readonly buckets: readonly Bucket[];
  readonly waived: Waived;
  /** The field that the server was seen to filter by, if it was. */
  readonly timeField?: TimeField;
  /** How many buckets are fetched side by side. */
  readonly lanes: number;
  readonly signal: AbortSignal;
  /** Told after each page. */
  readonly onProgress?: (progress: CountProgress) => void;
}

export interface CountProgress {
  readonly buckets: number;
  readonly bucketsDone: number;
  /** Events so far, those of buckets that are not done included. */
  readonly events: number;
}

interface BucketCount {
  readonly bucket: Bucket;
  readonly tally: Tally;
}

export interface Count {
  /** In the order of the request. */
  readonly buckets: readonly BucketCount[];
  /** The time by which events were given to buckets. */
  readonly timeField: TimeField;
  /** The server ignored the time filter, and the events were picked out here. */
  readonly filteredHere: boolean;
}

/** Why a pass was given up: the server turned out to filter by time in another way. */
class OtherFilter extends Error {}

/**
 * Counts buckets completely, or throws. The first request goes alone; once it has succeeded, buckets are
 * fetched side by side. Pages are tallied and dropped.
 *
 * @throws TogaiError; the reason of `signal` once that is aborted
 */
export function count(events: UsageEvents, request: CountRequest): Promise<Count> {
  return new Counting(events, request).run();
}

class Counting {
  readonly #events: UsageEvents;
  readonly #request: CountRequest;
  readonly #done = new Map<Bucket, { tally: Tally; timeField: TimeField; dropped: number }>();
  readonly #open = new Set<Tallier>();
  #evidence: Evidence;
  #eventsDone = 0;

  constructor(events: UsageEvents, request: CountRequest) {
    this.#events = events;
    this.#request = request;
    this.#evidence = {
      ...NEW_SIEVE.evidence,
      insideByCreatedAtAlone: request.timeField === 'createdAt',
      insideByTimestampAlone: request.timeField === 'timestamp',
    };
  }

  async run(): Promise<Count> {
    // Each pass either ends with every bucket counted under one filter, or has learnt another one, which
    // can happen twice: createdAt, timestamp, none.
    for (;;) {
      const filter = timeFilter(this.#evidence);
      if (filter === 'none') {
        return this.#finish(await this.#countTogether(), 'createdAt', true);
      }
      await this.#countSideBySide();
      if (timeFilter(this.#evidence) === filter) {
        const tallies = this.#request.buckets.map((bucket) => this.#done.get(bucket)?.tally);
        return this.#finish(tallies, filter, false);
      }
      this.#forget(timeFilter(this.#evidence));
    }
  }

  /** Every bucket that is not done, each by queries of its own. */
  async #countSideBySide(): Promise<void> {
    const waiting = this.#request.buckets.filter((bucket) => !this.#done.has(bucket));
    const failure = new AbortController();
    const signal = AbortSignal.any([this.#request.signal, failure.signal]);
    const lane = async (opened?: () => void) => {
      for (let bucket = waiting.shift(); bucket; bucket = waiting.shift()) {
        try {
          await this.#countBucket(bucket, signal, opened);
        } catch (error) {
          if (!failure.signal.aborted) failure.abort(error);
          throw error;
        }
      }
    };

    let first: Promise<void> = Promise.resolve();
    const opened = new Promise<void>((resolve) => {
      first = lane(resolve).finally(resolve);
    });
    first.catch(() => {});
    await opened;
    const more = failure.signal.aborted ? 0 : this.#request.lanes - 1;
    const others = Array.from({ length: more }, () => lane());
    await Promise.allSettled([first, ...others]);
    this.#request.signal.throwIfAborted();
    if (failure.signal.aborted && !(failure.signal.reason instanceof OtherFilter)) {
      throw failure.signal.reason;
    }
  }

  async #countBucket(bucket: Bucket, signal: AbortSignal, opened?: () => void): Promise<void> {
    const filter = timeFilter(this.#evidence);
    if (filter === 'none') throw new OtherFilter();
    // From one millisecond early: the server may leave its bounds out.
    const asked: Range = { start: bucket.start - 1, end: bucket.end };
    const tallier = createTallier(this.#request.waived);
    this.#open.add(tallier);
    let dropped = 0;
    try {
      const query = { startTime: asked.start, endTime: asked.end };
      for await (const { page, sieve } of this.#siftedPages(query, asked, signal)) {
        this.#evidence = joinEvidence(this.#evidence, sieve.evidence);
        if (timeFilter(this.#evidence) !== filter) throw new OtherFilter();
        for (const event of page.events) {
          const time = timeBy(filter, event);
          if (time === undefined) tallier.addMalformed('its timestamp could not be read');
          else if (time >= bucket.start && time < bucket.end) tallier.add(event);
          else dropped++;
        }
        for (const { createdAt, problem } of page.malformed) {
          const elsewhere = createdAt !== undefined && !holds(bucket, createdAt);
          if (elsewhere && filter === 'createdAt') dropped++;
          else tallier.addMalformed(problem);
        }
        opened?.();
        this.#report();
      }
      this.#eventsDone += tallier.entries;
      this.#done.set(bucket, { tally: tallier.finish(), timeField: filter, dropped });
    } finally {
      this.#open.delete(tallier);
    }
    this.#report();
  }

  /** All buckets by one query, newest first, until a page lies before the oldest of them. */
  async #countTogether(): Promise<(Tally | undefined)[]> {
    const { buckets, waived, signal } = this.#request;
    const range: Range = { start: buckets[0]?.start ?? 0, end: buckets.at(-1)?.end ?? 0 };
    const talliers = new Map(
      buckets.map((bucket) => [
        bucketStart(bucket.start),
        { bucket, tallier: createTallier(waived) },
      ]),
    );
    const newest = talliers.get(bucketStart(range.end - 1));
    this.#done.clear();
    this.#eventsDone = 0;
    for (const { tallier } of talliers.values()) this.#open.add(tallier);

    for await (const { page, sieve } of this.#siftedPages({}, undefined, signal)) {
      if (sieve.order === 'oldest-first' || sieve.order === 'mixed') refuseOrder(range);
      for (const event of page.events) {
        const entry = talliers.get(bucketStart(event.createdAt));
        if (entry && holds(entry.bucket, event.createdAt)) entry.tallier.add(event);
      }
      for (const { createdAt, problem } of page.malformed) {
        const entry = createdAt === undefined ? newest : talliers.get(bucketStart(createdAt));
        if (entry && (createdAt === undefined || holds(entry.bucket, createdAt))) {
          entry.tallier.addMalformed(problem);
        }
      }
      this.#report(buckets.filter(({ start }) => start > (sieve.last ?? range.end)).length);
      const before = page.events.every(({ createdAt }) => createdAt < range.start);
      if (sieve.order === 'newest-first' && page.events.length > 0 && before) break;
    }
    return buckets.map((bucket) => talliers.get(bucketStart(bucket.start))?.tallier.finish());
  }

  async *#siftedPages(
    query: EventQuery,
    asked: Range | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<{ page: EventPage; sieve: Sieve }> {
    let sieve = NEW_SIEVE;
    for await (const answer of this.#events.pages(query, signal)) {
      const sifted = sift(sieve, answer, asked);
      sieve = sifted.sieve;
      yield sifted;
    }
  }

  /** Buckets counted by the other field stand where that made no difference: nothing was left out. */
  #forget(filter: TimeField | 'none'): void {
    for (const [bucket, { timeField, dropped }] of this.#done) {
      if (timeField !== filter && dropped > 0) this.#done.delete(bucket);
    }
    this.#eventsDone = [...this.#done.values()].reduce(
      (events, { tally }) => events + tally.total + tally.ignored + tally.malformed,
      0,
    );
  }

  #report(bucketsDone = this.#done.size): void {
    const open = [...this.#open].reduce((events, { entries }) => events + entries, 0);
    this.#request.onProgress?.({
      buckets: this.#request.buckets.length,
      bucketsDone,
      events: this.#eventsDone + open,
    });
  }

  #finish(tallies: (Tally | undefined)[], timeField: TimeField, filteredHere: boolean): Count {
    const buckets = this.#request.buckets.map((bucket, index) => {
      const tally = tallies[index];
      if (!tally) throw new Error(`bucket ${bucket.start} was not counted`);
      return { bucket, tally };
    });
    return { buckets, timeField, filteredHere };
  }
}

function holds(bucket: Bucket, time: number): boolean {
  return time >= bucket.start && time < bucket.end;
}
