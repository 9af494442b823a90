import type { StoredBucket } from './history.ts';
import { isAboutAll, isOf, isSettled } from './oracle-rules.ts';
import type { Rule } from './scenario.ts';
import { statusAt, type TrueEvent } from './traffic.ts';

/** When an hour was asked for, and what Togai did not tell apart meanwhile. */
export interface AskedHour {
  readonly since: number;
  readonly now: number;
  readonly ignoreLists: ReadonlySet<string>;
  readonly rules: readonly Rule[];
  /** Statuses were asked for one by one, so an event may be in two of them or in none. */
  readonly blurred: boolean;
  readonly accountsLost: boolean;
  readonly schemasLost: boolean;
}

interface Bounds {
  least: number;
  most: number;
}

/**
 * What is wrong with an hour that Togai counted, in words. By status it must be exact. Of accounts and schemas it must
 * say what the rules ask: how many are unmetered, how many are settled, and how many are what a rule by account or
 * schema is about.
 *
 * @param events all of that hour
 */
export function differenceOfHour(
  { start, end = start, counts }: StoredBucket,
  events: readonly TrueEvent[],
  asked: AskedHour,
): string | undefined {
  const { since, now, ignoreLists, blurred } = asked;
  const questions = questionsOf(asked.rules);
  const truth = new Map<string, Bounds>();
  const add = (name: string, isCertain: boolean, times = 1) => {
    const bounds = truth.get(name) ?? { least: 0, most: 0 };
    bounds.most += times;
    if (isCertain) bounds.least++;
    truth.set(name, bounds);
  };
  let isMoving = false;
  for (const event of events) {
    if (event.createdAt < start || event.createdAt >= end) continue;
    if (statusAt(event, now) === undefined) continue;
    const first = statusAt(event, since);
    const during = event.statuses.filter(({ from }) => from > since && from <= now);
    const possible = new Set([...(first ? [first] : []), ...during.map(({ status }) => status)]);
    isMoving ||= first === undefined || possible.size > 1;
    const isIgnored = ignoreLists.has(event.account);
    add(isIgnored ? 'ignored' : 'total', first !== undefined);
    const isSure = first !== undefined && possible.size === 1;
    for (const status of possible) add(`${isIgnored ? 'ignored ' : ''}status ${status}`, isSure);
    for (const [question, matches] of questions) {
      const yes = [...possible].filter(matches).length;
      if (yes === 0) continue;
      // One that changes between two requests may be counted under both statuses, or under none.
      if (!isIgnored) add(`account ${event.account} ${question}`, isSure, yes);
      add(`${isIgnored ? 'ignored ' : ''}schema ${event.schema} ${question}`, isSure, yes);
    }
  }

  const found = new Map<string, number>();
  if (!blurred) found.set('total', counts.total).set('ignored', counts.ignored);
  for (const [status, count] of counts.byStatus) found.set(`status ${status}`, count);
  for (const [word, { byName }] of [
    ['account', counts.accounts],
    ['schema', counts.schemas],
  ] as const) {
    for (const [name, { byStatus }] of byName) {
      for (const [question, matches] of questions) {
        const sum = [...byStatus].reduce((all, [of, count]) => all + (matches(of) ? count : 0), 0);
        found.set(`${word} ${name} ${question}`, sum);
      }
    }
  }
  const sum = [...counts.byStatus.values()].reduce((all, count) => all + count, 0);
  if (sum !== counts.total) return `total: ${counts.total}, and its statuses add up to ${sum}`;

  const none = { least: 0, most: 0 };
  /** What was subtracted may have been counted at another moment. */
  const slackOf = (name: string) => {
    if (!name.startsWith('schema') && !blurred) return 0;
    const { least, most } = truth.get(`ignored ${name}`) ?? none;
    return most - least;
  };
  for (const [name, count] of found) {
    const most = (truth.get(name) ?? none).most + slackOf(name);
    if (count > most) return `${name}: ${count} counted, ${most} there`;
  }
  const isLost = (name: string) =>
    (name.startsWith('account') && counts.accounts.truncated) ||
    (name.startsWith('schema') && counts.schemas.truncated);
  for (const [name, { least }] of truth) {
    if (name.startsWith('ignored ') || isLost(name)) continue;
    if (blurred && (name === 'total' || name === 'ignored')) continue;
    const count = found.get(name) ?? 0;
    if (count < least - slackOf(name)) return `${name}: ${count} counted, ${least} there`;
  }
  if (counts.accounts.truncated && !asked.accountsLost && !isMoving)
    return 'accounts: said to be cut';
  if (counts.schemas.truncated && !asked.schemasLost && !isMoving) return 'schemas: said to be cut';
  return undefined;
}

type Matches = (status: string) => boolean;

function questionsOf(rules: readonly Rule[]): Map<string, Matches> {
  const grouped = rules.filter(({ by }) => by !== undefined);
  const shares = grouped.filter(({ unit }) => unit === 'percent');
  return new Map<string, Matches>([
    ['unmetered', (status) => isOf('unmetered', status)],
    ['settled', isSettled],
    ...grouped.map(({ subject }): [string, Matches] => [subject, (of) => isOf(subject, of)]),
    ...(shares.some(isAboutAll) ? [['all', () => true] as const] : []),
  ]);
}
