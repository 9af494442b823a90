import { eventsIn, MAX_POINTS, type MetricSeries } from '../events/metrics-answer.ts';
import type { RevenueAnswer } from '../events/revenue-answer.ts';
import { groupOf, KNOWN_STATUSES } from '../events/status-groups.ts';
import type { IncidentAccount } from '../incidents/incident.ts';
import { inWords } from '../text/text.ts';
import { DAY_MS, type Range } from '../timeline/time.ts';
import type { Worth } from './notification.ts';

/** With fewer metered events, or on fewer days, an average says little. */
const LEAST_EVENTS = 100;
const LEAST_DAYS = 3;
/** Yesterday is left out: Togai may not have charged for it yet, or it may be part of the loss. */
const FIRST_DAY = 8;
const LAST_DAY = 2;
/** The rules above in words. */
export const TOO_LITTLE_REVENUE = `the week before has too little revenue of these accounts to estimate by (it takes ${LEAST_EVENTS} metered events with revenue, on ${inWords(LEAST_DAYS)} days)`;
/** Two numbers of each day for each of so many accounts fit into an answer. */
export const MAX_ACCOUNTS_WITH_WORTH = Math.floor(MAX_POINTS / (2 * FIRST_DAY));

/** Whether each event of a subject would have brought revenue: duplicates and failed events would not, or nobody knows. */
export function isWorthMoney(matches: (status: string) => boolean): boolean {
  const statuses = KNOWN_STATUSES.filter(matches);
  return statuses.length > 0 && statuses.every((status) => groupOf(status) === 'unmetered');
}

/** The days that averages are of. @param time when an account was named, epoch ms */
export function daysBefore(time: number): Range {
  const today = Math.floor(time / DAY_MS) * DAY_MS;
  return { start: today - FIRST_DAY * DAY_MS, end: today - (LAST_DAY - 1) * DAY_MS };
}

/**
 * The average revenue of a metered event, by account; `null` where too little is known. Nothing is known from an answer that may
 * lack numbers.
 */
export function perEventIn(
  { metered, revenue, points }: RevenueAnswer,
  accounts: readonly string[],
): Map<string, number | null> {
  if (points >= MAX_POINTS) return new Map();
  return new Map(
    accounts.map((name) => {
      const own = ofAccount(metered, name);
      const events = own.reduce((sum, series) => sum + eventsIn(series), 0);
      const charged = ofAccount(revenue, name).reduce((sum, series) => sum + eventsIn(series), 0);
      const days = own.flatMap(({ hours }) => [...hours.values()]).filter((count) => count > 0);
      const isKnown = events >= LEAST_EVENTS && days.length >= LEAST_DAYS && charged > 0;
      return [name, isKnown ? charged / events : null];
    }),
  );
}

function ofAccount(all: readonly MetricSeries[], name: string): MetricSeries[] {
  return all.filter(({ group }) => group === name);
}

/**
 * The worth of the lost events of an incident, as far as the averages of its accounts are known.
 */
export function worthOf(
  accounts: readonly {
    readonly account: IncidentAccount;
    readonly facts: { readonly lost: number };
  }[],
): Worth | undefined {
  const amounts = accounts.flatMap(({ account, facts }) =>
    account.perEvent ? facts.lost * account.perEvent : [],
  );
  const amount = amounts.reduce((sum, one) => sum + one, 0);
  return amount > 0 ? { amount, accounts: amounts.length, of: accounts.length } : undefined;
}
