import type { UnreadableItem } from '../events/unreadable-item.ts';

/** Why an item cannot be read, as a clause. */
export const DAMAGED = 'it is damaged, or a newer version stored it';

/** The items that a store could not read so far. */
export class UnreadableItems {
  readonly #byName = new Map<string, UnreadableItem>();

  add(item: UnreadableItem): void {
    this.#byName.set(item.name, item);
  }

  list(): readonly UnreadableItem[] {
    return [...this.#byName.values()];
  }
}

/**
 * @param name of the item: `the item monitor/bucket#2026-11-18T11:40:00.000Z of monitor-table`
 * @param remedy how to remove it, as the end of a sentence that begins "to remove it,"
 */
export function unreadableBuckets(name: string, remedy: string): UnreadableItem {
  return {
    name,
    sentence: `Counts cannot be read (they are damaged, or a newer version stored them): ${name}. They are not used, and are counted anew while they are of the newest window; to remove them, ${remedy}.`,
  };
}

/** @param remedy how to remove it, as the end of a sentence that begins "to remove it," */
export function unreadableIncident(name: string, remedy: string): UnreadableItem {
  return {
    name,
    sentence: `An incident cannot be read (${DAMAGED}): ${name}. A rule that is still breached opens another one; to remove it, ${remedy}.`,
  };
}

/** @param remedy how to remove it, as the end of a sentence that begins "to remove it," */
export function unreadableSilence(name: string, remedy: string): UnreadableItem {
  return {
    name,
    sentence: `A silence cannot be read (${DAMAGED}), so it silences nothing: ${name}. Make it again; to remove it, ${remedy}.`,
  };
}
