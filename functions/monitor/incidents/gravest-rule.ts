import type { Evaluation } from '../thresholds/evaluate.ts';
import { isUpperLimit, printThreshold } from '../thresholds/threshold.ts';
import type { Incident } from './incident.ts';
import type { IncidentRules } from './rules-of-incident.ts';

/**
 * An incident with the gravest rule that it breaches, and the worst value of that. It becomes no
 * less grave while it lasts.
 *
 * @param breached the breaches of now, critical rules first
 */
export function withGravestRule(
  incident: Incident,
  breached: readonly Evaluation[],
  { rules }: Pick<IncidentRules, 'rules'>,
): Incident {
  const [gravest] = breached;
  if (!gravest) return incident;
  const own = breached.find(({ threshold }) => threshold === incident.threshold);
  const ownRule = rules.find((rule) => printThreshold(rule) === incident.threshold);
  // The end of a billing cycle may have made it critical.
  const ownSeverity = ownRule?.severity ?? incident.severity;
  const isGraver = ownSeverity === 'warning' && gravest.severity === 'critical';
  if (own && !isGraver) return { ...incident, worst: worseOf(incident.worst, own) };
  // A rule that was removed has to be replaced.
  if (!isGraver && ownRule) return incident;
  const { severity, threshold, value } = gravest;
  // The first value was that of another rule.
  return { ...incident, severity, threshold, worst: value, firstValue: undefined };
}

function worseOf(worst: number, evaluation: Evaluation): number {
  return isUpperLimit(evaluation)
    ? Math.max(worst, evaluation.value)
    : Math.min(worst, evaluation.value);
}
