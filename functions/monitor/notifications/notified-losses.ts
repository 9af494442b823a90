import type { Incident } from '../incidents/incident.ts';
import { parseThresholds } from '../thresholds/grammar.ts';
import { subjectMatcher } from '../thresholds/threshold.ts';

/** Whether a lost event belongs to an incident. An account that is not known is `undefined`. */
export type IsNoticed = (loss: {
  readonly account: string | undefined;
  readonly status: string;
  readonly at: number;
}) => boolean;

/**
 * The losses that people were notified of: those of incidents, each account from its beginning to
 * its end.
 */
export function noticedBy(incidents: readonly Incident[]): IsNoticed {
  const covers = incidents.filter(({ nature }) => nature === 'loss').map(coverOf);
  return ({ account, status, at }) =>
    covers.some(({ matches, accounts, onset, end, othersEnd }) => {
      if (at < onset || at >= end || !matches(status)) return false;
      if (account === undefined) return true;
      const named = accounts.get(account);
      return (named && at >= named.onset && at < (named.endedAt ?? end)) || at < othersEnd;
    });
}

function coverOf({ threshold, onset, end, accounts, others }: Incident) {
  const [rule] = parseThresholds(threshold);
  const last = end?.seenAt ?? Number.POSITIVE_INFINITY;
  return {
    matches: rule ? subjectMatcher(rule.subject) : () => false,
    onset,
    end: last,
    accounts: new Map(accounts.map((account) => [account.name, account])),
    othersEnd: others ? (others.endedAt ?? last) : onset,
  };
}
