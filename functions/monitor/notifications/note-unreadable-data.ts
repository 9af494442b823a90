import type { UnreadableItem } from '../events/unreadable-item.ts';
import {
  endFailure,
  type FailureState,
  isFailing,
  noteFailure,
} from '../incidents/monitor-failures.ts';
import { shortHash } from '../text/hash.ts';
import { counted, cutAt } from '../text/text.ts';

/** A message has room for so many sentences. */
const MAX_SENTENCES = 3;
const MAX_LENGTH = 1_000;

/**
 * Notifies people once of stored data that cannot be read: which item, and how to remove it.
 *
 * @param items all that cannot be read; if there is none, the failure is over
 */
export function noteUnreadable<S extends FailureState>(
  state: S,
  items: readonly UnreadableItem[],
  at: number,
): S {
  if (items.length === 0) {
    return endFailure(state, 'storage', at, 'All stored data can be read again.');
  }
  const before = isFailing(state, 'storage') ? state.failures.storage?.failure : undefined;
  const known = before?.cause.split(' ') ?? [];
  const fresh = items.filter(({ name }) => !known.includes(shortHash(name)));
  if (fresh.length === 0) return state;
  const more = fresh.length - MAX_SENTENCES;
  const sentences = [
    ...fresh.slice(0, MAX_SENTENCES).map(({ sentence }) => sentence),
    ...(more > 0 ? [`The same is true of ${counted(more, 'more item')}.`] : []),
    ...(before ? [before.what] : []),
  ];
  return noteFailure(state, 'storage', {
    at,
    what: cutAt(sentences.join(' '), MAX_LENGTH),
    cause: [...known, ...fresh.map(({ name }) => shortHash(name))].join(' '),
    anew: true,
  });
}
