import { addTo, type DataPoints, dataPointsOf, type Series } from '../../simulator/data-points.ts';
import type { MetricQuery, MetricsRequest } from '../../simulator/metrics-request.ts';
import { isAskedFor, stateOf } from '../../simulator/statuses.ts';
import type { ShownGroupings } from '../history.ts';
import type { Grouping, Scenario } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import type { Faults } from './faults.ts';
import { readMetricsPost } from './metrics-request.ts';
import { firstAfter } from './togai-events.ts';

export const NOTHING_SHOWN: ShownGroupings = { refused: [], named: [], unnamed: [] };

interface MetricsReply {
  readonly status: 200 | 400;
  readonly body: unknown;
  readonly groups: ShownGroupings;
}

/**
 * `POST /metrics`: counts events by the hour of their `createdAt`, with their statuses at the moment of the answer. It is
 * as strict as the published API.
 */
export class TogaiMetrics {
  readonly #scenario: Scenario;
  /** Oldest first by `createdAt`. */
  readonly #events: readonly TrueEvent[];
  readonly #faults: Faults;

  constructor(scenario: Scenario, events: readonly TrueEvent[], faults: Faults) {
    this.#scenario = scenario;
    this.#events = events;
    this.#faults = faults;
  }

  reply(post: string | undefined, now: number): MetricsReply {
    const asked = readMetricsPost(post);
    if ('problem' in asked) {
      return { status: 400, body: { message: asked.problem }, groups: NOTHING_SHOWN };
    }
    return this.#reply(asked, now);
  }

  #reply({ range, queries }: MetricsRequest, now: number): MetricsReply {
    const faults = this.#faults;
    const asked = new Set(queries.map(({ groupBy }) => groupBy));
    const refused = faults.active('grouping-refused', now)?.by;
    if (refused !== undefined && asked.has(refused)) {
      faults.count('grouping-refused');
      const groups = { ...NOTHING_SHOWN, refused: [refused] };
      return { status: 400, body: { message: `groupBy ${refused}` }, groups };
    }
    const ignored = faults.active('grouping-ignored', now)?.by;
    const events = this.#within(range.start, range.end);
    const named = new Set<Grouping>();
    const unnamed = new Set<Grouping>();
    const results = queries.map((query) => {
      const isIgnored = ignored !== undefined && query.groupBy === ignored;
      const answered = isIgnored ? { ...query, groupBy: undefined } : query;
      const data = count(answered, events, this.#scenario.nameless, now);
      if (isIgnored && data.length > 0) faults.count('grouping-ignored');
      if (query.groupBy && data.length > 0) {
        (data.some(({ groupedBy }) => groupedBy) ? named : unnamed).add(query.groupBy);
      }
      return { id: query.id, name: 'EVENTS', data };
    });
    if (faults.strikes('result-missing', now)) results.splice(now % results.length, 1);
    const groups = { refused: [], named: [...named], unnamed: [...unnamed] };
    return { status: 200, body: { results }, groups };
  }

  /** The events of a range, its start included, its end not. */
  #within(start: number, end: number): readonly TrueEvent[] {
    const all = this.#events;
    return all.slice(
      firstAfter(all, start - 1, 'createdAt'),
      firstAfter(all, end - 1, 'createdAt'),
    );
  }
}

function count(
  { groupBy, periodMs, statuses, accounts, schemas }: MetricQuery,
  events: readonly TrueEvent[],
  nameless: Scenario['nameless'],
  now: number,
): DataPoints[] {
  const series: Series = new Map();
  for (const event of events) {
    const status = statusAt(event, now);
    if (status === undefined || !isAskedFor(status, statuses)) continue;
    if (accounts && !accounts.includes(event.account)) continue;
    if (schemas && !schemas.includes(event.schema)) continue;
    const group = groupBy === undefined ? '' : groupValue(groupBy, event, status);
    addTo(series, group, Math.floor(event.createdAt / periodMs) * periodMs, 1);
  }
  const isLeftOut = (value = '') => value === '' && nameless === 'left out';
  return dataPointsOf(series, groupBy).map((points) => {
    const { groupedBy, ...unnamed } = points;
    return isLeftOut(groupedBy?.fieldValue) ? unnamed : points;
  });
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
