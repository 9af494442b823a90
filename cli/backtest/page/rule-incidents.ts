import {
  breaches,
  printSubject,
  printThreshold,
  type Threshold,
} from '../../../functions/monitor/thresholds/threshold.ts';
import { firstAfter } from '../history.ts';
import type { IncidentNumbers } from '../numbers.ts';

interface ValuesOverTime {
  /** The length of the windows. */
  readonly windowMs: number;
  /** Of the windows, epoch ms. */
  readonly ends: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/**
 * The incidents of a rule, and those of other rules of its subject in which it was breached, too.
 * Accounts that began to lose events later are an incident of their own. So a breach belongs to the
 * newest incident, and to none before it.
 */
export function incidentsOfRule<T extends IncidentNumbers>(
  incidents: readonly T[],
  rule: Threshold,
  { windowMs, ends, values }: ValuesOverTime,
): T[] {
  const text = printThreshold(rule);
  const subject = printSubject(rule.subject);
  const ofSubject = incidents.filter((incident) => incident.subject === subject);
  return ofSubject.filter(({ threshold, openedAt, until }) => {
    if (threshold === text) return true;
    const later = ofSubject.filter((other) => other.openedAt > openedAt && other.openedAt <= until);
    const to = firstAfter(ends, until);
    for (let index = firstAfter(ends, openedAt - 1); index < to; index++) {
      if (!breaches(values[index] ?? Number.NaN, rule)) continue;
      const end = ends[index] ?? 0;
      // Windows still hold the losses of an incident for a window's length after its end.
      const isOfLater = later.some((one) => one.openedAt <= end && end <= one.until + windowMs);
      if (!isOfLater) return true;
    }
    return false;
  });
}
