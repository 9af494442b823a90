import type {
  AccountFacts,
  IncidentFacts,
} from '../../functions/monitor/notifications/notification.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';

const windowTo = (end: number) => ({ start: end - HOUR_MS, end });
/** An incident of the world; sums follow from its accounts. */
export function loss(
  end: number,
  accounts: readonly AccountFacts[],
  facts: Partial<IncidentFacts> & Pick<IncidentFacts, 'summary' | 'value'>,
): IncidentFacts {
  const lost = accounts.reduce((sum, one) => sum + one.lost, 0);
  const events = facts.summary.perBucket.reduce((sum, one) => sum + one, 0);
  return {
    ...ONE_ACCOUNT,
    worst: facts.value,
    events,
    percent: Number(((100 * events) / (facts.summary.total - 82)).toFixed(1)),
    base: facts.summary.total - 82,
    window: windowTo(end),
    onset: Math.min(...accounts.map(({ onset }) => onset)),
    isAgain: false,
    lost,
    total: accounts.reduce((sum, one) => sum + (one.total ?? 0), 0),
    accounts,
    moreAccounts: 0,
    moreLost: 0,
    othersLost: 0,
    groups: [],
    lately: { now: 0, before: 0 },
    goesOn: (facts.lately?.now ?? 0) > 0,
    since: 0,
    unaffected: null,
    why: [],
    ...facts,
  };
}

const ONE_ACCOUNT = {
  subject: 'unmetered',
  nature: 'loss',
  threshold: 'unmetered by account >= 50% critical',
  by: 'account',
  operator: '>=',
  limit: 50,
  unit: 'percent',
} as const;
