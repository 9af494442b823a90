import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type {
  Grouping,
  MetricQuery,
  MetricSeries,
  MetricsAnswer,
} from '../../functions/monitor/events/metrics-answer.ts';
import { DOCUMENTED_STATUSES } from '../../functions/monitor/events/status-groups.ts';
import { HOUR_MS, MINUTE_MS, type Range } from '../../functions/monitor/timeline/time.ts';
import { isAskedFor } from '../../simulator/statuses.ts';

/** Togai's limit. */
const MAX_POINTS = 300;

/** How the metrics of a Togai in memory are. Nobody knows how the real ones are, so each must be counted right. */
export interface MetricsTraits {
  /** From when on an event is in the numbers, epoch ms. @default its `createdAt` */
  readonly visibleFrom?: (event: UsageEvent) => number;
  /** The status of an event at a time. @default its status */
  readonly statusAt?: (event: UsageEvent, now: number) => string;
  /** The moment whose numbers are the answer. @default now */
  readonly asOf?: (now: number) => number;
  /** The time that says to which hour an event belongs. @default 'createdAt' */
  readonly labelledBy?: 'createdAt' | 'timestamp';
  /** Hours begin so many minutes past the full hour. @default 0 */
  readonly zoneMinutes?: number;
  /** The handling of a range that begins or ends within an hour. @default 'cut' */
  readonly ends?: 'cut' | 'widened';
  /** Answers hold at most 300 data points. @default false */
  readonly isCutAt300?: boolean;
  /** Each group has a number for each hour, even if it is 0. @default false */
  readonly isZeroFilled?: boolean;
  /** Fields that events are not grouped by, though asked for. */
  readonly ungrouped?: readonly Grouping[];
  /** The filter that this Togai pays no heed to. */
  readonly ignoredFilter?: 'accounts' | 'schema';
}

/** The answer to queries about a range. */
export function metricsOf(
  all: readonly UsageEvent[],
  { start, end }: Range,
  queries: readonly MetricQuery[],
  clock: number,
  traits: MetricsTraits = {},
): MetricsAnswer {
  const now = traits.asOf?.(clock) ?? clock;
  const label = (time: number) => labelOf(time, traits);
  const from = traits.ends === 'widened' ? label(start) : start;
  const to = traits.ends === 'widened' ? label(end - 1) + HOUR_MS : end;
  const seen = all.flatMap((event) => {
    const time = timeOf(event, traits);
    const isVisible = (traits.visibleFrom?.(event) ?? event.createdAt) <= now;
    if (!isVisible || time < from || time >= to) return [];
    return { ...event, status: traits.statusAt?.(event, now) ?? event.status };
  });
  const hours: number[] = [];
  for (let hour = label(from); hour < to; hour += HOUR_MS) hours.push(hour);
  const series = new Map(queries.map((query) => [query.id, seriesOf(query, seen, traits, hours)]));
  return traits.isCutAt300 ? cutAt300(series) : { series, points: pointsIn(series) };
}

function timeOf({ createdAt, timestamp }: UsageEvent, { labelledBy }: MetricsTraits): number {
  return labelledBy === 'timestamp' ? (timestamp ?? createdAt) : createdAt;
}

function labelOf(time: number, { zoneMinutes = 0 }: MetricsTraits): number {
  const offset = zoneMinutes * MINUTE_MS;
  return Math.floor((time - offset) / HOUR_MS) * HOUR_MS + offset;
}

const GROUP_OF = {
  RAW_EVENT_STATUS: ({ status }: UsageEvent) => status,
  ACCOUNT_ID: ({ accountId }: UsageEvent) => accountId,
  SCHEMA_NAME: ({ schemaName }: UsageEvent) => schemaName,
};

function seriesOf(
  { groupBy, statuses, accounts, schema }: MetricQuery,
  events: readonly UsageEvent[],
  traits: MetricsTraits,
  hours: readonly number[],
): MetricSeries[] {
  const { ignoredFilter, isZeroFilled, ungrouped = [] } = traits;
  const isGrouped = groupBy !== undefined && !ungrouped.includes(groupBy);
  const groups = new Map<string | undefined, Map<number, number>>();
  const zeros = () => new Map(isZeroFilled ? hours.map((hour) => [hour, 0]) : []);
  if (isZeroFilled && isGrouped && groupBy === 'RAW_EVENT_STATUS') {
    for (const status of DOCUMENTED_STATUSES) groups.set(status, zeros());
  }
  for (const event of events) {
    if (!isAskedFor(event.status, statuses)) continue;
    if (accounts && ignoredFilter !== 'accounts' && !accounts.includes(event.accountId)) continue;
    const isOther = schema !== undefined && event.schemaName !== schema;
    if (isOther && ignoredFilter !== 'schema') continue;
    const group = isGrouped ? GROUP_OF[groupBy](event) : undefined;
    const inGroup = groups.get(group) ?? zeros();
    const hour = labelOf(timeOf(event, traits), traits);
    inGroup.set(hour, (inGroup.get(hour) ?? 0) + 1);
    groups.set(group, inGroup);
  }
  return [...groups].map(([group, inHours]) => ({ group, hours: inHours }));
}

type Series = ReadonlyMap<string, readonly MetricSeries[]>;

function pointsIn(series: Series): number {
  return [...series.values()].flat().reduce((sum, { hours }) => sum + hours.size, 0);
}

function cutAt300(series: Series): MetricsAnswer {
  let left = MAX_POINTS;
  const kept = [...series].map(([id, groups]) => {
    const cut = groups.map(({ group, hours }) => {
      const some = new Map([...hours].slice(0, left));
      left -= some.size;
      return { group, hours: some };
    });
    return [id, cut.filter(({ hours }) => hours.size > 0)] as const;
  });
  return { series: new Map(kept), points: MAX_POINTS - left };
}
