import type { EventPage, TimeField, UsageEvent } from '../../events/event.ts';
import type { EventQuery, UsageEvents } from '../../ports.ts';
import { DAY_MS, type Range, SECOND_MS } from '../../timeline/time.ts';
import { isEndOpen, openEnd } from './end-of-list.ts';
import { newestToCome } from './list-order.ts';
import { NEW_SIEVE, type Sieve, sift } from './repeated-pages.ts';
import {
  betterWitness,
  type Evidence,
  gather,
  joinEvidence,
  type TimeFilter,
  timeFilter,
} from './time-filter.ts';
import { shareEvents, WrongZoneError, zoneOffsetOf, zoneWitness } from './zone-offset.ts';

/** So many pages are looked through for one event. */
export const MAX_PAGES_OF_SEARCH = 3;

/** A page as it came, and without the events that were there before. */
export interface SiftedPage {
  readonly answer: EventPage;
  readonly page: EventPage;
  readonly sieve: Sieve;
}

/**
 * The pages of queries, and the behaviour of the server that all of them show. Each page is checked
 * against the pages before it and against its range.
 */
export class Listing {
  readonly #events: UsageEvents;
  readonly #assumed: TimeField;
  #evidence: Evidence = NEW_SIEVE.evidence;
  /** A list of all events came in the order of `createdAt`, and not in that of `timestamp`. */
  #isOrderProven = false;
  /** The event whose two times lie farthest apart. */
  #witness: UsageEvent | undefined;
  /** Times were looked into: they are not of another zone. */
  #isZoneKnown = false;
  #isZoneAsked: boolean;

  /**
   * @param assumed the time field of the server's filter, as long as nothing contradicts it
   * @param isKnown whether that was proven, and not long ago
   */
  constructor(events: UsageEvents, assumed: TimeField, isKnown: boolean) {
    this.#events = events;
    this.#assumed = assumed;
    this.#isZoneAsked = isKnown;
  }

  /** How the server filters by time, as far as it is known. */
  get filter(): TimeFilter {
    return timeFilter(this.#evidence, this.#assumed);
  }

  /** Whether the answers prove that the list is by `createdAt`, and not by `timestamp`. */
  get timeFieldProven(): boolean {
    if (this.filter === 'none') return this.#isOrderProven;
    return this.filter === 'createdAt' && this.#evidence.surelyByCreatedAt;
  }

  /**
   * The pages of a range.
   *
   * @param asked both ends included
   * @param whole the time around it in which events are counted, see {@link sift}
   * @throws TogaiError `uncountable` where the list cannot be trusted
   */
  async *pagesOf(asked: Range, whole: Range, signal: AbortSignal): AsyncGenerator<SiftedPage> {
    const query = { startTime: asked.start, endTime: asked.end };
    for await (const sifted of this.#sifted(query, { asked, whole }, signal)) {
      const { sieve, answer } = sifted;
      await this.#refuseOtherZone(answer, sieve.pages === 1, asked, signal);
      this.#evidence = joinEvidence(this.#evidence, sieve.evidence);
      for (const event of answer.events) this.#witness = betterWitness(this.#witness, event);
      yield sifted;
    }
  }

  /**
   * The pages of all events.
   *
   * @param range for messages
   * @throws TogaiError `uncountable` where the list cannot be trusted
   */
  async *allPages(range: Range, signal: AbortSignal): AsyncGenerator<SiftedPage> {
    let last: EventPage | undefined;
    for await (const sifted of this.#sifted({}, undefined, signal)) {
      last = sifted.answer;
      const { descent, descentByTimestamp } = sifted.sieve;
      const isInOrder = Number.isFinite(newestToCome({ descent }) ?? Number.NaN);
      this.#isOrderProven = isInOrder && descentByTimestamp === undefined;
      yield sifted;
    }
    if (last && isEndOpen(last)) throw openEnd(range, 'and it does not filter by time');
  }

  /**
   * Asks where an event with two different times is listed, if no page has shown the server's time
   * field.
   *
   * @throws TogaiError; the reason of `signal` once that is aborted
   */
  async askForWitness(signal: AbortSignal): Promise<void> {
    if (this.filter !== 'createdAt' || this.timeFieldProven || !this.#witness) return;
    const { createdAt, timestamp = createdAt } = this.#witness;
    const atCreatedAt = await this.#search(this.#witness, createdAt, createdAt, signal);
    // It may have gone: so the other time is proven only where it is listed there.
    const found =
      atCreatedAt.isListed === false
        ? await this.#search(this.#witness, timestamp, timestamp, signal)
        : atCreatedAt;
    // Events outside of these two seconds show a server that ignores the range.
    if (found.isListed) this.#evidence = joinEvidence(this.#evidence, found.evidence);
  }

  /**
   * Looks for an event from a second before one time to a second after another one.
   *
   * @returns whether it is listed, and what its pages show; `undefined` where that cannot be known: too many events are listed
   *   there, or the list does not say where it ends
   */
  async #search(
    { identity }: UsageEvent,
    from: number,
    to: number,
    signal: AbortSignal,
  ): Promise<{ readonly isListed: boolean | undefined; readonly evidence: Evidence }> {
    const asked = { start: from - SECOND_MS, end: to + SECOND_MS };
    let evidence = NEW_SIEVE.evidence;
    let pages = 0;
    const query = { startTime: asked.start, endTime: asked.end };
    for await (const page of this.#events.pages(query, signal)) {
      evidence = gather(evidence, page.events, asked, asked);
      if (page.events.some((event) => event.identity === identity)) {
        return { isListed: true, evidence };
      }
      const isTooLong = page.nextToken !== undefined && ++pages >= MAX_PAGES_OF_SEARCH;
      if (isTooLong || isEndOpen(page)) return { isListed: undefined, evidence };
    }
    return { isListed: false, evidence };
  }

  async *#sifted(
    query: EventQuery,
    range: { readonly asked: Range; readonly whole: Range } | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<SiftedPage> {
    let sieve = NEW_SIEVE;
    for await (const answer of this.#events.pages(query, signal)) {
      const sifted = sift(sieve, answer, range?.asked, range?.whole);
      sieve = sifted.sieve;
      yield { ...sifted, answer };
    }
  }

  /**
   * Refuses times of another zone. A server that ignores the time filter lists events outside of
   * the range, too. So one more request, for a day before, tells it from a server with times of
   * another zone. In a long range times of another zone may lie inside, so there an event is looked
   * for around its times.
   *
   * @throws TogaiError `uncountable` for times of another zone
   */
  async #refuseOtherZone(
    answer: EventPage,
    isFirst: boolean,
    asked: Range,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#isZoneKnown) return;
    const offset = isFirst ? zoneOffsetOf(answer, asked) : undefined;
    if (offset !== undefined) {
      const before = { startTime: asked.start - DAY_MS, endTime: asked.end - DAY_MS };
      for await (const page of this.#events.pages(before, signal)) {
        if (!shareEvents(page, answer)) throw new WrongZoneError(asked, offset);
        break;
      }
      this.#isZoneKnown = true;
      return;
    }
    const witness = this.#isZoneAsked ? undefined : zoneWitness(answer, asked);
    if (!witness) return;
    this.#isZoneAsked = true;
    const { createdAt, timestamp = createdAt } = witness;
    const [from, to] = [Math.min(createdAt, timestamp), Math.max(createdAt, timestamp)];
    const { isListed } = await this.#search(witness, from, to, signal);
    if (isListed === false) throw new WrongZoneError(asked);
    this.#isZoneKnown = isListed === true;
  }
}
