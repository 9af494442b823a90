import { SECOND_MS } from '../functions/monitor/timeline/time.ts';
import { REVERTED } from './corrections.ts';
import {
  GROUPS,
  type Group,
  IN_PROGRESS,
  type Outcome,
  type Traits,
  USUAL_OUTCOMES,
} from './event-traits.ts';
import { lagOf, outcomeAt, settledOutcomeAt } from './outcome-at.ts';
import type { Scenario } from './scenarios.ts';
import { createStretches, type Stretch } from './stretches.ts';
import type { Traffic } from './traffic.ts';

/** Whether a filter lets an event through. */
export type Matches = (group: Group, status: string) => boolean;

/** Finds the events that match at a time (`now`, epoch ms), and makes none. */
export class EventFinder {
  readonly traffic: Traffic;
  readonly scenario: Scenario;
  readonly now: number;
  readonly #matches: Matches | undefined;
  readonly #stretchOf: (second: number) => Stretch | undefined;
  readonly #kept = new Map<string, readonly number[]>();
  readonly #lags = new Map<string, ReadonlyMap<number, readonly number[]>>();

  /** @param matches left out: every event matches */
  constructor(traffic: Traffic, matches: Matches | undefined, now: number) {
    this.traffic = traffic;
    this.scenario = traffic.scenario;
    this.now = now;
    this.#matches = matches;
    this.#stretchOf = createStretches(this.scenario, now);
  }

  /** Whether any event can match. A list of a status that none has would be searched in vain, page by page. */
  get mayMatch(): boolean {
    return [...USUAL_OUTCOMES, ...this.scenario.incidents].some(({ status }) =>
      GROUPS.some((group) => this.#matches?.(group, status) ?? true),
    );
  }

  /** The stretch that a second shares with others; `undefined` if it has to be looked at by itself. */
  sharedStretchOf(second: number): Stretch | undefined {
    const { repeats, corrections } = this.traffic;
    return repeats && !corrections.isTouched(second) ? this.#stretchOf(second) : undefined;
  }

  /** The places of the matching events that arrived in a second, in order. @param lagMs only events with this lag */
  placesIn(second: number, lagMs?: number): readonly number[] {
    if (second * SECOND_MS > this.now) return [];
    const { traffic } = this;
    const count = traffic.countIn(second);
    if (count === 0) return [];
    const isOver = (second + 1) * SECOND_MS <= this.now;
    if (!this.#matches && lagMs === undefined && isOver) return range(count);
    const stretch = this.sharedStretchOf(second);
    const candidates = stretch ? this.placesInRow(second, stretch, lagMs) : range(count);
    const isSure = stretch?.isSteady ?? false;
    const traits = traffic.traitsIn(second);
    return candidates.filter((index) => {
      const event = traits[index];
      if (index >= count || !event) return false;
      const createdAt = traffic.createdAt(second, index, count);
      if (traffic.corrections.isReverted(second, index)) {
        return this.#hasLag(event, createdAt, lagMs) && this.#passes(event, REVERTED);
      }
      return isSure || (createdAt <= this.now && this.#fits(event, createdAt, lagMs));
    });
  }

  /**
   * The places of a row that may match in a stretch. In a steady stretch they do. In another one each event may still be in
   * progress.
   */
  placesInRow(second: number, stretch: Stretch, lagMs?: number): readonly number[] {
    const key = `${stretch.number} ${this.traffic.rowOf(second)} ${lagMs}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const traits = this.traffic.traitsIn(second);
    const candidates =
      lagMs === undefined ? range(traits.length) : (this.#byLag(second, stretch).get(lagMs) ?? []);
    const places = this.#matches
      ? candidates.filter((index) => {
          const event = traits[index];
          return event && this.#mayFit(event, second * SECOND_MS, stretch);
        })
      : candidates;
    this.#kept.set(key, places);
    return places;
  }

  /** The places of a row in a stretch, by the lag of their events. */
  #byLag(second: number, stretch: Stretch): ReadonlyMap<number, readonly number[]> {
    const key = `${stretch.number} ${this.traffic.rowOf(second)}`;
    const known = this.#lags.get(key);
    if (known) return known;
    const places = new Map<number, number[]>(this.traffic.lagsMs.map((lagMs) => [lagMs, []]));
    for (const [index, event] of this.traffic.traitsIn(second).entries()) {
      places.get(lagOf(this.scenario, event, second * SECOND_MS))?.push(index);
    }
    this.#lags.set(key, places);
    return places;
  }

  #mayFit(traits: Traits, createdAt: number, { isSteady }: Stretch): boolean {
    if (this.#fits(traits, createdAt, undefined)) return true;
    if (isSteady) return false;
    const settled = settledOutcomeAt(this.scenario, traits, createdAt, this.now);
    return this.#passes(traits, settled) || this.#passes(traits, IN_PROGRESS);
  }

  #fits(traits: Traits, createdAt: number, lagMs: number | undefined): boolean {
    // The lag first: it is the cheaper question, and leaves few events.
    if (!this.#hasLag(traits, createdAt, lagMs)) return false;
    return this.#passes(traits, outcomeAt(this.scenario, traits, createdAt, this.now));
  }

  #hasLag(traits: Traits, createdAt: number, lagMs: number | undefined): boolean {
    return lagMs === undefined || lagOf(this.scenario, traits, createdAt) === lagMs;
  }

  #passes(traits: Traits, { status }: Outcome): boolean {
    const group = GROUPS[traits.group];
    return group !== undefined && (this.#matches?.(group, status) ?? true);
  }
}

const RANGES = new Map<number, readonly number[]>();

/** The numbers below another one. */
function range(length: number): readonly number[] {
  const known = RANGES.get(length) ?? Array.from({ length }, (_, index) => index);
  RANGES.set(length, known);
  return known;
}
