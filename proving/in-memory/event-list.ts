import type { Generation } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';

export type TimeField = 'createdAt' | 'timestamp';

/** One of the copies that an event stands for. */
export interface Listed {
  readonly event: TrueEvent;
  readonly copy: number;
}

/** Which events are listed, and how many. */
export interface Selection {
  /** Epoch ms, both ends included; `undefined`: all events. */
  readonly range:
    | { readonly field: TimeField; readonly start: number; readonly end: number }
    | undefined;
  readonly orderBy: TimeField;
  readonly order: Generation['order'];
  /** The position of the last copy of the page before; `undefined` for the first page. */
  readonly after: Position | undefined;
  /** Copies to pass over. */
  readonly skipped: number;
  readonly most: number;
  /** How many copies an event stands for. */
  readonly weight: number;
  readonly matches: (event: TrueEvent) => boolean;
  /** No event that is created later matches, epoch ms. */
  readonly now: number;
}

/** The place of a copy in a list: it can be compared also when that event matches no more. */
export interface Position {
  readonly time: number;
  readonly referenceId: string;
  readonly copy: number;
}

/** Lists of events by either time. */
export class EventList {
  readonly #sorted: Readonly<Record<TimeField, readonly TrueEvent[]>>;
  /** How far the time of an event may be ahead of the time when it is created, ms. */
  readonly #ahead: Readonly<Record<TimeField, number>>;

  constructor(events: readonly TrueEvent[]) {
    this.#sorted = {
      createdAt: [...events].sort(compareBy('createdAt')),
      timestamp: [...events].sort(compareBy('timestamp')),
    };
    const ahead = events.reduce(
      (most, { timestamp, createdAt }) => Math.max(most, timestamp - createdAt),
      0,
    );
    this.#ahead = { createdAt: 0, timestamp: ahead };
  }

  /** A page of a list, and whether the list goes on. */
  page(selection: Selection): { readonly listed: readonly Listed[]; readonly more: boolean } {
    const { skipped, most, weight, order, orderBy, after } = selection;
    const listed: Listed[] = [];
    let left = skipped;
    for (const event of this.#inOrder(selection)) {
      if (!selection.matches(event)) continue;
      if (left >= weight) {
        left -= weight;
        continue;
      }
      for (let copy = left; copy < weight; copy++) {
        if (
          after &&
          !isAfter({ time: event[orderBy], referenceId: event.referenceId, copy }, after, order)
        )
          continue;
        if (listed.length === most) return { listed, more: true };
        listed.push({ event, copy });
      }
      left = 0;
    }
    return { listed, more: false };
  }

  *#inOrder({ range, orderBy, order, after, now }: Selection): Generator<TrueEvent> {
    const events = this.#candidates(range, orderBy);
    if (order === 'oldest-first') {
      const first = after ? firstAfter(events, after.time - 1, orderBy) : 0;
      for (let index = first; index < events.length; index++) yield events[index] as TrueEvent;
      return;
    }
    // A list without a range would begin with all events that are yet to come.
    const newest = Math.min(now + this.#ahead[orderBy], after?.time ?? Number.POSITIVE_INFINITY);
    const last = firstAfter(events, newest, orderBy);
    for (let index = last - 1; index >= 0; index--) yield events[index] as TrueEvent;
  }

  /** The events of a range, oldest first by the time of the order. */
  #candidates(range: Selection['range'], orderBy: TimeField): readonly TrueEvent[] {
    if (!range) return this.#sorted[orderBy];
    const { field, start, end } = range;
    const all = this.#sorted[field];
    const within = all.slice(firstAfter(all, start - 1, field), firstAfter(all, end, field));
    return field === orderBy ? within : within.sort(compareBy(orderBy));
  }
}

function compareBy(field: TimeField) {
  return (a: TrueEvent, b: TrueEvent) =>
    a[field] - b[field] || (a.referenceId < b.referenceId ? -1 : 1);
}

function isAfter(place: Position, end: Position, order: Generation['order']): boolean {
  const forwards = order === 'oldest-first';
  if (place.time !== end.time) return place.time > end.time === forwards;
  if (place.referenceId !== end.referenceId)
    return place.referenceId > end.referenceId === forwards;
  return place.copy > end.copy;
}

/** The index of the first event after a time, in events that are sorted by `field`. */
export function firstAfter(events: readonly TrueEvent[], time: number, field: TimeField): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.[field] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
