import type { StoredBucket } from '../history.ts';
import type { Threshold } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import {
  Bounds,
  type CountedDuring,
  groupsOf,
  type Numbers,
  statusesDuring,
  tooFew,
  tooMany,
} from './bounds.ts';
import { broken, type Complaint } from './complaint.ts';
import { isAboutAll, isOf, isSettled } from './status-groups.ts';

/** When an hour was asked for, and the groupings that Togai did not give meanwhile. */
export interface AskedHour extends CountedDuring {
  readonly ignoredAccounts: ReadonlySet<string>;
  readonly thresholds: readonly Threshold[];
  /** Statuses were asked for one by one, so an event may be in two of them or in none. */
  readonly statusesUngrouped: boolean;
  readonly accountsUngrouped: boolean;
  readonly schemasUngrouped: boolean;
}

/** A question that thresholds ask about accounts and schemas: how many events have one of these statuses. */
type Questions = ReadonlyMap<string, (status: string) => boolean>;

/**
 * The first number of an hour that the truth rules out. The counts by status must be exact. Three counts by account and
 * schema must be right: unmetered events, settled events, and the subjects of thresholds by account or schema.
 *
 * @param events all of that hour
 */
export function differenceOfHour(
  hour: StoredBucket,
  events: readonly TrueEvent[],
  asked: AskedHour,
): Complaint | undefined {
  const { counts } = hour;
  const questions = questionsOf(asked.thresholds);
  const { bounds, isMoving } = boundsOf(hour, events, asked, questions);
  const found = numbersOf(hour, questions, asked.statusesUngrouped);
  const sum = [...counts.byStatus.values()].reduce((all, count) => all + count, 0);
  if (sum !== counts.total) {
    const text = `total: ${counts.total}, and its statuses add up to ${sum}`;
    return broken('hour-total-is-sum', text);
  }
  const wrong = firstWrong(hour, found, bounds, asked.statusesUngrouped);
  if (wrong) return wrong;
  for (const [names, { truncated }, isUngrouped] of [
    ['accounts', counts.accounts, asked.accountsUngrouped],
    ['schemas', counts.schemas, asked.schemasUngrouped],
  ] as const) {
    if (truncated && !isUngrouped && !isMoving) {
      return broken('truncated-for-a-reason', `${names}: truncated, and all names were there`);
    }
  }
  return undefined;
}

function questionsOf(thresholds: readonly Threshold[]): Questions {
  const grouped = thresholds.filter(({ by }) => by !== undefined);
  const shares = grouped.filter(({ unit }) => unit === 'percent');
  return new Map([
    ['unmetered', (status: string) => isOf('unmetered', status)],
    ['settled', isSettled],
    ...grouped.map(({ subject }) => [subject, (of: string) => isOf(subject, of)] as const),
    ...(shares.some(isAboutAll) ? [['all', () => true] as const] : []),
  ]);
}

/** @returns also whether an event appeared or changed its status meanwhile */
function boundsOf(
  { start, end = start }: StoredBucket,
  events: readonly TrueEvent[],
  asked: AskedHour,
  questions: Questions,
): { readonly bounds: Bounds; readonly isMoving: boolean } {
  const bounds = new Bounds();
  let isMoving = false;
  for (const event of events) {
    if (event.createdAt < start || event.createdAt >= end) continue;
    const { first, possible } = statusesDuring(event, asked);
    if (possible.size === 0) continue;
    isMoving ||= first === undefined || possible.size > 1;
    const isIgnored = asked.ignoredAccounts.has(event.account);
    const isSure = first !== undefined && possible.size === 1;
    const ignored = isIgnored ? 'ignored ' : '';
    bounds.add(isIgnored ? 'ignored' : 'total', first !== undefined);
    for (const status of possible) bounds.add(`${ignored}status ${status}`, isSure);
    for (const [question, matches] of questions) {
      const yes = [...possible].filter(matches).length;
      if (yes === 0) continue;
      // An event that changes between two requests may be counted under both statuses, or under none.
      if (!isIgnored) bounds.add(`account ${event.account} ${question}`, isSure, yes);
      bounds.add(`${ignored}schema ${event.schema} ${question}`, isSure, yes);
    }
  }
  return { bounds, isMoving };
}

function numbersOf(
  { counts }: StoredBucket,
  questions: Questions,
  statusesUngrouped: boolean,
): Numbers {
  const numbers: Numbers = new Map();
  if (!statusesUngrouped) numbers.set('total', counts.total).set('ignored', counts.ignored);
  for (const [status, count] of counts.byStatus) numbers.set(`status ${status}`, count);
  for (const [name, byStatus] of groupsOf(counts)) {
    for (const [question, matches] of questions) {
      const sum = [...byStatus].reduce((all, [of, count]) => all + (matches(of) ? count : 0), 0);
      numbers.set(`${name} ${question}`, sum);
    }
  }
  return numbers;
}

function firstWrong(
  { counts }: StoredBucket,
  found: Numbers,
  bounds: Bounds,
  statusesUngrouped: boolean,
): Complaint | undefined {
  // Ignored accounts are subtracted, and may have been counted at another moment.
  const slackOf = (name: string) => {
    if (!name.startsWith('schema') && !statusesUngrouped) return 0;
    const ignored = `ignored ${name}`;
    return bounds.mostOf(ignored) - bounds.leastOf(ignored);
  };
  for (const [name, count] of found) {
    const most = bounds.mostOf(name) + slackOf(name);
    if (count > most) return tooMany(name, count, most);
  }
  const isTruncated = (name: string) =>
    (name.startsWith('account') && counts.accounts.truncated) ||
    (name.startsWith('schema') && counts.schemas.truncated);
  for (const [name, least] of bounds.least) {
    if (name.startsWith('ignored ') || isTruncated(name)) continue;
    if (statusesUngrouped && (name === 'total' || name === 'ignored')) continue;
    const count = found.get(name) ?? 0;
    if (count < least - slackOf(name)) return tooFew(name, count, least);
  }
  return undefined;
}
