import type { Range } from '../functions/monitor/timeline/time.ts';
import { GROUPS, IN_PROGRESS, METERED, type Outcome, type Traits } from './event-traits.ts';
import type { Incident, Scenario, Target } from './scenarios.ts';

/** How an event looks at a time. All times are epoch ms. */
export function outcomeAt(scenario: Scenario, traits: Traits, createdAt: number, now: number) {
  const settleMs = backlogAt(scenario, createdAt)?.settleMs ?? traits.settleMs;
  return now < createdAt + settleMs
    ? IN_PROGRESS
    : settledOutcomeAt(scenario, traits, createdAt, now);
}

/** How an event looks at a time once it is settled. */
export function settledOutcomeAt(
  scenario: Scenario,
  traits: Traits,
  createdAt: number,
  now: number,
): Outcome {
  const incident = incidentOf(scenario, traits, createdAt);
  if (!incident) return traits.outcome;
  const { healsAfterMs = Number.POSITIVE_INFINITY } = incident;
  return now < createdAt + healsAfterMs ? incident : METERED;
}

/** The incident that hits an event. */
export function incidentOf(
  { incidents }: Scenario,
  traits: Traits,
  createdAt: number,
): Incident | undefined {
  return incidents.find(
    (incident) => traits.incidentRoll < incident.share && hits(incident, traits, createdAt),
  );
}

/** Time in ms from the `timestamp` of an event to its arrival; negative for a `timestamp` in the future. */
export function lagOf({ lags = [] }: Scenario, traits: Traits, createdAt: number): number {
  let roll = traits.lagRoll;
  for (const lag of lags) {
    if (!hits(lag, traits, createdAt)) continue;
    if (roll < lag.share) return lag.lagMs;
    // The shares of several lags add up.
    roll -= lag.share;
  }
  return traits.lagMs;
}

export function backlogAt({ backlogs }: Scenario, createdAt: number) {
  return backlogs.find((backlog) => isWithin(backlog, createdAt));
}

function hits(target: Target & Range, traits: Traits, createdAt: number): boolean {
  const group = GROUPS[traits.group];
  return (
    isWithin(target, createdAt) &&
    (target.account === undefined || target.account === group?.accountId) &&
    (target.schema === undefined || target.schema === group?.schemaName)
  );
}

const isWithin = ({ start, end }: Range, time: number) => time >= start && time < end;
