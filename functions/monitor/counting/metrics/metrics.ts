import { SettingError, TogaiError } from '../../errors.ts';
import type { Counts, GroupCounts, Groups, IgnoreLists } from '../../events/counts.ts';
import type {
  Grouping,
  MetricQuery,
  MetricSeries,
  MetricsAnswer,
} from '../../events/metrics-answer.ts';
import { DOCUMENTED_STATUSES, groupOf, isSettled } from '../../events/status-groups.ts';
import { digest } from '../../text/digest.ts';
import { shareBase } from '../../thresholds/share.ts';
import { printThreshold, subjectMatcher, type Threshold } from '../../thresholds/threshold.ts';
import type { Counting } from '../../timeline/timeline.ts';

/** What an hour is asked for. */
export interface MetricsPlan {
  readonly queries: readonly MetricQuery[];
  readonly classes: readonly StatusClass[];
}

/** Statuses that no threshold by account or schema tells apart, counted under the name of one of them. */
interface StatusClass {
  readonly name: string;
  readonly statuses: readonly string[];
}

const MAX_QUERIES = 5;
const MAX_REQUESTS = 2;
/** Togai's own limit of an answer; one that holds so many may have left some out. */
const MAX_POINTS = 300;

/** So many may be told apart by time, not by contradiction. */
const FEW = 20;

const BY_STATUS = 'by-status';
const IGNORED = 'ignored';
export const GROUPING_OF = { account: 'ACCOUNT_ID', schema: 'SCHEMA_NAME' } as const;
type By = keyof typeof GROUPING_OF;

/** @throws SettingError where a rule, or what is ignored, cannot be counted in this way */
export function planMetrics(
  thresholds: readonly Threshold[],
  ignoreLists: IgnoreLists,
): MetricsPlan {
  if (ignoreLists.schemas.size > 0) {
    throw new SettingError(
      'schemas cannot be ignored when counting by Togai metrics; clear it, ignore accounts instead, or count events',
    );
  }
  const classes = classesOf(thresholds);
  const accounts = [...ignoreLists.accounts];
  const all: MetricQuery[] = [
    { id: BY_STATUS, groupBy: 'RAW_EVENT_STATUS', statuses: DOCUMENTED_STATUSES },
    ...grouped('schema', classes),
    ...grouped('account', classes),
  ];
  // What is subtracted from another comes with it, in one answer as far as may be.
  const queries = all.flatMap((query) =>
    accounts.length === 0 || query.groupBy === 'ACCOUNT_ID'
      ? [query]
      : [query, { ...query, id: `${IGNORED}-${query.id}`, accounts }],
  );
  if (queries.length > MAX_QUERIES * MAX_REQUESTS) {
    const rules = thresholds.filter(({ by }) => by !== undefined).map(printThreshold);
    const drop =
      all.length > MAX_QUERIES * MAX_REQUESTS
        ? 'leave out a rule whose subject no other has'
        : 'leave one out, ignore no accounts';
    throw new SettingError(
      `the rules by account and schema (${rules.join(', ')}) tell too many statuses apart to be counted by Togai metrics: they take ${queries.length} queries, and ${MAX_QUERIES * MAX_REQUESTS} fit into ${MAX_REQUESTS} requests; ${drop}, or count events`,
    );
  }
  return { queries, classes };
}

/** Whether the failed events of each account and schema are counted by themselves. */
export function failedKnownByGroup(counting: Counting, thresholds: readonly Threshold[]): boolean {
  if (counting === 'events') return true;
  const isFailed = (status: string) => groupOf(status) === 'failed';
  return classesOf(thresholds).every(
    ({ statuses }) => statuses.every(isFailed) || !statuses.some(isFailed),
  );
}

/** A counts of hours that were asked for under other rules: of accounts and schemas it says nothing under these. */
export function withoutGroups(counts: Counts): Counts {
  const none: Groups = { byName: new Map(), truncated: true };
  return { ...counts, accounts: none, schemas: none };
}

/** Names what thresholds make of the answers: hours that were counted under another name are stale. */
export function metricsDigest(thresholds: readonly Threshold[]): string {
  return digest(JSON.stringify(classesOf(thresholds)));
}

/**
 * The queries of a plan in requests of at most five. A server that does not know a grouping is asked for each status by
 * itself, and not for accounts or schemas.
 */
export function requestsOf(
  { queries }: MetricsPlan,
  unknown: ReadonlySet<Grouping>,
): MetricQuery[][] {
  const asked = queries.flatMap((query) => {
    if (query.groupBy === undefined || !unknown.has(query.groupBy)) return [query];
    if (query.groupBy !== 'RAW_EVENT_STATUS') return [];
    return query.statuses.map((status) => ({
      id: ofStatus(query.id, status),
      statuses: [status],
      accounts: query.accounts,
    }));
  });
  return Array.from({ length: Math.ceil(asked.length / MAX_QUERIES) }, (_, index) =>
    asked.slice(index * MAX_QUERIES, (index + 1) * MAX_QUERIES),
  );
}

/**
 * By which of the groupings that were asked for the answers about an hour have names, and by which only lines without one.
 * Those may be of events that have none, even where a query has no other; where an hour has only those, nobody can tell.
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
    if (lines.some(({ group }) => group)) named.add(groupBy);
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
 * Two statuses are of one class if no rule by account or schema tells them apart, neither as what it counts nor as what
 * it is a share of. Unmetered events are always told apart, for whoever reads who lost how many.
 */
function classesOf(thresholds: readonly Threshold[]): StatusClass[] {
  const rules = thresholds.filter(({ by }) => by !== undefined);
  const classes = new Map<string, string[]>();
  for (const status of DOCUMENTED_STATUSES) {
    const traits = [
      groupOf(status) === 'unmetered',
      ...rules.map(({ subject }) => subjectMatcher(subject)(status)),
      ...rules.map(({ subject }) => shareBase(subject) === 'all' || isSettled(status)),
      isSettled(status),
    ];
    // What is neither settled nor counted by a rule is in no number of a group.
    if (!isSettled(status) && !traits.includes(true)) continue;
    const key = traits.map(Number).join('');
    classes.set(key, [...(classes.get(key) ?? []), status]);
  }
  return [...classes.values()].map((statuses) => ({ name: statuses[0] ?? '', statuses }));
}

function grouped(by: By, classes: readonly StatusClass[]): MetricQuery[] {
  return classes.map(({ name, statuses }) => ({
    id: `${by}-${name}`,
    groupBy: GROUPING_OF[by],
    statuses,
  }));
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
    malformed: 0,
    malformedExample: undefined,
    samples: new Map(),
    descriptions: new Map(),
  };
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

/** What the groups lack of what the statuses add up to was cut off, or cannot be told apart by this server. */
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

function ofStatus(id: string, status: string): string {
  return `${id}-${status}`;
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
