import { countWhere, type StatusCounts } from '../events/counts.ts';
import { IN_PROGRESS, isSettled, KNOWN_STATUSES } from '../events/status-groups.ts';
import { type Subject, subjectMatcher } from './threshold.ts';

/**
 * The events that a percentage is a share of: the settled events. For a subject that counts events in progress or reverted
 * events it is all events, because those are not settled.
 */
export function shareBase(subject: Subject): 'settled' | 'all' {
  const known = BASES.get(subject);
  if (known) return known;
  const matches = subjectMatcher(subject);
  const isOfAll = KNOWN_STATUSES.some((status) => matches(status) && !isSettled(status));
  const base = isOfAll ? 'all' : 'settled';
  BASES.set(subject, base);
  return base;
}

/** Each account is asked for, with the same few subjects. */
const BASES = new WeakMap<Subject, 'settled' | 'all'>();

/**
 * The share of events that a subject counts.
 *
 * @param inProgressOf all events of the hours whose events in progress are counted. @default those in `byStatus`
 * @returns `events`: the events that the subject counts; `base`: the events that they are a share of; `percent` 0–100, 0 without
 *   a base
 */
export function shareOf(
  subject: Subject,
  byStatus: StatusCounts,
  inProgressOf?: number,
): { readonly events: number; readonly base: number; readonly percent: number } {
  const events = countWhere(byStatus, subjectMatcher(subject));
  const isOfSettled = shareBase(subject) === 'settled';
  const counted = countWhere(byStatus, isOfSettled ? isSettled : () => true);
  const isOfProgress = subjectMatcher(subject)(IN_PROGRESS);
  const base = isOfProgress && inProgressOf !== undefined ? inProgressOf : counted;
  return { events, base, percent: base === 0 ? 0 : (100 * events) / base };
}

/** Whether so few events came that their share says nothing. Zero events have no share. */
export function isShareOfTooFew(base: number, minimumEvents: number): boolean {
  return base < Math.max(minimumEvents, 1);
}
