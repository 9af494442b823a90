import { SettingError } from '../../errors.ts';
import type { IgnoreLists } from '../../events/counts.ts';
import type { Grouping, MetricQuery } from '../../events/metrics-answer.ts';
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
export interface StatusClass {
  readonly name: string;
  readonly statuses: readonly string[];
}

const MAX_QUERIES = 5;
const MAX_REQUESTS = 2;

export const BY_STATUS = 'by-status';
export const IGNORED = 'ignored';
export const GROUPING_OF = { account: 'ACCOUNT_ID', schema: 'SCHEMA_NAME' } as const;
export type By = keyof typeof GROUPING_OF;

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
 * Two statuses are of one class if no rule by account or schema tells them apart: each rule counts both or neither, and
 * takes its share of both or of neither. Unmetered events are always told apart, to show who lost how many.
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

export function ofStatus(id: string, status: string): string {
  return `${id}-${status}`;
}
