import { TogaiError } from '../../errors.ts';
import type { Counts, GroupCounts, Groups, IgnoreLists } from '../../events/counts.ts';
import type {
  Grouping,
  MetricQuery,
  MetricSeries,
  MetricsAnswer,
} from '../../events/metrics-answer.ts';
import { DOCUMENTED_STATUSES } from '../../events/status-groups.ts';
import {
  BY_STATUS,
  type By,
  IGNORED,
  type MetricsPlan,
  ofStatus,
  type StatusClass,
} from './metric-queries.ts';

/** Togai's own limit of an answer; one that holds so many may have left some out. */
const MAX_POINTS = 300;

/** So many may be told apart by time, not by contradiction. */
const FEW = 20;

/** A counts of hours that were asked for under other rules: of accounts and schemas it says nothing under these. */
export function withoutGroups(counts: Counts): Counts {
  const none: Groups = { byName: new Map(), truncated: true };
  return { ...counts, accounts: none, schemas: none };
}

/**
 * Which groupings the answers about an hour have names for, and which have only lines without a name. Such lines may be of
 * events that have no name. Where an hour has nothing else, nobody can tell.
 */
export function groupingsIn(
  queries: readonly MetricQuery[],
  answers: readonly MetricsAnswer[],
): { readonly named: readonly Grouping[]; readonly unnamed: readonly Grouping[] } {
  const series = new Map(answers.flatMap((answer) => [...answer.series]));
  const named = new Set<Grouping>();
  const withEvents = new Set<Grouping>();
  for (const { id, groupBy } of queries) {
    const lines = (series.get(id) ?? []).filter(({ events }) => events > 0);
    if (!groupBy || lines.length === 0) continue;
    withEvents.add(groupBy);
    if (lines.some(({ group }) => group !== undefined)) named.add(groupBy);
  }
  return { named: [...named], unnamed: [...withEvents].filter((each) => !named.has(each)) };
}

/** The answers without what they have of a grouping. */
export function withoutGrouping(
  queries: readonly MetricQuery[],
  answers: readonly MetricsAnswer[],
  grouping: Grouping,
): MetricsAnswer[] {
  const ids = new Set(queries.filter(({ groupBy }) => groupBy === grouping).map(({ id }) => id));
  return answers.map(({ series, points }) => ({
    series: new Map([...series].filter(([id]) => !ids.has(id))),
    points,
  }));
}

/**
 * What was asked and is not in the answer is no zero: where there is nothing to count, a result says so.
 *
 * @throws TogaiError `unreadable`
 */
export function checkAnswered(queries: readonly MetricQuery[], { series }: MetricsAnswer): void {
  const missing = queries.filter(({ id }) => !series.has(id));
  if (missing.length === 0) return;
  throw new TogaiError(
    'unreadable',
    `POST /metrics was answered without the results of ${missing.length} of ${queries.length} queries: what they ask for is not known; if it stays so, count events instead`,
  );
}

/**
 * @param answers to all of the requests that {@link requestsOf} gives
 * @throws TogaiError `uncountable` where the answers contradict each other
 */
export function countsOfMetrics(
  { classes }: MetricsPlan,
  answers: readonly MetricsAnswer[],
  ignoreLists: IgnoreLists,
): Counts {
  const series = new Map(answers.flatMap((answer) => [...answer.series]));
  const mayBeTruncated = answers.some(({ points }) => points >= MAX_POINTS);
  const all = statusesOf(series, BY_STATUS);
  const ofIgnored = statusesOf(series, `${IGNORED}-${BY_STATUS}`);
  const byStatus = subtract(all, ofIgnored);
  const groups = (by: By) => groupsOf(by, { classes, series, all, ignoreLists, mayBeTruncated });
  const accounts = groups('account');
  if (!accounts.truncated) checkIgnored(classes, series, ofIgnored, ignoreLists);
  return {
    total: total(byStatus),
    byStatus,
    accounts,
    schemas: groups('schema'),
    ignored: total(ofIgnored),
    lacksUnknown: true,
    ignoredNames: {
      accounts: namesIgnored(classes, series, ofIgnored, ignoreLists),
      schemas: new Set(),
    },
    malformed: 0,
    malformedExample: undefined,
    samples: new Map(),
    descriptions: new Map(),
  };
}

/** The ignored accounts with events. A server that does not group by account says only whether there are any. */
function namesIgnored(
  classes: readonly StatusClass[],
  series: MetricsAnswer['series'],
  ofIgnored: ReadonlyMap<string, number>,
  { accounts }: IgnoreLists,
): ReadonlySet<string> {
  const lines = classes.flatMap(({ name }) => series.get(`account-${name}`) ?? []);
  const named = lines.flatMap(({ group, events }) => (group && events > 0 ? [group] : []));
  if (named.length === 0 && total(ofIgnored) > 0) return accounts;
  return new Set(named.filter((name) => accounts.has(name)));
}

interface GroupsInput {
  readonly classes: readonly StatusClass[];
  readonly series: MetricsAnswer['series'];
  /** Events by status, those of ignored accounts included. */
  readonly all: ReadonlyMap<string, number>;
  readonly ignoreLists: IgnoreLists;
  /** Some answer is as long as an answer may be. */
  readonly mayBeTruncated: boolean;
}

/** The groups may add up to less than the statuses do. The rest was cut off, or this server cannot tell it apart. */
function groupsOf(
  by: By,
  { classes, series, all, ignoreLists, mayBeTruncated }: GroupsInput,
): Groups {
  const byName = new Map<string, { byStatus: Map<string, number>; exact: boolean }>();
  let truncated = false;
  for (const { name, statuses } of classes) {
    const id = `${by}-${name}`;
    const found = sumOf(series.get(id));
    const expected = statuses.reduce((sum, status) => sum + (all.get(status) ?? 0), 0);
    const missing = expected - total(found);
    if (mayBeTruncated && missing < 0) {
      throw new TogaiError(
        'uncountable',
        `POST /metrics was answered with ${MAX_POINTS} data points, as many as Togai gives, and without some of the statuses: its numbers contradict each other; count events instead`,
      );
    }
    // Without a limit a few may have changed their status between two queries.
    truncated ||= missing > 0 && (mayBeTruncated || found.size === 0);
    for (const [group, count] of subtract(found, sumOf(series.get(`${IGNORED}-${id}`)))) {
      if (by === 'account' && ignoreLists.accounts.has(group)) continue;
      const entry = byName.get(group) ?? { byStatus: new Map<string, number>(), exact: true };
      entry.byStatus.set(name, count);
      byName.set(group, entry);
    }
  }
  // A group that one query names may be missing from another.
  const groups = new Map<string, GroupCounts>(
    [...byName].map(([group, entry]) => [group, { ...entry, exact: !truncated }]),
  );
  return { byName: groups, truncated };
}

/** Events by status, from one query that tells them apart or from one for each. */
function statusesOf(series: MetricsAnswer['series'], id: string): Map<string, number> {
  const together = series.get(id);
  if (together) return sumOf(together);
  const each = DOCUMENTED_STATUSES.map((status) => {
    const events = series.get(ofStatus(id, status)) ?? [];
    return [status, events.reduce((sum, line) => sum + line.events, 0)] as const;
  });
  return new Map(each.filter(([, events]) => events > 0));
}

function sumOf(series: readonly MetricSeries[] = []): Map<string, number> {
  const sum = new Map<string, number>();
  for (const { group = '', events } of series) {
    if (events > 0) sum.set(group, (sum.get(group) ?? 0) + events);
  }
  return sum;
}

/** What is left; not less than nothing, for events may have changed their status between two answers. */
function subtract(
  all: ReadonlyMap<string, number>,
  part: ReadonlyMap<string, number>,
): Map<string, number> {
  const left = [...all].map(([name, count]) => [name, count - (part.get(name) ?? 0)] as const);
  return new Map(left.filter(([, count]) => count > 0));
}

/**
 * A server that ignores the filter by account would have everything subtracted, and nothing left to evaluate.
 *
 * @throws TogaiError `uncountable`
 */
function checkIgnored(
  classes: readonly StatusClass[],
  series: MetricsAnswer['series'],
  ofIgnored: ReadonlyMap<string, number>,
  ignoreLists: IgnoreLists,
): void {
  let byAccount = 0;
  let byStatus = 0;
  for (const { name, statuses } of classes) {
    const accounts = series.get(`account-${name}`);
    if (!accounts) return;
    for (const { group = '', events } of accounts)
      if (ignoreLists.accounts.has(group)) byAccount += events;
    for (const status of statuses) byStatus += ofIgnored.get(status) ?? 0;
  }
  const isFar = byStatus > 2 * byAccount + FEW;
  if (!isFar) return;
  throw new TogaiError(
    'uncountable',
    `POST /metrics counted ${byStatus} events of the ignored accounts by status, and ${byAccount} by account: it seems to ignore for which accounts it is asked; count events instead, or ignore no accounts`,
  );
}

function total(events: ReadonlyMap<string, number>): number {
  return [...events.values()].reduce((sum, count) => sum + count, 0);
}
