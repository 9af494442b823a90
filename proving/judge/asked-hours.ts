import type { StoredLook } from '../history.ts';
import { type Generation, HOUR } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import { floorTo } from './span.ts';

/** The start of the hour under which Togai metrics count an event. */
export function labelOf(event: TrueEvent, { metricsTime, metricsHours }: Generation): number {
  const zone = metricsHours === 'half' ? HOUR / 2 : 0;
  return floorTo(HOUR, event[metricsTime] + zone) - zone;
}

/** Whether a look has asked for an hour. */
export function isAskedFor({ asked }: StoredLook, label: number, scope = 'all'): boolean {
  return asked.some(
    (range) => range.scope === scope && label < range.end && label + HOUR > range.start,
  );
}
