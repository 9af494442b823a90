import { SettingError, TogaiError } from '../errors.ts';
import { groupOf, isSettled, KNOWN_STATUSES } from './status.ts';
import type { GroupCounts, Groups, Tally, Waived } from './tally.ts';
import { printThreshold, shareBase, subjectMatcher, type Threshold } from './threshold.ts';
import { HOUR_MS, type Range } from './time.ts';

/**
 * Counting by `POST /metrics`: the tally of an hour from one or two requests, whatever the volume. Togai counts; what
 * it is asked for follows from the thresholds. There are no sample events, descriptions or malformed entries in it.
 */

/** One query of a request. Events are counted by hour. */
export interface MetricQuery {
  readonly id: string;
  readonly groupBy: 'RAW_EVENT_STATUS' | 'ACCOUNT_ID' | 'SCHEMA_NAME';
  /** Only events of these statuses. Left out, a server would leave out those in progress. */
  readonly statuses: readonly string[];
  /** Only events of these accounts. */
  readonly accounts?: readonly string[];
}

/** One line of an answer: a group and its events. */
export interface MetricSeries {
  readonly group: string;
  readonly events: number;
}

/** The answer to a request. */
export interface MetricsAnswer {
  /** By the id of the query. */
  readonly series: ReadonlyMap<string, readonly MetricSeries[]>;
  /** How many data points it holds, of all queries. */
  readonly points: number;
}

/** What an hour is asked for. */
export interface MetricsPlan {
  /** At most five queries each. */
  readonly requests: readonly (readonly MetricQuery[])[];
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

const BY_STATUS = 'by-status';
const WAIVED = 'waived';
const GROUPINGS = { account: 'ACCOUNT_ID', schema: 'SCHEMA_NAME' } as const;
type Grouping = keyof typeof GROUPINGS;

/** The hours that hold a range, the last one up to the end of the range only. */
export function hoursOf({ start, end }: Range): Range[] {
  const hours: Range[] = [];
  for (let hour = Math.floor(start / HOUR_MS) * HOUR_MS; hour < end; hour += HOUR_MS) {
    hours.push({ start: hour, end: Math.min(hour + HOUR_MS, end) });
  }
  return hours;
}

/** @throws SettingError where a rule, or what is ignored, cannot be counted in this way */
export function planMetrics(thresholds: readonly Threshold[], waived: Waived): MetricsPlan {
  if (waived.schemas.size > 0) {
    throw new SettingError(
      'IgnoredSchemas cannot be left out when counting by metrics: Togai counts one schema at a time; count events, or ignore accounts instead',
    );
  }
  const classes = classesOf(thresholds);
  const accounts = [...waived.accounts];
  const queries: MetricQuery[] = [
    { id: BY_STATUS, groupBy: 'RAW_EVENT_STATUS', statuses: KNOWN_STATUSES },
    ...grouped('account', classes),
    ...grouped('schema', classes),
  ];
  if (accounts.length > 0) {
    const only = (query: MetricQuery) => ({ ...query, id: `${WAIVED}-${query.id}`, accounts });
    queries.push(...queries.filter(({ groupBy }) => groupBy !== 'ACCOUNT_ID').map(only));
  }
  if (queries.length > MAX_QUERIES * MAX_REQUESTS) {
    const rules = thresholds.filter(({ by }) => by !== undefined).map(printThreshold);
    throw new SettingError(
      `the rules by account and schema (${rules.join(', ')}) tell too many statuses apart to be counted by metrics; write them about fewer subjects, or count events`,
    );
  }
  const requests = Array.from({ length: Math.ceil(queries.length / MAX_QUERIES) }, (_, index) =>
    queries.slice(index * MAX_QUERIES, (index + 1) * MAX_QUERIES),
  );
  return { requests, classes };
}

/**
 * Two statuses are of one class if no rule by account or schema tells them apart, neither as what it counts nor as what
 * it is a share of. Unmetered events are always told apart, for whoever reads who lost how many.
 */
function classesOf(thresholds: readonly Threshold[]): StatusClass[] {
  const rules = thresholds.filter(({ by }) => by !== undefined);
  const classes = new Map<string, string[]>();
  for (const status of KNOWN_STATUSES) {
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

function grouped(by: Grouping, classes: readonly StatusClass[]): MetricQuery[] {
  return classes.map(({ name, statuses }) => ({
    id: `${by}-${name}`,
    groupBy: GROUPINGS[by],
    statuses,
  }));
}

/** @throws TogaiError `uncountable` where the answers contradict each other */
export function tallyOfMetrics(
  { requests, classes }: MetricsPlan,
  answers: readonly MetricsAnswer[],
  waived: Waived,
): Tally {
  const series = new Map(answers.flatMap((answer) => [...answer.series]));
  const cut = (id: string) => {
    const index = requests.findIndex((queries) => queries.some((query) => query.id === id));
    return (answers[index]?.points ?? 0) >= MAX_POINTS;
  };
  const all = sumOf(series.get(BY_STATUS));
  const ofWaived = sumOf(series.get(`${WAIVED}-${BY_STATUS}`));
  const byStatus = subtract(all, ofWaived);
  return {
    total: total(byStatus),
    byStatus,
    accounts: groupsOf('account', classes, series, cut, waived),
    schemas: groupsOf('schema', classes, series, cut, waived),
    ignored: total(ofWaived),
    malformed: 0,
    malformedExample: undefined,
    samples: new Map(),
    descriptions: new Map(),
  };
}

function groupsOf(
  by: Grouping,
  classes: readonly StatusClass[],
  series: MetricsAnswer['series'],
  cut: (id: string) => boolean,
  waived: Waived,
): Groups {
  const counts = new Map<string, { byStatus: Map<string, number>; exact: boolean }>();
  let anyCut = false;
  for (const { name } of classes) {
    const id = `${by}-${name}`;
    anyCut ||= cut(id);
    const events = subtract(sumOf(series.get(id)), sumOf(series.get(`${WAIVED}-${id}`)));
    for (const [group, count] of events) {
      if (by === 'account' && waived.accounts.has(group)) continue;
      const entry = counts.get(group) ?? { byStatus: new Map<string, number>(), exact: true };
      entry.byStatus.set(name, count);
      counts.set(group, entry);
    }
  }
  // Where an answer was cut, a group that one query names may be missing from another.
  const groups = new Map<string, GroupCounts>(
    [...counts].map(([group, entry]) => [group, { ...entry, exact: !anyCut }]),
  );
  return { counts: groups, cut: anyCut };
}

function sumOf(series: readonly MetricSeries[] = []): Map<string, number> {
  const sum = new Map<string, number>();
  for (const { group, events } of series) sum.set(group, (sum.get(group) ?? 0) + events);
  return sum;
}

function subtract(
  all: ReadonlyMap<string, number>,
  part: ReadonlyMap<string, number>,
): Map<string, number> {
  const rest = new Map<string, number>();
  for (const [name, count] of all) {
    const left = count - (part.get(name) ?? 0);
    if (left < 0) {
      throw new TogaiError(
        'uncountable',
        `POST /metrics counted more events of ignored accounts (${part.get(name)}) than of all accounts (${count}): its numbers contradict each other; try again, or count events`,
      );
    }
    if (left > 0) rest.set(name, left);
  }
  return rest;
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
