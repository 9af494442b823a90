import {
  breaches,
  printSubject,
  printThreshold,
  type Threshold,
} from '../../../functions/monitor/thresholds/threshold.ts';
import { firstAfter } from '../history.ts';
import type { IncidentNumbers } from '../numbers.ts';

interface ValuesOverTime {
  /** Of the windows, epoch ms. */
  readonly ends: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** The incidents of a rule, and those of other rules of its subject in which it was breached, too. */
export function incidentsOfRule<T extends IncidentNumbers>(
  incidents: readonly T[],
  rule: Threshold,
  { ends, values }: ValuesOverTime,
): T[] {
  const text = printThreshold(rule);
  const subject = printSubject(rule.subject);
  return incidents.filter((incident) => {
    if (incident.subject !== subject) return false;
    if (incident.threshold === text) return true;
    const to = firstAfter(ends, incident.until);
    let index = firstAfter(ends, incident.openedAt - 1);
    while (index < to && !breaches(values[index] ?? Number.NaN, rule)) index++;
    return index < to;
  });
}
