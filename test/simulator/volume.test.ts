import { expect, test } from 'vitest';
import { GENERATIONS } from '../../simulator/switches.ts';
import { truthOf } from '../../simulator/truth.ts';
import {
  askMetrics,
  HOUR,
  MINUTE,
  NOT_METERED,
  NOW,
  SECOND,
  scenarioOf,
  simulate,
  sum,
} from './simulated-togai.ts';

test('a day of ten million events can be listed from any time, and is not kept in memory', async () => {
  const { ask } = await simulate({ scenario: scenarioOf('busy') });
  const before = process.memoryUsage().heapUsed;
  for (let hour = 0; hour < 24; hour++) {
    const start = NOW - hour * 60 * MINUTE - MINUTE;
    const { body } = await ask(`/events?start_time=${start}&end_time=${start + MINUTE}`);
    expect(body.events).toHaveLength(50);
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
});

test('at ten thousand events a second, metrics agree with the events of a second', async () => {
  const { ask, simulator } = await simulate({ scenario: scenarioOf('flood') });
  const start = NOW - 3 * MINUTE;
  const range = { start, end: start + SECOND };
  const events = simulator.traffic.createdIn(start / SECOND, NOW);
  const { body } = await askMetrics(ask, range, [
    { filters: [{ fieldName: 'EVENT_STATUS', fieldValues: [NOT_METERED] }] },
  ]);
  expect(sum(body.results[0]?.data[0]?.metricValues ?? [])).toBe(
    events.filter(({ status }) => status === NOT_METERED).length,
  );
  expect(truthOf(simulator.traffic, range, 'createdAt', NOW).total).toBe(events.length);
  expect(events.length).toBeGreaterThan(10_000);
});

test.each(['createdAt', 'timestamp'] as const)(
  'at ten thousand events a second, metrics of a day by %s make none of its events',
  async (metricsTime) => {
    const { ask } = await simulate({ scenario: scenarioOf('flood'), switches: { metricsTime } });
    const { body } = await askMetrics(ask, { start: NOW - 24 * HOUR, end: NOW }, [{}]);
    expect(sum(body.results[0]?.data[0]?.metricValues ?? [])).toBeGreaterThan(800e6);
  },
);

test.each(Object.entries(GENERATIONS))(
  'at ten thousand events a second, generation %s lists any status',
  async (_, switches) => {
    const { ask } = await simulate({ scenario: scenarioOf('flood'), switches });
    const listed = async (query: string) => (await ask(`/events?${query}`)).body.events.length;
    expect(await listed('')).toBe(50);
    expect(await listed('status=INGESTION_COMPLETED_NO_MATCHING_METERS')).toBe(50);
    expect(await listed('status=INGESTION_FAILED_SCHEMA_NOT_DEFINED')).toBe(0);
  },
);
