import {
  addTo,
  type DataPoints,
  dataPointsOf,
  MAX_POINTS,
  type Series,
} from '../../simulator/metrics-points.ts';
import type { MetricQuery, MetricsRequest } from '../../simulator/metrics-request.ts';
import { amountOf } from '../../simulator/prices.ts';
import { isAskedFor, stateOf } from '../../simulator/statuses.ts';
import type { ShownMetrics, ShownResult } from '../history.ts';
import {
  type Generation,
  type Grouping,
  generationAt,
  HOUR,
  MINUTE,
  type Scenario,
} from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import { answerOf, type TogaiAnswer } from './answer.ts';
import { firstAfter, type TimeField } from './event-list.ts';
import type { Faults } from './faults.ts';
import { readMetricsPost } from './metrics-request.ts';

/** India's zone: its hours start at half past. */
const HALF_HOUR = HOUR / 2;

/**
 * `POST /metrics`: counts events by hour, with their statuses at the moment that the generation shows. It is as strict as the
 * published API.
 */
export class TogaiMetrics {
  readonly #scenario: Scenario;
  readonly #sorted: Readonly<Record<TimeField, readonly TrueEvent[]>>;
  readonly #faults: Faults;

  constructor(scenario: Scenario, events: readonly TrueEvent[], faults: Faults) {
    this.#scenario = scenario;
    const byTimestamp = [...events].sort((a, b) => a.timestamp - b.timestamp);
    this.#sorted = { createdAt: events, timestamp: byTimestamp };
    this.#faults = faults;
  }

  reply(post: string | undefined, now: number): TogaiAnswer {
    const generation = generationAt(this.#scenario, now);
    if (generation.metricsAccess === 'refused') {
      return answerOf(403, { message: 'The credential may not get metrics.' });
    }
    const asked = readMetricsPost(post);
    if ('problem' in asked) return answerOf(400, { message: asked.problem });
    const refused = this.#faults.active('grouping-refused', now)?.by;
    if (refused !== undefined && asked.queries.some(({ groupBy }) => groupBy === refused)) {
      this.#faults.count('grouping-refused');
      return answerOf(400, { message: `groupBy ${refused}` });
    }
    return this.#counts(asked, generation, now);
  }

  #counts({ range, queries }: MetricsRequest, generation: Generation, now: number): TogaiAnswer {
    const asOf = asOfTime(generation, now);
    const ignored = this.#faults.active('grouping-ignored', now)?.by;
    let left = MAX_POINTS;
    const results = queries.map((query) => {
      const isIgnored =
        generation.metricsGrouping === 'ignored' ||
        (ignored !== undefined && query.groupBy === ignored);
      const answered = isIgnored ? { ...query, groupBy: undefined } : query;
      const series = this.#seriesOf(answered, range, generation, asOf);
      if (generation.metricsCut === 'query') left = MAX_POINTS;
      const data = dataPointsOf(series, answered.groupBy, left);
      left -= data.reduce((sum, { metricValues }) => sum + metricValues.length, 0);
      if (ignored !== undefined && isIgnored && data.length > 0)
        this.#faults.count('grouping-ignored');
      return { id: query.id, name: query.name, data: this.#named(data) };
    });
    if (this.#faults.strikes('result-missing', now)) results.splice(now % results.length, 1);
    const metrics: ShownMetrics = {
      range,
      asOf,
      queries,
      results: new Map(results.map(({ id, data }) => [id, data.map(shownSeries)])),
      points: results.reduce((sum, { data }) => sum + pointsIn(data), 0),
    };
    // The judge knows questions of looks alone.
    const isOfLook = queries.every(({ name, periodMs }) => name === 'EVENTS' && periodMs === HOUR);
    return { ...answerOf(200, { results }), ...(isOfLook && { metrics }) };
  }

  #seriesOf(
    { name, groupBy, periodMs, statuses, accounts, schemas }: MetricQuery,
    { start, end }: MetricsRequest['range'],
    { metricsTime, metricsHours, metricsRange, metricsZeros }: Generation,
    asOf: number,
  ): Series {
    const zone = metricsHours === 'half' ? HALF_HOUR : 0;
    const labelOf = (time: number) => Math.floor((time + zone) / periodMs) * periodMs - zone;
    const isWidened = metricsRange === 'widened';
    const counted = {
      start: isWidened ? labelOf(start) : start,
      end: isWidened ? labelOf(end - 1) + periodMs : end,
    };
    const series: Series = new Map();
    const fill = (group: string) => {
      if (metricsZeros === 'left-out') return;
      for (let label = labelOf(start); label < end; label += periodMs)
        addTo(series, group, label, 0);
    };
    if (groupBy === undefined) fill('');
    for (const event of this.#within(counted.start, counted.end, metricsTime)) {
      const status = statusAt(event, asOf);
      if (status === undefined || !isAskedFor(status, statuses)) continue;
      if (accounts && !accounts.includes(event.account)) continue;
      if (schemas && !schemas.includes(event.schema)) continue;
      const group = groupBy === undefined ? '' : groupValue(groupBy, event, status);
      if (!series.has(group)) fill(group);
      const amount = amountOf(name, event.account, this.#scenario.weight);
      addTo(series, group, labelOf(event[metricsTime]), amount);
    }
    return series;
  }

  /** The events of a range, its start included, its end not. */
  #within(start: number, end: number, field: TimeField): readonly TrueEvent[] {
    const all = this.#sorted[field];
    return all.slice(firstAfter(all, start - 1, field), firstAfter(all, end - 1, field));
  }

  /** Events without an account are of an empty name, or of none. */
  #named(data: readonly DataPoints[]): readonly DataPoints[] {
    if (this.#scenario.nameless === 'empty') return data;
    return data.map((points) => {
      const { groupedBy, ...unnamed } = points;
      return groupedBy?.fieldValue === '' ? unnamed : points;
    });
  }
}

/** The time that the answers are as of. */
function asOfTime({ metricsStaleMinutes, metricsStalledAt }: Generation, now: number): number {
  return Math.min(now - metricsStaleMinutes * MINUTE, metricsStalledAt ?? now);
}

function shownSeries({ groupedBy, timestamps, metricValues }: DataPoints): ShownResult {
  return {
    group: groupedBy?.fieldValue,
    points: timestamps.map((text, index) => [Date.parse(text), metricValues[index] ?? 0]),
  };
}

function pointsIn(data: readonly DataPoints[]): number {
  return data.reduce((sum, { metricValues }) => sum + metricValues.length, 0);
}

function groupValue(groupBy: Grouping, { account, schema }: TrueEvent, status: string): string {
  switch (groupBy) {
    case 'ACCOUNT_ID':
      return account;
    case 'SCHEMA_NAME':
      return schema;
    case 'EVENT_STATUS':
      return stateOf(status);
    case 'RAW_EVENT_STATUS':
      return status;
  }
}
