import type { IgnoreLists } from '../events/counts.ts';
import type { Incident } from './incident.ts';
import type { IncidentRules } from './rules-of-incident.ts';

/** Ends incidents that nobody asks about any more: their rules were removed, or all of it is ignored now. */
export function closeUnwatched(
  incidents: readonly Incident[],
  rules: readonly IncidentRules[],
  ignoreLists: IgnoreLists,
  end: number,
): readonly Incident[] {
  return incidents.map((incident) => {
    if (incident.end) return incident;
    const { subject, nature } = incident;
    const isWatched = rules.some((one) => one.subject === subject && one.nature === nature);
    if (!isWatched) return closed(incident, 'its rule was removed', end);
    const left = withoutIgnored(incident, ignoreLists);
    const had = incident.accounts.length + incident.groups.length;
    const has = left.accounts.length + left.groups.length;
    const isIgnored = had > 0 && has === 0 && !left.others;
    return isIgnored ? closed(incident, 'all that it was about is ignored now', end) : left;
  });
}

function withoutIgnored(incident: Incident, { accounts, schemas }: IgnoreLists): Incident {
  return {
    ...incident,
    accounts: incident.accounts.filter(({ name }) => !accounts.has(name)),
    groups: incident.groups.filter((name) => !accounts.has(name) && !schemas.has(name)),
  };
}

function closed(incident: Incident, because: string, end: number): Incident {
  return {
    ...incident,
    end: { kind: 'closed', at: end, seenAt: end, because, isAsked: true, counted: [] },
  };
}
