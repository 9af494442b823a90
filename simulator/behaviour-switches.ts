import type { TimeField } from './count.ts';
import type { SettledState } from './statuses.ts';

/** How the simulated Togai acts where the documentation of `GET /events` leaves its lists open. */
export interface ListingSwitches {
  /** The time that `start_time` and `end_time` are compared with. With `ignored` every request lists all events. */
  readonly timeFilter: TimeField | 'ignored';
  /** Whether an event at exactly `start_time` or `end_time` is listed. */
  readonly bounds: 'inclusive' | 'exclusive';
  /** The time that the list is ordered by. */
  readonly orderBy: TimeField;
  readonly order: 'newest-first' | 'oldest-first';
}

/** How the simulated Togai acts where the documentation of `POST /metrics` is open, and how it can fail to count. */
export interface MetricsSwitches {
  /** The time that decides about the hour of an event. */
  readonly metricsTime: TimeField;
  /** Whether a range within an hour is counted as it is or as the whole hour. */
  readonly metricsRange: 'exact' | 'widened';
  /** Whether hours start at the full hour (UTC), or at half past, as in the zone of an organisation in India. */
  readonly metricsHours: 'full' | 'half';
  /** Whether an hour without events is left out or has a zero. */
  readonly metricsZeros: 'left-out' | 'filled';
  /** Whether each query has 300 data points, or the whole answer. */
  readonly metricsCut: 'query' | 'answer';
  /** With `ignored` a query that groups is answered with one number for all groups. */
  readonly metricsGrouping: 'honoured' | 'ignored';
  /** With `documented` a filter by a status that no document names is answered with 400. */
  readonly metricsStatuses: 'any' | 'documented';
  /** The state that events of such a status are in. */
  readonly newState: SettledState;
  /** With `refused` each request is answered with 403. */
  readonly metricsAccess: 'granted' | 'refused';
  /** The answers are as of so many minutes ago. */
  readonly metricsStaleMinutes: number;
  /** Epoch ms; from this time on the answers do not change. `undefined`: they always do. */
  readonly metricsStalledAt: number | undefined;
}

/** How the simulated Togai acts where the documentation is open or contradicts itself. */
export interface Switches extends ListingSwitches, MetricsSwitches {
  /** With `refused` a list by `status` is answered with 400; with `raw-refused` only one by a raw status. */
  readonly statusFilter: 'honoured' | 'ignored' | 'refused' | 'raw-refused';
  /** The place of `referenceId`: beside the payload, as in the schema, or in it, as in the examples. */
  readonly referenceId: 'top' | 'payload';
  /** An answer without events is `{"events":[]}` or `{}`. */
  readonly whenEmpty: 'list' | 'absent';
  /** Whether times are written with their zone. */
  readonly zone: 'written' | 'left-out';
}

/** The generations of `GET /events`: by the clients of 2022, and the readings of Togai's documents since 2023. */
export const GENERATIONS = {
  '2022': { timeFilter: 'createdAt', orderBy: 'createdAt', order: 'newest-first' },
  '2024': { timeFilter: 'ignored', orderBy: 'timestamp', order: 'newest-first' },
  '2024-created': { timeFilter: 'ignored', orderBy: 'createdAt', order: 'newest-first' },
  '2024-oldest': { timeFilter: 'ignored', orderBy: 'createdAt', order: 'oldest-first' },
} as const satisfies Readonly<Record<string, Partial<ListingSwitches>>>;

export type Generation = `${keyof typeof GENERATIONS}`;

export const DEFAULT_SWITCHES: Switches = {
  ...GENERATIONS['2022'],
  bounds: 'inclusive',
  metricsTime: 'createdAt',
  metricsRange: 'exact',
  metricsHours: 'full',
  metricsZeros: 'left-out',
  metricsCut: 'query',
  metricsGrouping: 'honoured',
  metricsStatuses: 'any',
  newState: 'UNPROCESSED',
  metricsAccess: 'granted',
  metricsStaleMinutes: 0,
  metricsStalledAt: undefined,
  statusFilter: 'honoured',
  referenceId: 'top',
  whenEmpty: 'list',
  zone: 'written',
};
