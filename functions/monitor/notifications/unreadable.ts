import type { UnreadableItem } from '../events/unreadable-item.ts';
import { digest } from '../text/digest.ts';
import { counted } from '../text/text.ts';
import { endFailure, type FailureState, notifyFailure } from './monitor-failures.ts';

/** A message has room for so many sentences. */
const MAX_SENTENCES = 3;

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
  const before = state.monitorFailures.storage;
  const known = before?.cause.split(' ') ?? [];
  const fresh = items.filter(({ name }) => !known.includes(digest(name)));
  // The new message takes the place of one that waits for its delivery.
  const waiting = state.outbox.find(({ alertId }) => alertId === before?.alertId);
  const more = fresh.length - MAX_SENTENCES;
  const sentences = [
    ...(waiting ? [waiting.reason] : []),
    ...fresh.slice(0, MAX_SENTENCES).map(({ sentence }) => sentence),
    ...(more > 0 ? [`The same is true of ${counted(more, 'more item')}.`] : []),
  ];
  return notifyFailure(state, 'storage', {
    at,
    since: at,
    what: sentences.join(' '),
    cause: [...known, ...fresh.map(({ name }) => digest(name))].join(' '),
    repeatMs: 0,
    anew: true,
  });
}
