import { countWhere, type StatusCounts } from '../events/counts.ts';
import { isSettled, KNOWN_STATUSES } from '../events/status-groups.ts';
import { type Subject, subjectMatcher } from './threshold.ts';

/**
 * The events that a percentage is a share of: the settled ones. For a subject that counts events in progress or
 * reverted it is all of them, because those are not settled.
 */
export function shareBase(subject: Subject): 'settled' | 'all' {
  const matches = subjectMatcher(subject);
  return KNOWN_STATUSES.some((status) => matches(status) && !isSettled(status)) ? 'all' : 'settled';
}

/** The events that a threshold counts, their base, and their share of it in percent (0 without a base). */
export function shareOf(
  subject: Subject,
  byStatus: StatusCounts,
): { readonly events: number; readonly base: number; readonly percent: number } {
  const events = countWhere(byStatus, subjectMatcher(subject));
  const base = countWhere(byStatus, shareBase(subject) === 'settled' ? isSettled : () => true);
  return { events, base, percent: base === 0 ? 0 : (100 * events) / base };
}
