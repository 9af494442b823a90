import type { ShownGroupings } from '../history.ts';
import { type Grouping, HOUR, type Scenario } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import type { Faults } from './faults.ts';
import {
  BadRequest,
  type MetricsRequest,
  type Query,
  readMetricsRequest,
} from './metrics-request.ts';
import { firstAfter } from './togai-events.ts';

const MAX_POINTS = 300;

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
    try {
      return this.#reply(readMetricsRequest(post), now);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      return { status: 400, body: { message: error.message }, groups: NOTHING_SHOWN };
    }
  }

  #reply({ start, end, queries }: MetricsRequest, now: number): MetricsReply {
    const faults = this.#faults;
    const asked = new Set(queries.map(({ groupBy }) => groupBy));
    const refused = faults.active('grouping-refused', now)?.by;
    if (refused !== undefined && asked.has(refused)) {
      faults.count('grouping-refused');
      const groups = { ...NOTHING_SHOWN, refused: [refused] };
      return { status: 400, body: { message: `groupBy ${refused}` }, groups };
    }
    const ignored = faults.active('grouping-ignored', now)?.by;
    const events = this.#within(start, end);
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
  { groupBy, statuses, accounts }: Query,
  events: readonly TrueEvent[],
  nameless: Scenario['nameless'],
  now: number,
) {
  const series = new Map<string, Map<number, number>>();
  for (const event of events) {
    const status = statusAt(event, now);
    if (status === undefined || !isAskedFor(status, statuses)) continue;
    if (accounts && !accounts.includes(event.account)) continue;
    const group = groupBy === undefined ? '' : groupValue(groupBy, event, status);
    const points = series.get(group) ?? new Map<number, number>();
    const hour = Math.floor(event.createdAt / HOUR) * HOUR;
    points.set(hour, (points.get(hour) ?? 0) + 1);
    series.set(group, points);
  }
  const isLeftOut = (value: string) => value === '' && nameless === 'left out';
  let left = MAX_POINTS;
  return [...series].flatMap(([fieldValue, all]) => {
    const points = [...all].slice(0, left);
    left -= points.length;
    if (points.length === 0) return [];
    return [
      {
        groupedBy:
          groupBy && !isLeftOut(fieldValue) ? { fieldName: groupBy, fieldValue } : undefined,
        timestamps: points.map(([hour]) => new Date(hour).toISOString()),
        metricValues: points.map(([, value]) => value),
      },
    ];
  });
}

function groupValue(groupBy: Grouping, { account, schema }: TrueEvent, status: string): string {
  if (groupBy === 'ACCOUNT_ID') return account;
  return groupBy === 'SCHEMA_NAME' ? schema : status;
}

function isAskedFor(status: string, statuses: readonly string[]): boolean {
  return statuses.includes(status) || statuses.includes(stateOf(status));
}

/** The state that Togai metrics filter by. */
function stateOf(status: string): string {
  if (status === 'INGESTION_IN_PROGRESS') return 'IN_PROGRESS';
  return status === 'INGESTION_COMPLETED_EVENT_METERED' ? 'PROCESSED' : 'UNPROCESSED';
}
