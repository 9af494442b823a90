import { BUCKET, generationAt, HOUR, MINUTE, type Scenario } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import type { Threshold } from '../world/world-settings.ts';
import { isAskedFor, labelOf } from './asked-hours.ts';
import type { FoldedLook } from './look-book.ts';
import { floorTo } from './span.ts';
import { isOf } from './status-groups.ts';

/** Every hour is asked for while it is younger than this. */
const NEAR = 20 * HOUR;
/** Names of older hours are asked for only where many events changed. */
const NAMED = 2 * HOUR;
const MANY = 10;

/** An event of a subject with the end of the look that has to see it. */
export interface EnteredEvent {
  readonly event: TrueEvent;
  readonly seenBy: number;
}

/** The events that become of the subject and stay so, by the bucket of that time. */
export function enteredEvents(
  { subject, by }: Threshold,
  scenario: Scenario,
  truth: readonly TrueEvent[],
  looks: readonly FoldedLook[],
): Map<number, EnteredEvent[]> {
  const entered = truth.flatMap((event) => {
    const { statuses, deletedAt, timestamp, createdAt } = event;
    const index = statuses.findLastIndex(({ status }) => !isOf(subject, status)) + 1;
    const at = Math.max(statuses[index]?.from ?? Number.NaN, event.visibleAt);
    const isNear = Math.abs(at - timestamp) < NEAR && at - createdAt < NEAR;
    const isSeen = deletedAt === undefined && isNear;
    if (!isSeen) return [];
    const look = lookThatSees(event, at, scenario, looks);
    if (!look || isCutOff(event, at, look, scenario)) return [];
    if (by && !isNamed(event, by, look, scenario)) return [];
    return [{ event, at, seenBy: look.end }];
  });
  return Map.groupBy(entered, ({ at }) => floorTo(BUCKET, at));
}

/** The first look that asks for the hour of an event. Every hour is asked for once an hour. */
function lookThatSees(
  event: TrueEvent,
  at: number,
  scenario: Scenario,
  looks: readonly FoldedLook[],
): FoldedLook | undefined {
  const latest = at + HOUR + scenario.settings.runEveryMinutes * MINUTE;
  for (let index = firstAfter(looks, at); index < looks.length; index++) {
    const look = looks[index];
    if (!look || look.takenAt > latest) return look;
    if (isAskedFor(look, labelOf(event, generationAt(scenario, look.takenAt)))) return look;
  }
  return undefined;
}

/** Whether a long look, cut where an hour begins, has an event in an earlier part than that of the time when it was seen. */
function isCutOff(event: TrueEvent, at: number, look: FoldedLook, scenario: Scenario): boolean {
  const label = labelOf(event, generationAt(scenario, look.takenAt));
  const hours = Math.max(1, Math.floor((look.since - label) / HOUR) + 1);
  const cut = label + hours * HOUR;
  return cut < look.end && cut <= at;
}

/** Whether the look that sees an event first asks whose it is. */
function isNamed(
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
