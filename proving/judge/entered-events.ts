import { generationAt, HOUR, MINUTE, type Scenario } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import type { Threshold } from '../world/world-settings.ts';
import { isAskedFor, labelOf } from './asked-hours.ts';
import type { FoldedLook } from './look-book.ts';

/** Names of older hours are asked for only where many events changed. */
const NAMED = 2 * HOUR;
const MANY = 10;

/**
 * The first look that asks for the hour of an event, and uses the answer. Every hour is asked for once an hour. An answer with a
 * sum that fell may be old, and is not used.
 */
export function lookThatSees(
  event: TrueEvent,
  at: number,
  scenario: Scenario,
  looks: readonly FoldedLook[],
): FoldedLook | undefined {
  const every = HOUR + scenario.settings.runEveryMinutes * MINUTE;
  let latest = at + every;
  for (let index = firstAfter(looks, at); index < looks.length; index++) {
    const look = looks[index];
    if (!look) return undefined;
    const label = labelOf(event, generationAt(scenario, look.takenAt));
    if (look.stale.includes(label)) latest = look.takenAt + every;
    else if (look.takenAt > latest || isAskedFor(look, label)) return look;
  }
  return undefined;
}

/** Whether the first look that sees an event asks for its name. */
export function isNamed(
  event: TrueEvent,
  by: NonNullable<Threshold['by']>,
  look: FoldedLook,
  scenario: Scenario,
): boolean {
  const label = labelOf(event, generationAt(scenario, look.takenAt));
  if (label >= look.end - NAMED) return true;
  const status = statusAt(event, look.takenAt);
  const isMany = (rise: FoldedLook['rises'][number]) =>
    rise.label === label && rise.scope === 'all' && rise.status === status && rise.by >= MANY;
  // Where names are asked for the first time, earlier changes have none.
  const isBaseline = look.changes.some(
    (one) => one.label === label && one.scope === by && one.from === undefined,
  );
  return !isBaseline && look.rises.some(isMany);
}

/** The index of the first look that was taken after a time. */
function firstAfter(looks: readonly FoldedLook[], time: number): number {
  let low = 0;
  let high = looks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((looks[middle]?.takenAt ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
