import { TogaiError } from '../../errors.ts';
import type { EventPage, UsageEvent } from '../../events/event.ts';
import { HOUR_MS, isoTime, MINUTE_MS, type Range, SECOND_MS } from '../../timeline/time.ts';

/** So many entries are no coincidence. */
const FEWEST = 5;
/** All zones of the world are a multiple of this from UTC, and none is farther from it than 14 hours. */
const STEP_MS = 15 * MINUTE_MS;
const FARTHEST_MS = 14 * HOUR_MS;

/**
 * By how much times without a zone seem to be ahead of UTC. At least five are needed. All must lie outside of the range that
 * was asked for. One multiple of 15 minutes must move all of them inside.
 *
 * @returns ms, negative behind UTC; `undefined` where nothing of the kind is seen
 */
export function zoneOffsetOf({ events }: EventPage, asked: Range): number | undefined {
  const times = events.filter(({ isZoneless }) => isZoneless).map(({ createdAt }) => createdAt);
  if (times.length < FEWEST || times.length < events.length) return undefined;
  const start = asked.start - SECOND_MS;
  const end = asked.end + SECOND_MS;
  const earliest = Math.min(...times);
  const latest = Math.max(...times);
  if (latest >= start && earliest <= end) return undefined;
  // A server that filters by this time lists them rightly: they came late.
  const isInside = ({ timestamp = start - 1 }: UsageEvent) =>
    timestamp >= start && timestamp <= end;
  if (events.every(isInside)) return undefined;
  const offset = Math.ceil((latest - end) / STEP_MS) * STEP_MS;
  const fits = earliest - offset >= start && latest - offset <= end;
  return fits && offset !== 0 && Math.abs(offset) <= FARTHEST_MS ? offset : undefined;
}

/**
 * An event that seems to be of another zone. A short query around its times shows it if they are
 * right. The range must be longer than the offset may be. At least five entries are needed, all
 * without a zone.
 */
export function zoneWitness({ events }: EventPage, { start, end }: Range): UsageEvent | undefined {
  if (end - start <= STEP_MS || events.length < FEWEST) return undefined;
  if (!events.every(({ isZoneless }) => isZoneless)) return undefined;
  return events.find(
    ({ identity, createdAt, timestamp = Number.NaN }) =>
      identity !== undefined && Math.abs(createdAt - timestamp) < STEP_MS / 2,
  );
}

/** Whether two pages have an event in common: a server that filters gives none twice for two ranges that are days apart. */
export function shareEvents(one: EventPage, other: EventPage): boolean {
  const nameOf = ({ identity, createdAt }: UsageEvent) => identity ?? String(createdAt);
  const names = new Set(one.events.map(nameOf));
  return other.events.some((event) => names.has(nameOf(event)));
}

/** It meets all of the range, so it ends a count. */
export class WrongZoneError extends TogaiError {
  /** @param offset ms, as far as it is known */
  constructor({ start, end }: Range, offset?: number) {
    const zone = offset === undefined ? 'another zone than UTC' : nameOfZone(offset);
    super(
      'uncountable',
      `GET /events was asked for ${isoTime(start)} to ${isoTime(end)} and lists times without a zone that fit only if they are of ${zone}: they are read as UTC, so nothing was counted`,
      { advice: 'ask Togai to write createdAt with its zone, or in UTC' },
    );
  }
}

function nameOfZone(offset: number): string {
  const sign = offset < 0 ? '-' : '+';
  const [hours, minutes] = [Math.abs(offset) / HOUR_MS, (Math.abs(offset) % HOUR_MS) / MINUTE_MS];
  return `UTC${sign}${String(Math.floor(hours)).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
