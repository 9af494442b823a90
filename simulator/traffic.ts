import { DAY_MS, type Range, SECOND_MS } from '../functions/monitor/timeline/time.ts';
import { Corrections, REVERTED } from './corrections.ts';
import { type CountedHour, countHour, hourOf, SECONDS_PER_HOUR } from './counted-hour.ts';
import {
  DUPLICATE,
  GROUPS,
  makeTraits,
  type Outcome,
  type Traits,
  USUAL_LAGS_MS,
} from './event-traits.ts';
import { mended } from './mend.ts';
import { incidentOf, lagOf, outcomeAt } from './outcome-at.ts';
import { hash } from './random.ts';
import type { Scenario } from './scenarios.ts';
import { type CachedTraffic, cachedTrafficOf } from './traffic-cache.ts';

/** An event as the simulated Togai knows it. */
export interface SimulatedEvent {
  /** The position of the event: the second (epoch s) of its `createdAt`, and its place in that second. */
  readonly second: number;
  readonly index: number;
  readonly referenceId: string;
  readonly id: string;
  readonly accountId: string;
  readonly schemaName: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly status: string;
  readonly statusDescription: string;
  /** A correction has taken it in again. `index` is its number among those then. @default false */
  readonly isReingested?: boolean;
}

export interface TrafficOptions {
  readonly seed: number;
  readonly scenario: Scenario;
}

/** The simulated world began this long before now, unless its scenario begins later. */
const HISTORY_MS = 2 * DAY_MS;
/**
 * Above this rate a second takes its traits from one of a few rows. These are made once, and
 * counted by the row.
 */
const ROWS_REPEAT_ABOVE = 10;
/** The rows hold about so many different events: enough of each problem of any day. */
const DIFFERENT_EVENTS = 100_000;
/** Rows of seldom events are kept until they hold so many events. */
const MAX_KEPT = 200_000;

/** An event a minute. */
const SPARSE_BELOW = 1 / 60;
/** Somewhat more than the history. */
const MAX_COUNTED_HOURS = 100;

/** A stream of events. Only traits are kept: each call makes its events again, from the seed. */
export class Traffic {
  /** Whether seconds share their traits. */
  readonly repeats: boolean;
  /** Whether most seconds hold no event. */
  readonly isSparse: boolean;
  /** Each time in ms that can lie between the `timestamp` of an event and its arrival. */
  readonly lagsMs: readonly number[];
  readonly corrections = new Corrections();
  readonly #seed: number;
  #scenario: Scenario;
  #mendings = 0;
  readonly #cached: CachedTraffic;

  constructor({ seed, scenario }: TrafficOptions) {
    this.#seed = seed;
    this.#cached = cachedTrafficOf(seed, scenario);
    this.#scenario = scenario;
    this.repeats = scenario.eventsPerSecond > ROWS_REPEAT_ABOVE;
    this.isSparse = scenario.eventsPerSecond < SPARSE_BELOW;
    const lags = scenario.lags?.map(({ lagMs }) => lagMs) ?? [];
    this.lagsMs = [...new Set([...USUAL_LAGS_MS, ...lags])];
  }

  get scenario(): Scenario {
    return this.#scenario;
  }

  /** Rises with each correction and mending. */
  get version(): number {
    return this.corrections.version + this.#mendings;
  }

  /** Mends the cause of all incidents (`now`, epoch ms). A correction takes an event in up to a second before now. */
  mend(now: number): void {
    this.#scenario = mended(this.#scenario, now - SECOND_MS);
    this.#mendings++;
  }

  /** The time of the first event, epoch ms. */
  begins(now: number): number {
    const { historyMs = HISTORY_MS, begins = 0 } = this.scenario;
    return Math.max(now - historyMs, begins);
  }

  /** The number of events that arrive in a second (epoch s). */
  countIn(second: number): number {
    const hour = hourOf(second);
    return this.#hour(hour).counts[second - hour * SECONDS_PER_HOUR] ?? 0;
  }

  /** The seconds (epoch s) of a range that hold events. Both ends, epoch ms, belong to it. */
  secondsWithEvents(range: Range): number[] {
    const start = Math.floor(range.start / SECOND_MS);
    const end = Math.floor(range.end / SECOND_MS);
    const seconds: number[] = [];
    for (let hour = hourOf(start); hour <= hourOf(end); hour++) {
      seconds.push(...this.#hour(hour).withEvents.filter((at) => at >= start && at <= end));
    }
    return seconds;
  }

  #hour(hour: number): CountedHour {
    const known = this.#cached.hours.get(hour);
    if (known) return known;
    const counted = countHour(hour, this.#seed, this.scenario);
    if (this.#cached.hours.size >= MAX_COUNTED_HOURS) this.#cached.hours.clear();
    this.#cached.hours.set(hour, counted);
    return counted;
  }

  /** The `createdAt` of an event of a second with `count` events. The order by index is the order in time. */
  createdAt(second: number, index: number, count: number): number {
    return second * SECOND_MS + Math.floor((index * SECOND_MS) / count);
  }

  /** The number of the row that the events of a second have their traits from. */
  rowOf(second: number): number {
    if (!this.repeats) return second;
    return (
      hash(this.#seed, second, 2) % Math.ceil(DIFFERENT_EVENTS / this.scenario.eventsPerSecond)
    );
  }

  /** The traits of the events of a second. A row that repeats holds some more. */
  traitsIn(second: number): readonly Traits[] {
    const row = this.rowOf(second);
    const kept = this.#cached.rows.get(row);
    if (kept) return kept;
    const length = this.repeats
      ? Math.ceil((this.scenario.eventsPerSecond * 4) / 3) + 1
      : this.countIn(second);
    const traits = Array.from({ length }, (_, index) => makeTraits(this.#seed, row, index));
    if (!this.repeats && this.#cached.kept > MAX_KEPT) {
      this.#cached.rows.clear();
      this.#cached.kept = 0;
    }
    this.#cached.rows.set(row, traits);
    this.#cached.kept += length;
    return traits;
  }

  /** @returns the event at a position; `undefined` where there is none at that time (`now`, epoch ms) */
  eventAt(second: number, index: number, now: number): SimulatedEvent | undefined {
    const count = this.countIn(second);
    const createdAt = this.createdAt(second, index, count);
    const traits = index < count && createdAt <= now ? this.traitsIn(second)[index] : undefined;
    const group = traits && GROUPS[traits.group];
    if (!group) return undefined;
    const { status, statusDescription } = this.outcomeAt(second, index, traits, createdAt, now);
    const isDuplicate = this.#isDuplicate(traits, createdAt) && index > 0;
    return {
      second,
      index,
      referenceId: `event.${this.#seed.toString(36)}.${second.toString(36)}.${index.toString(36)}`,
      // A duplicate has the id of its original, which is the event before it.
      id: `e-${second.toString(36)}-${(isDuplicate ? index - 1 : index).toString(36)}`,
      ...group,
      createdAt,
      timestamp: createdAt - lagOf(this.scenario, traits, createdAt),
      status,
      statusDescription,
    };
  }

  /** How the event at a position looks at a time (`now`, epoch ms). */
  outcomeAt(
    second: number,
    index: number,
    traits: Traits,
    createdAt: number,
    now: number,
  ): Outcome {
    if (this.corrections.isReverted(second, index)) return REVERTED;
    return outcomeAt(this.scenario, traits, createdAt, now);
  }

  /** The events that corrections have taken in again, in the order of their arrival. */
  reingested(now: number): SimulatedEvent[] {
    return this.corrections.reingested(now).map(({ traits, isReverted, number, ...event }) => {
      const outcome = isReverted
        ? REVERTED
        : outcomeAt(this.scenario, traits, event.createdAt, now);
      const { status, statusDescription } = outcome;
      return {
        ...event,
        second: Math.floor(event.createdAt / SECOND_MS),
        index: number,
        referenceId: `event.${this.#seed.toString(36)}.again.${number.toString(36)}`,
        status,
        statusDescription,
        isReingested: true,
      };
    });
  }

  #isDuplicate(traits: Traits, createdAt: number): boolean {
    const { status } = incidentOf(this.scenario, traits, createdAt) ?? traits.outcome;
    return status === DUPLICATE.status;
  }

  /** All events that arrived in a second (epoch s), by `createdAt`. */
  createdIn(second: number, now: number): SimulatedEvent[] {
    return Array.from({ length: this.countIn(second) }, (_, index) =>
      this.eventAt(second, index, now),
    ).filter((event) => event !== undefined);
  }

  /** The events with an id, the latest first: one event, or an original and its duplicate. */
  byId(id: string, now: number): SimulatedEvent[] {
    const position = /^e-([0-9a-z]{1,10})-([0-9a-z]{1,6})$/.exec(id);
    if (!position) return [];
    const [second = 0, index = 0] = position.slice(1).map((part) => Number.parseInt(part, 36));
    const sent = [index + 1, index].map((place) => this.eventAt(second, place, now));
    return [...this.reingested(now).reverse(), ...sent]
      .filter((event) => event?.id === id)
      .filter((event) => event !== undefined);
  }
}
