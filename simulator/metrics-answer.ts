import { KNOWN_STATUSES } from '../functions/monitor/events/status-groups.ts';
import { HOUR_MS, MINUTE_MS, type Range } from '../functions/monitor/timeline/time.ts';
import type { MetricsSwitches } from './behaviour-switches.ts';
import { type Cell, createCounter } from './count.ts';
import { addTo, dataPointsOf, MAX_POINTS, type Series } from './metrics-points.ts';
import {
  type Grouping,
  type MetricQuery,
  type MetricsRequest,
  readMetricsRequest,
} from './metrics-request.ts';
import { amountOf } from './prices.ts';
import { isAskedFor, STATES, stateOf } from './statuses.ts';
import type { Traffic } from './traffic.ts';

/** India's zone: its hours start at half past, and its days at 18:30 UTC. */
const HALF_HOUR_ZONE_MS = 5.5 * HOUR_MS;

/** An hour or a day. */
interface Period {
  /** Its start, epoch ms: the time that Togai labels it with. */
  readonly label: number;
  /** The part of it that is counted. */
  readonly counted: Range;
}

/** The answer of `POST /metrics`. */
export function answerMetrics(
  traffic: Traffic,
  switches: MetricsSwitches,
  body: unknown,
  now: number,
): { status: 200 | 400 | 403; answer: unknown } {
  if (switches.metricsAccess === 'refused') {
    return { status: 403, answer: { message: 'The credential may not get metrics.' } };
  }
  const asked = readMetricsRequest(body);
  if ('problem' in asked) return { status: 400, answer: { message: asked.problem } };
  const strange = strangeStatus(asked, switches);
  if (strange !== undefined) {
    return { status: 400, answer: { message: `EVENT_STATUS: ${strange} is not known here.` } };
  }
  const asOf = Math.min(
    now - switches.metricsStaleMinutes * MINUTE_MS,
    switches.metricsStalledAt ?? now,
  );
  return { status: 200, answer: { results: resultsOf(traffic, switches, asked, asOf) } };
}

/** A status of a filter that is refused. */
function strangeStatus(
  { queries }: MetricsRequest,
  { metricsStatuses }: MetricsSwitches,
): string | undefined {
  if (metricsStatuses === 'any') return undefined;
  return queries
    .flatMap(({ statuses }) => statuses)
    .find((status) => !STATES.includes(status) && !KNOWN_STATUSES.includes(status));
}

function resultsOf(
  traffic: Traffic,
  switches: MetricsSwitches,
  { range, queries }: MetricsRequest,
  asOf: number,
) {
  const count = createCounter(traffic, asOf);
  let left = MAX_POINTS;
  return queries.map((query) => {
    const isUngrouped = switches.metricsGrouping === 'ignored';
    const answered = isUngrouped ? { ...query, groupBy: undefined } : query;
    const periods = periodsOf(query.periodMs, range, switches);
    const series = seriesOf(
      answered,
      periods,
      (range) => count(range, switches.metricsTime),
      switches,
    );
    if (switches.metricsCut === 'query') left = MAX_POINTS;
    const data = dataPointsOf(series, answered.groupBy, left);
    left -= data.reduce((sum, { metricValues }) => sum + metricValues.length, 0);
    return { id: query.id, name: query.name, data };
  });
}

function periodsOf(
  periodMs: number,
  { start, end }: Range,
  { metricsHours, metricsRange }: MetricsSwitches,
): Period[] {
  const zoneMs = metricsHours === 'half' ? HALF_HOUR_ZONE_MS : 0;
  const first = Math.floor((start + zoneMs) / periodMs) * periodMs - zoneMs;
  const isWidened = metricsRange === 'widened';
  return Array.from({ length: Math.ceil((end - first) / periodMs) }, (_, index) => {
    const label = first + index * periodMs;
    const whole = { start: label, end: label + periodMs };
    const part = { start: Math.max(start, whole.start), end: Math.min(end, whole.end) };
    return { label, counted: isWidened ? whole : part };
  });
}

function seriesOf(
  { name, groupBy, statuses, accounts, schemas }: MetricQuery,
  periods: readonly Period[],
  count: (range: Range) => readonly Cell[],
  { metricsZeros, newState }: MetricsSwitches,
): Series {
  const series: Series = new Map();
  const fill = (group: string) => {
    for (const { label } of metricsZeros === 'filled' ? periods : [])
      addTo(series, group, label, 0);
  };
  if (!groupBy) fill('');
  for (const { label, counted } of periods) {
    for (const cell of count(counted)) {
      if (!isAskedFor(cell.status, statuses, newState)) continue;
      if (accounts && !accounts.includes(cell.accountId)) continue;
      if (schemas && !schemas.includes(cell.schemaName)) continue;
      const group = groupBy ? groupValue(groupBy, cell, newState) : '';
      if (!series.has(group)) fill(group);
      addTo(series, group, label, amountOf(name, cell.accountId, cell.events));
    }
  }
  return series;
}

function groupValue(
  groupBy: Grouping,
  { accountId, schemaName, status }: Cell,
  newState: MetricsSwitches['newState'],
): string {
  switch (groupBy) {
    case 'ACCOUNT_ID':
      return accountId;
    case 'SCHEMA_NAME':
      return schemaName;
    case 'EVENT_STATUS':
      return stateOf(status, newState);
    case 'RAW_EVENT_STATUS':
      return status;
  }
}
