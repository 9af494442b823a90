import type { Found } from '../../incidents/add-looked-up-facts.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { AccountRevenue } from '../../ports.ts';
import { parseThresholds } from '../../thresholds/grammar.ts';
import { subjectMatcher } from '../../thresholds/threshold.ts';
import type { IncidentFacts } from '../notification.ts';
import {
  daysBefore,
  isWorthMoney,
  MAX_ACCOUNTS_WITH_WORTH,
  perEventIn,
} from '../revenue-per-event.ts';

/**
 * Asks for the average revenue of a metered event, for the accounts with the greatest loss whose
 * average is not known. One request, or none. A failure leaves it unknown, so that the message
 * still goes out.
 */
export async function askPerEvent(
  togai: AccountRevenue,
  incident: Incident,
  about: IncidentFacts,
  signal: AbortSignal,
): Promise<Found['perEvent']> {
  const accounts = unknownIn(incident, about);
  const joinedAt = Math.min(...accounts.map((account) => account.joinedAt));
  const names = accounts.map(({ name }) => name);
  const [rule] = parseThresholds(incident.threshold);
  const isMoney = rule !== undefined && isWorthMoney(subjectMatcher(rule.subject));
  if (names.length === 0 || incident.nature !== 'loss' || !isMoney) return new Map();
  try {
    return perEventIn(await togai.revenue(daysBefore(joinedAt), names, signal), names);
  } catch {
    return new Map();
  }
}

function unknownIn(incident: Incident, { accounts }: IncidentFacts): Incident['accounts'] {
  const known = new Map(incident.accounts.map((account) => [account.name, account]));
  return accounts
    .flatMap(({ name }) => known.get(name) ?? [])
    .filter(({ perEvent }) => perEvent === undefined)
    .slice(0, MAX_ACCOUNTS_WITH_WORTH);
}
