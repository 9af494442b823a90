import { type Range, SECOND_MS } from '../functions/monitor/timeline/time.ts';
import { EventFinder } from './event-finder.ts';
import {
  GROUPS,
  type Group,
  IN_PROGRESS,
  MAX_SETTLE_MS,
  type Outcome,
  type Traits,
  USUAL_SETTLE_MS,
} from './event-traits.ts';
import { outcomeAt, settledOutcomeAt } from './outcome-at.ts';
import type { Scenario } from './scenarios.ts';
import type { Stretch } from './stretches.ts';
import type { Traffic } from './traffic.ts';

/** The events of an account, a schema and a status. */
export interface Cell extends Group {
  readonly status: string;
  readonly events: number;
}

export type TimeField = 'createdAt' | 'timestamp';

/**
 * The counts that were made of a traffic, by the range of arrival, the lag, and the time of looking. Clients ask for the same
 * hours in several queries, and again a little later, when most of these have not changed.
 */
const MADE = new WeakMap<Traffic, Map<string, readonly Cell[]>>();
/** The finder of the last time of looking. */
const FINDERS = new WeakMap<Traffic, EventFinder>();
const MAX_MADE = 1_000;

/**
 * Counts events without making them. Seconds of the same row and stretch are counted at once, so that an hour of millions of
 * events takes milliseconds.
 *
 * @param now epoch ms; later events are not counted, and events that settle later are in progress
 * @returns counts a range (epoch ms) by a time; two cells may have the same names
 */
export function createCounter(traffic: Traffic, now: number) {
  const last = FINDERS.get(traffic);
  const isSame = last?.now === now && last.scenario === traffic.scenario;
  const finder = isSame ? last : new EventFinder(traffic, undefined, now);
  FINDERS.set(traffic, finder);
  const changesForMs = longestChange(traffic.scenario);
  const made = MADE.get(traffic) ?? new Map<string, readonly Cell[]>();
  MADE.set(traffic, made);
  return (range: Range, field: TimeField): readonly Cell[] => [
    ...sentIn(range, field),
    ...reingestedIn(traffic, range, field, now),
  ];

  function sentIn({ start, end }: Range, field: TimeField): readonly Cell[] {
    return (field === 'createdAt' ? [undefined] : traffic.lagsMs).flatMap((lagMs) => {
      const shift = lagMs ?? 0;
      return arrivedIn(
        {
          start: Math.max(start + shift, traffic.begins(now)),
          end: Math.min(end + shift, Math.floor(now) + 1),
        },
        lagMs,
      );
    });
  }

  function arrivedIn(range: Range, lagMs: number | undefined): readonly Cell[] {
    const isFinal = range.end + changesForMs <= now;
    const { version } = traffic;
    const key = `${range.start} ${range.end} ${lagMs} ${version} ${isFinal ? 'for good' : now}`;
    const known = made.get(key);
    if (known) return known;
    const sums = new CellSums();
    addArrived(sums, finder, range, lagMs);
    const cells = sums.cells();
    if (made.size >= MAX_MADE) made.clear();
    made.set(key, cells);
    return cells;
  }
}

function reingestedIn(
  traffic: Traffic,
  { start, end }: Range,
  field: TimeField,
  now: number,
): readonly Cell[] {
  return traffic
    .reingested(now)
    .filter((event) => event[field] >= start && event[field] < end)
    .map(({ accountId, schemaName, status }) => ({ accountId, schemaName, status, events: 1 }));
}

/** After this time in ms an event changes no more. */
function longestChange({ incidents, backlogs }: Scenario): number {
  return Math.max(
    MAX_SETTLE_MS,
    ...incidents.map(({ healsAfterMs = 0 }) => healsAfterMs),
    ...backlogs.map(({ settleMs }) => settleMs),
  );
}

/** The seconds that share a row in a stretch. */
interface Alike {
  readonly stretch: Stretch;
  readonly traits: readonly Traits[];
  /** The places in the row that are counted. */
  readonly places: readonly number[];
  /** Each second (epoch s), with the number of its events. */
  readonly seconds: { readonly second: number; readonly count: number }[];
}

/** Adds the events that arrived in a range: all, or those with a lag. */
function addArrived(
  sums: CellSums,
  finder: EventFinder,
  range: Range,
  lagMs: number | undefined,
): void {
  const { traffic } = finder;
  const rows = new Map<string, Alike>();
  const last = Math.ceil(range.end / SECOND_MS);
  for (let second = Math.floor(range.start / SECOND_MS); second < last; second++) {
    const isWhole = second * SECOND_MS >= range.start && (second + 1) * SECOND_MS <= range.end;
    const stretch = isWhole ? finder.sharedStretchOf(second) : undefined;
    if (!stretch) {
      addSecond(sums, finder, { second, range, lagMs });
      continue;
    }
    const key = `${stretch.number} ${traffic.rowOf(second)}`;
    const alike = rows.get(key) ?? {
      stretch,
      traits: traffic.traitsIn(second),
      places: finder.placesInRow(second, stretch, lagMs),
      seconds: [],
    };
    alike.seconds.push({ second, count: traffic.countIn(second) });
    rows.set(key, alike);
  }
  for (const alike of rows.values()) addAlike(sums, finder, alike);
}

function addSecond(
  sums: CellSums,
  finder: EventFinder,
  { second, range, lagMs }: { second: number; range: Range; lagMs: number | undefined },
): void {
  const { traffic, now } = finder;
  const count = traffic.countIn(second);
  if (count === 0) return;
  const traits = traffic.traitsIn(second);
  for (const index of finder.placesIn(second, lagMs)) {
    const event = traits[index];
    const createdAt = traffic.createdAt(second, index, count);
    if (!event || createdAt < range.start || createdAt >= range.end) continue;
    sums.add(traffic.outcomeAt(second, index, event, createdAt, now), event.group, 1);
  }
}

function addAlike(sums: CellSums, finder: EventFinder, alike: Alike): void {
  const { stretch, traits, places, seconds } = alike;
  const { traffic, now } = finder;
  const at = (seconds[0]?.second ?? 0) * SECOND_MS;
  const outcomeOf = stretch.isSteady ? outcomeAt : settledOutcomeAt;
  const outcomeAlike = (event: Traits) => outcomeOf(traffic.scenario, event, at, now);
  const counts = seconds.map(({ count }) => count).sort((a, b) => b - a);
  let left = counts.length;
  for (const index of places) {
    // Only some of the seconds hold so many events.
    while ((counts[left - 1] ?? Number.POSITIVE_INFINITY) <= index) left--;
    const event = traits[index];
    if (left === 0 || !event) break;
    sums.add(outcomeAlike(event), event.group, left);
  }
  if (stretch.isSteady) return;
  for (const event of unsettled(finder, alike)) {
    sums.add(outcomeAlike(event), event.group, -1);
    sums.add(IN_PROGRESS, event.group, 1);
  }
}

/** The events that are in progress. */
function* unsettled({ traffic, now }: EventFinder, { traits, places, seconds }: Alike) {
  const slow = places.filter((index) => (traits[index]?.settleMs ?? 0) > USUAL_SETTLE_MS);
  for (const { second, count } of seconds) {
    const isFresh = now < (second + 1) * SECOND_MS + USUAL_SETTLE_MS;
    for (const index of isFresh ? places : slow) {
      const event = traits[index];
      if (!event || index >= count) continue;
      if (now < traffic.createdAt(second, index, count) + event.settleMs) yield event;
    }
  }
}

class CellSums {
  readonly #counts = new Map<Outcome, Float64Array>();

  add(outcome: Outcome, group: number, events: number): void {
    const counts = this.#counts.get(outcome) ?? new Float64Array(GROUPS.length);
    counts[group] = (counts[group] ?? 0) + events;
    this.#counts.set(outcome, counts);
  }

  cells(): Cell[] {
    return [...this.#counts].flatMap(([{ status }, counts]) =>
      GROUPS.map((group, index) => ({ ...group, status, events: counts[index] ?? 0 })).filter(
        ({ events }) => events > 0,
      ),
    );
  }
}
