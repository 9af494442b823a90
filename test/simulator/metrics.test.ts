import { describe, expect, test } from 'vitest';
import type { SimulatorOptions } from '../../simulator/server.ts';
import type { Switches } from '../../simulator/switches.ts';
import { truthOf } from '../../simulator/truth.ts';
import { askMetrics, HOUR, NOW, simulate, sum } from './simulated-togai.ts';

const TWO_HOURS = { start: NOW - 2 * HOUR, end: NOW };
const ALL = {
  filters: [
    { fieldName: 'EVENT_STATUS', fieldValues: ['PROCESSED', 'UNPROCESSED', 'IN_PROGRESS'] },
  ],
};

/** Asks with some switches, and for the truth by a time. */
async function answerWith(
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

describe('POST /metrics', () => {
  test('counts the events of /events by raw status', async () => {
    const { results, truth } = await answerWith({}, [{ groupBy: 'RAW_EVENT_STATUS', ...ALL }]);
    const counted = results[0]?.data.map(
      ({ groupedBy, metricValues }) => [groupedBy?.fieldValue, sum(metricValues)] as const,
    );
    expect(new Map(counted)).toEqual(truth().byStatus);
  });

  test('leaves out events in progress unless the filter names them', async () => {
    const { total, truth } = await answerWith({}, [{}]);
    const inProgress = truth().byStatus.get('INGESTION_IN_PROGRESS') ?? 0;
    expect(inProgress).toBeGreaterThan(0);
    expect(total).toBe(truth().total - inProgress);
  });

  test('gives a point for each hour', async () => {
    const { labels } = await answerWith({});
    expect(labels).toEqual(['2026-11-18T10:00:00.000Z', '2026-11-18T11:00:00.000Z']);
  });

  test('filters by accounts and a schema', async () => {
    const { total, truth } = await answerWith({}, [
      {
        filters: [
          ...ALL.filters,
          { fieldName: 'ACCOUNT_ID', fieldValues: ['acme', 'hooli'] },
          { fieldName: 'SCHEMA_NAME', fieldValues: ['api_call'] },
        ],
      },
    ]);
    const { byAccount } = truth();
    const ofBoth = ['acme', 'hooli'].flatMap((name) => [...(byAccount.get(name)?.values() ?? [])]);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThan(sum(ofBoth) / 2);
  });

  test.each([['more than five queries', [{}, {}, {}, {}, {}, {}]]])(
    'refuses %s',
    async (_, queries) => {
      expect((await answerWith({}, queries)).status).toBe(400);
    },
  );
});
