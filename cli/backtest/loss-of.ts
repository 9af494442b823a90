import type { Pieces } from '../../functions/monitor/events/pieces.ts';
import { factsOfAccount, factsOfOthers } from '../../functions/monitor/incidents/facts-of.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import type { IncidentRules } from '../../functions/monitor/incidents/incident-rules.ts';
import { type Loss, lossesBy, NO_LOSS } from '../../functions/monitor/incidents/losses.ts';
import { namesApart } from '../../functions/monitor/incidents/named-accounts.ts';

interface LossContext {
  /** The incidents of the same subject. */
  readonly others: readonly Incident[];
  readonly counted: Pieces;
  /** Epoch ms. */
  readonly until: number;
  readonly rules: IncidentRules;
}

/** What an incident has lost in all, as notifications say it. */
export function lossOf(incident: Incident, { others, counted, until, rules }: LossContext): Loss {
  if (incident.nature !== 'loss') return NO_LOSS;
  const pieces = counted.list.map(lossesBy(rules.subject, rules.matches));
  const ofAccounts = incident.accounts.map((account) => factsOfAccount(account, pieces, until));
  const named = namesApart(incident, others);
  const ofOthers = incident.others && factsOfOthers(incident.others, named, pieces, until);
  return [...ofAccounts, ...(ofOthers ? [ofOthers] : [])].reduce(
    (sum, { lost, total }) => ({ lost: sum.lost + lost, total: sum.total + total }),
    NO_LOSS,
  );
}
