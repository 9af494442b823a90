import { isProblem } from '../../functions/monitor/events/status-groups.ts';
import { DAY_MS, HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import type { TimeField } from '../../simulator/count.ts';
import type { Traffic } from '../../simulator/traffic.ts';
import { truthOf } from '../../simulator/truth.ts';

/** Events by status. Events in progress are left out: they are not counted yet. */
export type ByStatus = ReadonlyMap<string, number>;

export interface Seen {
  /** The hours that the look asks for, with all their events. */
  readonly hours: ReadonlyMap<number, ByStatus>;
  /** The events that became visible since the look before. Empty for the first look. */
  readonly news: ByStatus;
}

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const IN_PROGRESS = 'INGESTION_IN_PROGRESS';

const hourOf = (time: number) => Math.floor(time / HOUR_MS) * HOUR_MS;
const known = new WeakMap<Traffic, Map<string, ReadonlyMap<number, Seen>>>();

/**
 * The events that looks at Togai metrics must see, by the truth.
 *
 * @param ends of the looks, epoch ms, oldest first
 */
export function seenByLooks(
  traffic: Traffic,
  metricsTime: TimeField,
  ends: readonly number[],
): ReadonlyMap<number, Seen> {
  const ofTraffic = known.get(traffic) ?? new Map<string, ReadonlyMap<number, Seen>>();
  known.set(traffic, ofTraffic);
  const key = `${metricsTime} ${ends.join()}`;
  const seen = ofTraffic.get(key) ?? look(traffic, metricsTime, ends);
  ofTraffic.set(key, seen);
  return seen;
}

function look(traffic: Traffic, metricsTime: TimeField, ends: readonly number[]) {
  const all = new Map<number, Seen>();
  const levels = new Map<number, ByStatus>();
  for (const [index, end] of ends.entries()) {
    const before = ends[index - 1];
    const hours = new Map<number, ByStatus>();
    const changes: ByStatus[] = [];
    for (const hour of hoursAsked(end, before)) {
      const range = { start: hour, end: hour + HOUR_MS };
      const now = settled(truthOf(traffic, range, metricsTime, end).byStatus);
      if (before !== undefined) changes.push(newsOf(levels.get(hour) ?? new Map(), now));
      hours.set(hour, now);
      levels.set(hour, now);
    }
    all.set(end, { hours, news: sumOf(changes) });
  }
  return all;
}

/** The open hour and its neighbours. The first look of each clock hour asks for a day. */
function hoursAsked(end: number, before: number | undefined): number[] {
  const isFirstOfHour = before === undefined || hourOf(before) !== hourOf(end);
  const first = isFirstOfHour ? hourOf((before ?? end) - DAY_MS) : hourOf(end) - HOUR_MS;
  const hours = (hourOf(end) + 2 * HOUR_MS - first) / HOUR_MS;
  return Array.from({ length: hours }, (_, index) => first + index * HOUR_MS);
}

/** The new events of an hour. An event that healed is none, although it is metered now. */
function newsOf(before: ByStatus, now: ByStatus): ByStatus {
  const news = new Map<string, number>();
  for (const status of new Set([...before.keys(), ...now.keys()])) {
    const rise = (now.get(status) ?? 0) - (before.get(status) ?? 0);
    if (rise > 0) news.set(status, (news.get(status) ?? 0) + rise);
    else if (isProblem(status)) news.set(METERED, (news.get(METERED) ?? 0) + rise);
  }
  return news;
}

/** Without events in progress, and without statuses of no event. */
export function settled(byStatus: ByStatus): ByStatus {
  return new Map([...byStatus].filter(([status, events]) => status !== IN_PROGRESS && events > 0));
}

export function sumOf(all: readonly ByStatus[]): ByStatus {
  const sum = new Map<string, number>();
  for (const counts of all) {
    for (const [status, events] of counts) sum.set(status, (sum.get(status) ?? 0) + events);
  }
  return settled(sum);
}
