import { HOUR_MS } from '../timeline/time.ts';
import type { Incident, LossFacts } from './incident.ts';

/** Within this time an incident that has ended begins again, and is no new one. */
export const REOPEN_MS = 6 * HOUR_MS;

/** Those that ended so lately that they can begin again, the one that ended last first. @param now a window end, epoch ms */
export function endedLately(incidents: readonly Incident[], now: number): Incident[] {
  return incidents
    .filter(({ end }) => end && now - end.seenAt <= REOPEN_MS)
    .sort((a, b) => (b.end?.seenAt ?? 0) - (a.end?.seenAt ?? 0));
}

/**
 * An incident that begins again, with what it has learnt. How grave it is now is seen anew.
 *
 * @param windowStart what came between its end and this time is no part of it, epoch ms
 */
export function reopened(
  incident: Incident,
  { severity, threshold }: Pick<Incident, 'severity' | 'threshold'>,
  windowStart: number,
): Incident {
  const from = <T extends { readonly facts: LossFacts }>(part: T): T => {
    const to = Math.max(part.facts.to, windowStart);
    return { ...part, facts: { ...part.facts, to } };
  };
  return {
    ...incident,
    accounts: incident.accounts.map(from),
    others: incident.others && from(incident.others),
    end: undefined,
    reopened: incident.reopened + 1,
    severity,
    threshold,
    worst: 0,
  };
}

/**
 * Forgets what ended and began again in one run: nobody can have heard of the end.
 *
 * @param before as the run found them
 */
export function withoutUnheardEnds(
  after: readonly Incident[],
  before: readonly Incident[],
): readonly Incident[] {
  return after.map((incident) => {
    const known = before.find(({ id, end }) => id === incident.id && !end);
    if (!known || incident.end) return incident;
    const losing = known.accounts.filter(({ endedAt }) => endedAt === undefined);
    const joinedAt = new Map(losing.map((account) => [account.name, account.joinedAt]));
    const accounts = incident.accounts.map((account) =>
      account.endedAt === undefined
        ? { ...account, joinedAt: joinedAt.get(account.name) ?? account.joinedAt }
        : account,
    );
    return { ...incident, reopened: known.reopened, accounts };
  });
}
