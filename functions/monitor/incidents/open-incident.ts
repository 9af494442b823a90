import { shortHash } from '../text/hash.ts';
import type { Severity } from '../thresholds/threshold.ts';
import type { Incident, IncidentAccount, Others } from './incident.ts';
import { noFacts } from './loss-facts.ts';
import type { NamedLoss } from './named-accounts.ts';
import { type Onset, onsetOf } from './onset.ts';

/** Four letters tell a million incidents apart, and can be said aloud. */
const ID_LENGTH = 4;

/** `u-7k2f`: the same for every run that finds it. */
export function incidentIdOf(subject: string, onset: number, firstName: string): string {
  const letter = /[a-z]/i.exec(subject)?.[0].toLowerCase() ?? 'x';
  return `${letter}-${shortHash(`${subject} ${onset} ${firstName}`).slice(0, ID_LENGTH)}`;
}

interface Opening extends Onset {
  readonly subject: string;
  readonly nature: Incident['nature'];
  readonly end: number;
  readonly severity: Severity;
  readonly threshold: string;
  readonly worst: number;
  readonly firstValue?: number | undefined;
  readonly accounts?: readonly IncidentAccount[] | undefined;
  readonly others?: Others | undefined;
  readonly groups?: readonly string[];
}

export function openIncident({ end, accounts = [], groups = [], ...fields }: Opening): Incident {
  const { subject, onset } = fields;
  return {
    ...fields,
    id: incidentIdOf(subject, onset, accounts[0]?.name ?? ''),
    openedAt: end,
    accounts,
    evaluatedTo: end,
    okEnds: [],
    groups,
    reopened: 0,
    notified: {},
  };
}

/** An account that is named from now on. Its sums begin with the first bucket of its loss. */
export function namedAccount(loss: NamedLoss, end: number): IncidentAccount {
  return { name: loss.name, ...onsetOf(loss), joinedAt: end, facts: noFacts(loss.onset) };
}
