import type { ListingSwitches, MetricsSwitches } from '../../simulator/behaviour-switches.ts';

/** How the simulated Togai answers for a time: the open questions of its documents, each decided. */
export type Generation = Omit<ListingSwitches, 'bounds'> & MetricsSwitches;

/** Lists as in the clients of 2022, and metrics without oddities. */
export const FIRST_GENERATION: Generation = {
  timeFilter: 'createdAt',
  orderBy: 'createdAt',
  order: 'newest-first',
  metricsTime: 'createdAt',
  metricsRange: 'exact',
  metricsHours: 'full',
  metricsZeros: 'left-out',
  metricsCut: 'query',
  metricsStatuses: 'any',
  newState: 'UNPROCESSED',
  metricsGrouping: 'honoured',
  metricsAccess: 'granted',
  metricsStaleMinutes: 0,
  metricsStalledAt: undefined,
};
