import type { Pieces } from '../../functions/monitor/events/pieces.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { type Loss, lossesBy, NO_LOSS } from '../../functions/monitor/incidents/losses.ts';
import { namesApart } from '../../functions/monitor/incidents/named-accounts.ts';
import { factsOfPart, partsOf } from '../../functions/monitor/incidents/parts-of-incident.ts';
import type { IncidentRules } from '../../functions/monitor/incidents/rules-of-incident.ts';

interface LossContext {
  /** The incidents of the same subject. */
  readonly others: readonly Incident[];
  readonly counted: Pieces;
  /** Epoch ms. */
  readonly until: number;
  readonly rules: IncidentRules;
}

/** The whole loss of an incident, as notifications have it. */
export function lossOf(incident: Incident, { others, counted, until, rules }: LossContext): Loss {
  if (incident.nature !== 'loss') return NO_LOSS;
  const pieces = counted.list
    .filter(({ end }) => end <= until)
    .map(lossesBy(rules.subject, rules.matches));
  const named = namesApart(incident, others);
  return partsOf(incident)
    .map((part) => factsOfPart(part, named, pieces))
    .reduce(
      (sum, { lost, total }) => ({ lost: sum.lost + lost, total: sum.total + total }),
      NO_LOSS,
    );
}
