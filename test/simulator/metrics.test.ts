import { describe, expect, test } from 'vitest';
import { KNOWN_STATUSES } from '../../functions/monitor/events/status-groups.ts';
import { ALL, answerWith, TWO_HOURS, totals } from './metrics-answers.ts';
import {
  askMetrics,
  HOUR,
  MINUTE,
  NOT_METERED,
  NOW,
  scenarioOf,
  simulate,
  sum,
} from './simulated-togai.ts';

const PARKED = 'INGESTION_COMPLETED_EVENT_PARKED';

describe('POST /metrics', () => {
  test('counts the events of /events by raw status', async () => {
    const { results, truth } = await answerWith({}, [{ groupBy: 'RAW_EVENT_STATUS', ...ALL }]);
    expect(totals(results[0]?.data)).toEqual(truth().byStatus);
  });

  test('leaves out events in progress unless the filter names them', async () => {
    const { total, truth } = await answerWith({}, [{}]);
    const inProgress = truth().byStatus.get('INGESTION_IN_PROGRESS') ?? 0;
    expect(inProgress).toBeGreaterThan(0);
    expect(total).toBe(truth().total - inProgress);
  });

  test.each(['UNPROCESSED', 'PROCESSED'] as const)(
    'counts an event once that a filter names by its status and by its state, a new one in %s',
    async (newState) => {
      const fieldValues = ['PROCESSED', 'UNPROCESSED', 'IN_PROGRESS', ...KNOWN_STATUSES];
      const { results, truth } = await answerWith(
        { newState },
        [
          { groupBy: 'RAW_EVENT_STATUS', filters: [{ fieldName: 'EVENT_STATUS', fieldValues }] },
          { filters: [{ fieldName: 'EVENT_STATUS', fieldValues: [newState, PARKED] }] },
          { filters: [{ fieldName: 'EVENT_STATUS', fieldValues: [newState] }] },
        ],
        TWO_HOURS,
        { scenario: scenarioOf('parked') },
      );
      const [byStatus, named, byState] = results.map(({ data }) => data);
      expect(truth().byStatus.get(PARKED)).toBeGreaterThan(100);
      expect(totals(byStatus)).toEqual(truth().byStatus);
      expect(totals(named)).toEqual(totals(byState));
    },
  );

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

  test.each([
    ['more than five queries', [{}, {}, {}, {}, {}, {}]],
    ['an id that is there twice', [{ id: 'a' }, { id: 'a' }]],
    ['an empty filter', [{ filters: [{ fieldName: 'ACCOUNT_ID', fieldValues: [] }] }]],
    ['two schemas', [{ filters: [{ fieldName: 'SCHEMA_NAME', fieldValues: ['a', 'b'] }] }]],
    ['a field that is not documented', [{ limit: 5 }]],
  ])('refuses %s', async (_, queries) => {
    expect((await answerWith({}, queries)).status).toBe(400);
  });

  test('refuses a range without a length', async () => {
    expect((await answerWith({}, [{}], { start: NOW, end: NOW })).status).toBe(400);
  });
});

describe('POST /metrics may', () => {
  test('count by the time of the sender', async () => {
    const { total, truth } = await answerWith({ metricsTime: 'timestamp' });
    expect(total).toBe(truth(NOW, 'timestamp').total);
    expect(total).not.toBe(truth().total);
  });

  test.each([
    ['exact', { start: NOW - 80 * MINUTE, end: NOW - 70 * MINUTE }],
    ['widened', { start: NOW - 2 * HOUR, end: NOW - HOUR }],
  ] as const)('count a range within an hour: %s', async (metricsRange, counted) => {
    const asked = { start: NOW - 80 * MINUTE, end: NOW - 70 * MINUTE };
    const { total, labels, truth } = await answerWith({ metricsRange }, [ALL], asked);
    expect(total).toBe(truth(NOW, 'createdAt', counted).total);
    expect(labels).toEqual(['2026-11-18T10:00:00.000Z']);
  });

  test('label hours at half past, as in a zone of half an hour', async () => {
    const { total, labels, truth } = await answerWith({ metricsHours: 'half' });
    expect(labels).toEqual([
      '2026-11-18T09:30:00.000Z',
      '2026-11-18T10:30:00.000Z',
      '2026-11-18T11:30:00.000Z',
    ]);
    expect(total).toBe(truth().total);
  });

  test.each([
    ['left-out', [], undefined],
    ['filled', [0, 0], [0, 0]],
  ] as const)('have an hour without events %s', async (metricsZeros, nobody, tomorrow) => {
    const none = { filters: [{ fieldName: 'ACCOUNT_ID', fieldValues: ['nobody'] }] };
    const { results } = await answerWith({ metricsZeros }, [none]);
    expect(results[0]?.data.flatMap(({ metricValues }) => metricValues)).toEqual(nobody);
    const ahead = { start: NOW + 5 * HOUR, end: NOW + 7 * HOUR };
    const { results: later } = await answerWith({ metricsZeros }, [{}], ahead);
    expect(later[0]?.data[0]?.metricValues).toEqual(tomorrow);
  });

  test('fill the hours of each group with zeros', async () => {
    const query = {
      groupBy: 'ACCOUNT_ID',
      filters: [{ fieldName: 'EVENT_STATUS', fieldValues: [NOT_METERED] }],
    };
    const { results } = await answerWith({ metricsZeros: 'filled' }, [query]);
    for (const { timestamps } of results[0]?.data ?? []) expect(timestamps).toHaveLength(2);
    expect(results[0]?.data.some(({ metricValues }) => metricValues.includes(0))).toBe(true);
  });

  test.each([
    ['query', [300, 300]],
    ['answer', [300, 0]],
  ] as const)('cut at 300 points for the whole %s', async (metricsCut, expected) => {
    const day = { start: NOW - 24 * HOUR, end: NOW };
    const query = { groupBy: 'ACCOUNT_ID' };
    const { results } = await answerWith({ metricsCut }, [query, query], day);
    const points = results.map(
      ({ data }) => data.flatMap(({ metricValues }) => metricValues).length,
    );
    expect(points).toEqual(expected);
  });

  test('be stale: as of some minutes ago', async () => {
    const { total, truth } = await answerWith({ metricsStaleMinutes: 20 });
    expect(total).toBe(truth(NOW - 20 * MINUTE).total);
    expect(total).toBeLessThan(truth().total);
  });

  test('be stalled: frozen at a moment', async () => {
    const moment = NOW - 15 * MINUTE;
    let now = moment - MINUTE;
    const { ask } = await simulate({
      switches: { metricsStalledAt: moment },
      now: () => now,
    });
    const answer = async () => (await askMetrics(ask, TWO_HOURS, [ALL])).body;
    const before = await answer();
    now = moment;
    const frozen = await answer();
    now = NOW;
    expect(await answer()).toEqual(frozen);
    expect(frozen).not.toEqual(before);
  });

  test('be refused with 403', async () => {
    expect((await answerWith({ metricsAccess: 'refused' })).status).toBe(403);
  });

  test('refuse a filter by a status that no document names', async () => {
    const refusing = (name: string) =>
      answerWith({ metricsStatuses: 'documented' }, [
        { filters: [{ fieldName: 'EVENT_STATUS', fieldValues: ['PROCESSED', name] }] },
      ]);
    expect((await refusing(NOT_METERED)).status).toBe(200);
    expect((await refusing(PARKED)).status).toBe(400);
  });

  test('ignore the grouping', async () => {
    const query = { groupBy: 'ACCOUNT_ID', ...ALL };
    const { results, total, truth } = await answerWith({ metricsGrouping: 'ignored' }, [query]);
    expect(results[0]?.data).toHaveLength(1);
    expect(results[0]?.data[0]?.groupedBy).toBeUndefined();
    expect(total).toBe(truth().total);
  });
});
