import { HOUR_MS } from '../timeline/time.ts';
import type { Incident, IncidentEnd } from './incident.ts';
import { mapParts } from './parts-of-incident.ts';

/** Within this time an incident that has ended begins again, and is no new one. */
export const REOPEN_MS = 6 * HOUR_MS;

/**
 * Incidents that ended so lately that they can begin again, the last end first. @param now a window
 * end, epoch ms
 */
export function endedLately(incidents: readonly Incident[], now: number): Incident[] {
  return incidents
    .filter(({ end }) => end && now - end.seenAt <= REOPEN_MS)
    .sort((a, b) => (b.end?.seenAt ?? 0) - (a.end?.seenAt ?? 0));
}

/**
 * An incident that begins again, with its learning. Its severity is evaluated anew.
 *
 * @param windowStart pieces between its end and this time are no part of it, epoch ms
 */
export function reopened(
  incident: Incident,
  { severity, threshold }: Pick<Incident, 'severity' | 'threshold'>,
  windowStart: number,
): Incident {
  return {
    ...mapParts(incident, (part) => {
      const to = Math.max(part.facts.to, windowStart);
      return { ...part, facts: { ...part.facts, to } };
    }),
    end: undefined,
    reopened: incident.reopened + 1,
    severity,
    threshold,
    worst: 0,
    firstValue: undefined,
  };
}

/**
 * Leaves out changes that people cannot know. One is an end with a new beginning in the same run.
 * The other is a new beginning whose end has nothing new.
 *
 * @param before as the run found them
 */
export function withoutUnheardEnds(
  after: readonly Incident[],
  before: readonly Incident[],
): readonly Incident[] {
  return after.map((incident) => {
    const known = before.find(({ id }) => id === incident.id);
    if (!known || (known.end && incident.reopened === known.reopened)) return incident;
    if (known.end) return isNews(incident, known) ? incident : asEnded(known, incident);
    return incident.end ? incident : asGoingOn(known, incident);
  });
}

function asGoingOn(known: Incident, incident: Incident): Incident {
  const losing = known.accounts.filter(({ endedAt }) => endedAt === undefined);
  const joinedAt = new Map(losing.map((account) => [account.name, account.joinedAt]));
  const accounts = incident.accounts.map((account) =>
    account.endedAt === undefined
      ? { ...account, joinedAt: joinedAt.get(account.name) ?? account.joinedAt }
      : account,
  );
  return { ...incident, reopened: known.reopened, accounts };
}

/** Whether it goes on, has ended later, or has lost more. Counted again, the same losses may be in other buckets. */
function isNews({ end, accounts }: Incident, known: Incident): boolean {
  if (!end || !known.end || end.at > known.end.at) return true;
  if (accounts.length > known.accounts.length) return true;
  const [[first] = [end.at]] = end.counted;
  const before = known.end.counted.filter(([start]) => start >= first);
  return eventsIn(end.counted) > eventsIn(before);
}

function asEnded(known: Incident, { end }: Incident): Incident {
  if (!known.end || !end) return known;
  return { ...known, end: { ...known.end, counted: end.counted } };
}

function eventsIn(counted: IncidentEnd['counted']): number {
  return counted.reduce((sum, [, events]) => sum + events, 0);
}
