import { evaluate } from '../thresholds/evaluate.ts';
import { printThreshold, type Threshold } from '../thresholds/threshold.ts';
import type { FreshWindow } from './fresh-window.ts';
import type { Incident } from './incident.ts';
import type { LossStep } from './open-losses.ts';

/** The gravest rule that an incident breaches, and its worst value. Nothing becomes less grave while it lasts. */
export function withSeverity(
  incident: Incident,
  window: FreshWindow,
  { rules, minimumEvents, isDue }: Pick<LossStep, 'rules' | 'minimumEvents' | 'isDue'>,
): Incident {
  const breached = rules.rules.filter(isDue).flatMap((rule) => {
    const { state, value } = evaluate(rule, window, { minimumEvents });
    return state === 'breached' ? { rule, value } : [];
  });
  const [gravest] = breached;
  if (!gravest) return incident;
  const isOwn = (rule: Threshold) => printThreshold(rule) === incident.threshold;
  const own = breached.find(({ rule }) => isOwn(rule));
  // The end of a billing cycle may have made it critical.
  const ownSeverity = rules.rules.find(isOwn)?.severity ?? incident.severity;
  const isGraver = ownSeverity === 'warning' && gravest.rule.severity === 'critical';
  if (own && !isGraver) return { ...incident, worst: Math.max(incident.worst, own.value) };
  // A rule that was removed has to be replaced.
  if (!isGraver && rules.rules.some(isOwn)) return incident;
  const { rule, value } = gravest;
  return {
    ...incident,
    severity: rule.severity,
    threshold: printThreshold(rule),
    worst: value,
  };
}
