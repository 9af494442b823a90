import { expect, onTestFinished, test } from 'vitest';
import { GENERATIONS } from '../../simulator/behaviour-switches.ts';
import { startSimulator } from '../../simulator/server.ts';
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

test('at ten thousand events a second, the limits of metrics hold', async () => {
  const { ask } = await simulate({ scenario: scenarioOf('flood') });
  const day = { start: NOW - 24 * HOUR, end: NOW };
  const byAccount = { groupBy: 'ACCOUNT_ID' };
  const { body } = await askMetrics(ask, day, Array(5).fill(byAccount));
  for (const { data } of body.results) {
    expect(sum(data.map(({ metricValues }) => metricValues.length))).toBe(300);
  }
  expect((await askMetrics(ask, day, Array(6).fill(byAccount))).status).toBe(400);
});

test.each(['/events', '/metrics'])(
  'at ten thousand events a second, %s is answered ten times a second, and only with the token',
  async (path) => {
    const simulator = await startSimulator({ scenario: scenarioOf('flood'), now: () => NOW });
    onTestFinished(() => simulator.close());
    const ask = (authorization: string) =>
      fetch(simulator.url + path, {
        method: path === '/events' ? 'GET' : 'POST',
        headers: { authorization },
      });
    // Makes the events' traits, so that the requests come within one second.
    truthOf(simulator.traffic, { start: NOW - MINUTE, end: NOW }, 'createdAt', NOW);
    const right = `Bearer ${simulator.token}`;
    const answers = await Promise.all(Array.from({ length: 14 }, () => ask(right)));
    const admitted = answers.filter(({ status }) => status !== 429);
    expect(admitted).toHaveLength(10);
    expect((await ask('Bearer wrong')).status).toBe(401);
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

test.each(Object.entries(GENERATIONS))(
  'at an event an hour, a page of generation %s goes back by two days, in the order of the list',
  async (_, switches) => {
    const scenario = { ...scenarioOf('late'), eventsPerSecond: 1 / 3_600 };
    const { ask, simulator } = await simulate({ scenario, switches });
    const { events, nextToken } = (await ask('/events')).body;
    const seconds = Array.from({ length: 48 * 3_600 }, (_, index) => NOW / SECOND - 1 - index);
    const created = seconds.flatMap((second) => simulator.traffic.createdIn(second, NOW));
    const { orderBy, order } = switches;
    const sorted = created.sort(
      (a, b) => (b[orderBy] - a[orderBy]) * (order === 'newest-first' ? 1 : -1),
    );
    expect(sorted.length).toBeGreaterThan(35);
    expect(events.map(({ referenceId }) => referenceId)).toEqual(
      sorted.slice(0, 50).map(({ referenceId }) => referenceId),
    );
    expect(nextToken === null).toBe(sorted.length <= 50);
  },
);
