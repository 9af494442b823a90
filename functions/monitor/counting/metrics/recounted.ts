import { increase } from '../../events/counts.ts';
import { SETTLED } from '../../events/look-record.ts';
import { isProblem } from '../../events/status-groups.ts';
import type { Rise } from './levels.ts';

/** The rise of a cell in a scope that is known. */
export type RiseOfCell = Pick<Rise, 'label' | 'name' | 'status' | 'by'>;

/** Events by the start of their hour. */
type Hours = ReadonlyMap<number, number>;

/**
 * How many events of each hour surely have another problem status than before. An event that healed
 * makes a number of events without a problem rise. So of the events that one problem status lost,
 * those beyond such rises went to another one.
 *
 * @param all the rises of all events
 */
export function recountedByHour(all: readonly RiseOfCell[]): Hours {
  const hours = new Map<number, number>();
  for (const [label, { fallen, risen, otherwise }] of sumsOf(all, ({ label }) => label)) {
    const events = Math.min(total(risen), fallen - otherwise);
    if (events > 0) hours.set(label, events);
  }
  return hours;
}

/**
 * The new problems of each name that were a problem before already, by their new status.
 *
 * @param hours how many there are of all names
 */
export function recountedOf(
  cells: readonly RiseOfCell[],
  hours: Hours,
): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const [label, most] of hours) {
    const inHour = cells.filter((cell) => cell.label === label);
    let left = most;
    for (const [name, { fallen, risen }] of sumsOf(inHour, (cell) => cell.name)) {
      const ofName = found.get(name) ?? new Map<string, number>();
      let own = Math.min(fallen, left);
      for (const [status, by] of risen) {
        const events = Math.min(own, by);
        if (events === 0) continue;
        own -= events;
        left -= events;
        increase(ofName, status, events);
        found.set(name, ofName);
      }
    }
  }
  return found;
}

interface Sums {
  /** Problems that became fewer. */
  fallen: number;
  /** New problems, by status. */
  readonly risen: Map<string, number>;
  /** New events without a problem. */
  otherwise: number;
}

function sumsOf<K>(cells: readonly RiseOfCell[], keyOf: (cell: RiseOfCell) => K): Map<K, Sums> {
  const all = new Map<K, Sums>();
  for (const cell of cells) {
    const { status, by } = cell;
    if (status === SETTLED) continue;
    const key = keyOf(cell);
    const sums = all.get(key) ?? { fallen: 0, risen: new Map(), otherwise: 0 };
    all.set(key, sums);
    if (!isProblem(status)) sums.otherwise += Math.max(0, by);
    else if (by < 0) sums.fallen -= by;
    else if (by > 0) increase(sums.risen, status, by);
  }
  return all;
}

function total(risen: ReadonlyMap<string, number>): number {
  return [...risen.values()].reduce((sum, events) => sum + events, 0);
}
