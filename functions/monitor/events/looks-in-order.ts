import type { LookRecord } from './look-record.ts';

/**
 * Looks as one row, in which each begins where the one before ends. A run that was frozen may store its look long after the runs
 * that took over, with answers that are newer than its time. The look after it began before its end, so it did not know of it:
 * such a look counts nothing.
 *
 * @param looks oldest first
 * @returns oldest first
 */
export function looksInOrder(looks: readonly LookRecord[]): LookRecord[] {
  const row: LookRecord[] = [];
  let next: LookRecord | undefined;
  for (const look of looks.toReversed()) {
    if (next && isUnknownTo(next, look)) continue;
    row.push(look);
    next = look;
  }
  return row.reverse();
}

/**
 * A look that begins anew, after an outage, may know of the one before and still reach further
 * back.
 */
function isUnknownTo(next: LookRecord, look: LookRecord): boolean {
  return look.end > next.since && (!next.isFirst || look.takenAt > next.takenAt);
}
