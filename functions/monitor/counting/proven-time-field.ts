import { DAY_MS } from '../timeline/time.ts';
import type { Count } from './count-result.ts';
import type { CountingSession } from './counting-input.ts';
import type { CountRequest } from './listing/count-request.ts';

/** After that a run that lists asks for a new proof of `createdAt`. */
const PROOF_HOLDS_MS = DAY_MS;

/** The time field of Togai's filter, as seen before, and whether it needs no new proof. */
export function timeFieldOf(
  { timeField, timeFieldProvenAt }: CountingSession['state'],
  at: number,
): Pick<CountRequest, 'timeField' | 'isTimeFieldKnown'> {
  if (!timeField) return {};
  const isTimeFieldKnown =
    timeFieldProvenAt !== undefined && at - timeFieldProvenAt < PROOF_HOLDS_MS;
  return { timeField, isTimeFieldKnown };
}

/**
 * The time field that the answers have shown, and whether it is proven. A list by the sender's time
 * is not, nor is one without a filter by time.
 */
export function timeFieldAfter(
  { timeField, filteredHere, timeFieldProven }: Count,
  before: CountingSession['state'],
  at: number,
): Partial<CountingSession['state']> {
  if (filteredHere) return { timeFieldProvenAt: timeFieldProven ? at : undefined };
  if (timeField === 'timestamp') return { timeField, timeFieldProvenAt: undefined };
  return { timeField, timeFieldProvenAt: timeFieldProven ? at : before.timeFieldProvenAt };
}
