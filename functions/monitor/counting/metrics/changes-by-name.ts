import { ALL, type LevelChange, SETTLED } from '../../events/look-record.ts';
import type { Moved } from './changes-of-totals.ts';
import type { Levels } from './levels.ts';
import type { Observation } from './metrics-asker.ts';
import type { StatusClass } from './status-classes.ts';

interface NamesInput {
  /** After the look before. */
  readonly levels: Levels;
  /** Hours that begin here or later had no events at the look before. Epoch ms. */
  readonly newFrom: number;
  /** `account`, `schema`, or an exception within them. */
  readonly scope: string;
  readonly observed: Observation;
}

/**
 * The accounts, or the schemas, of a class of statuses. A number by name falls only if that of its
 * class fell: otherwise one of the two answers is an old one.
 *
 * @param moved the changes of this look
 */
export function changesByName(
  { levels, newFrom, scope, observed }: NamesInput,
  { name: status, statuses }: StatusClass,
  moved: readonly Moved[],
): LevelChange[] {
  const movedHere = moved.filter((each) => statuses.includes(each.status));
  const labels = new Set(movedHere.map(({ label }) => label));
  return [...labels].flatMap((label) => {
    const mayFall = movedHere.some((each) => each.label === label && each.hasFallen);
    const inHour = namedIn(observed, label);
    const wasZero = wereNoNames(levels, { label, scope, status, statuses, newFrom });
    const names = new Set([...inHour.keys(), ...levels.namesOf(label, scope, status)]);
    return [...names].flatMap((name) => {
      const cell = { label, scope, name, status };
      const level = levels.level(cell);
      const to = inHour.get(name) ?? (observed.complete ? 0 : (level ?? 0));
      const from = level ?? (wasZero ? 0 : undefined);
      const isFall = from !== undefined && to < from;
      return from === to || (isFall && !mayFall) ? [] : [{ ...cell, from, to }];
    });
  });
}

/**
 * All settled events of some names. They are kept from the first time on that a name is asked for.
 *
 * @param named the names whose lost events changed: even if their number stayed, it is known, and their share with it
 */
export function totalChanges(
  { levels, newFrom, scope, observed }: NamesInput,
  names: readonly string[],
  labels: readonly number[],
  named: readonly LevelChange[],
): LevelChange[] {
  return labels.flatMap((label) => {
    const inHour = namedIn(observed, label);
    const changed = new Set(named.filter((each) => each.label === label).map(({ name }) => name));
    return names.flatMap((name) => {
      const cell = { label, scope, name, status: SETTLED };
      const level = levels.level(cell);
      const answered = inHour.get(name) ?? 0;
      if (level === undefined) {
        return [{ ...cell, from: label >= newFrom ? 0 : undefined, to: answered }];
      }
      const to = Math.max(level, answered);
      return to > level || changed.has(name) ? [{ ...cell, from: level, to }] : [];
    });
  });
}

/** Whether Togai told names apart. An answer without events does not show it. */
export function namesAreTold({ hours }: Observation): boolean | undefined {
  const groups = [...hours.values()].flatMap((inHour) =>
    [...inHour].filter(([, events]) => events > 0).map(([group]) => group),
  );
  return groups.length === 0 ? undefined : groups.some((group) => group !== undefined);
}

/** Events by name. Events without an account, or without a schema, have an empty name. */
function namedIn({ hours }: Observation, label: number): Map<string, number> {
  const named = new Map<string, number>();
  for (const [group = '', events] of hours.get(label) ?? []) {
    named.set(group, (named.get(group) ?? 0) + events);
  }
  return named;
}

/** Whether a name that no look has seen had no events at the look before. */
function wereNoNames(
  levels: Levels,
  {
    label,
    scope,
    status,
    statuses,
    newFrom,
  }: {
    readonly label: number;
    readonly scope: string;
    readonly status: string;
    readonly statuses: readonly string[];
    readonly newFrom: number;
  },
): boolean {
  if (label >= newFrom) return true;
  const asked = levels.asked(label, scope, status);
  if (asked !== undefined) return asked === 'complete';
  return statuses.every(
    (each) => (levels.level({ label, scope: ALL, name: '', status: each }) ?? 0) === 0,
  );
}
