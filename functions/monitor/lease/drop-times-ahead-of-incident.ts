import type { Incident, LossFacts, Notified } from '../incidents/incident.ts';
import { noFacts } from '../incidents/loss-facts.ts';
import { Times } from './is-time-ahead.ts';

/** Incidents without times ahead of the clock: a run stored them while the clock of its machine was ahead. */
export function incidentsUntil(incidents: readonly Incident[], now: number): readonly Incident[] {
  const times = new Times(now);
  return incidents.map((incident) => incidentWithout(incident, times));
}

export function incidentWithout(incident: Incident, times: Times): Incident {
  const { accounts, others, end, notified } = incident;
  return {
    ...incident,
    onset: times.untilNow(incident.onset),
    onsetUntil: times.believed(incident.onsetUntil),
    openedAt: times.untilNow(incident.openedAt),
    evaluatedTo: times.untilNow(incident.evaluatedTo),
    accounts: accounts.map((account) => ({
      ...account,
      onset: times.untilNow(account.onset),
      onsetUntil: times.believed(account.onsetUntil),
      joinedAt: times.untilNow(account.joinedAt),
      facts: factsWithout(account.facts, account.onset, times),
      endedAt: times.believed(account.endedAt),
      mendedAt: times.believed(account.mendedAt),
      stoppedAt: times.believed(account.stoppedAt),
    })),
    others: others && {
      ...others,
      facts: factsWithout(others.facts, incident.onset, times),
      endedAt: times.believed(others.endedAt),
      mendedAt: times.believed(others.mendedAt),
    },
    end: end && { ...end, at: times.untilNow(end.at), seenAt: times.untilNow(end.seenAt) },
    notified: Object.fromEntries(
      Object.entries(notified).map(([channel, last]) => [channel, notifiedWithout(last, times)]),
    ),
  };
}

/**
 * Sums up to a time ahead are void. They begin anew with the counts since the onset that are left:
 * without a loss, an incident could never end.
 */
function factsWithout(facts: LossFacts, onset: number, times: Times): LossFacts {
  return times.believed(facts.to) === undefined ? noFacts(times.untilNow(onset)) : facts;
}

function notifiedWithout(last: Notified, times: Times): Notified {
  return {
    ...last,
    at: times.untilNow(last.at),
    changedAt: times.untilNow(last.changedAt),
    evaluatedTo: times.untilNow(last.evaluatedTo),
  };
}
