import { parseThresholds } from '../thresholds/grammar.ts';
import { DAY_MS, dayText } from '../timeline/time.ts';
import type { Incident } from './incident.ts';

/**
 * So close to the end of its billing cycle each loss is critical: later corrections may never be
 * billed.
 */
const CLOSING_MS = 3 * DAY_MS;

/** An incident as grave as the end of its billing cycle makes it. @param now the time of the run, epoch ms */
export function withCycle(incident: Incident, now: number): Incident {
  const { nature, severity, cycleEnd, end } = incident;
  if (nature !== 'loss' || severity === 'critical' || end || cycleEnd === undefined)
    return incident;
  const isClosing = cycleEnd > now && cycleEnd - now <= CLOSING_MS;
  return isClosing ? { ...incident, severity: 'critical' } : incident;
}

/** Why an incident is critical that breaches no critical rule, as a sentence; `undefined` for any other. */
export function cycleReason(
  { severity, threshold, cycleEnd, nature }: Incident,
  now: number,
): string | undefined {
  if (severity !== 'critical' || cycleEnd === undefined || nature !== 'loss') return undefined;
  if (parseThresholds(threshold)[0]?.severity === 'critical') return undefined;
  const verb = cycleEnd > now ? 'closes' : 'closed';
  return `The billing cycle ${verb} on ${dayText(cycleEnd)}.`;
}
