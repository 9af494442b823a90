import type { Switches } from '../../simulator/behaviour-switches.ts';
import type { SimulatorOptions } from '../../simulator/server.ts';
import { truthOf } from '../../simulator/truth.ts';
import { askMetrics, HOUR, NOW, simulate, sum } from './simulated-togai.ts';

export const TWO_HOURS = { start: NOW - 2 * HOUR, end: NOW };
export const ALL = {
  filters: [
    { fieldName: 'EVENT_STATUS', fieldValues: ['PROCESSED', 'UNPROCESSED', 'IN_PROGRESS'] },
  ],
};

/** Asks with some switches, and for the truth by a time. */
export async function answerWith(
  switches: Partial<Switches>,
  queries: readonly object[] = [ALL],
  range = TWO_HOURS,
  options: Partial<SimulatorOptions> = {},
) {
  const { ask, simulator } = await simulate({ switches, ...options });
  const { status, body } = await askMetrics(ask, range, queries);
  const results = body.results ?? [];
  return {
    status,
    results,
    /** The events of the first query. */
    total: sum(results[0]?.data.flatMap(({ metricValues }) => metricValues) ?? []),
    labels: results[0]?.data[0]?.timestamps,
    truth: (now = NOW, field: 'createdAt' | 'timestamp' = 'createdAt', asked = range) =>
      truthOf(simulator.traffic, asked, field, now),
  };
}

type DataPoints = Awaited<ReturnType<typeof answerWith>>['results'][number]['data'];

/** Numbers by group. */
export const totals = (data: DataPoints | undefined) =>
  new Map(
    data?.map(({ groupedBy, metricValues }) => [groupedBy?.fieldValue, sum(metricValues)] as const),
  );
