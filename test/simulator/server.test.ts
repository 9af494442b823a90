import { describe, expect, onTestFinished, test } from 'vitest';
import { scenarios } from '../../simulator/scenario.ts';
import { type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import { truthOf } from '../../simulator/truth.ts';

const NOW = Date.UTC(2026, 10, 18, 12);
const MINUTE = 60_000;

/** The fields of all answers that the tests look at. */
interface AnswerBody {
  readonly events: {
    readonly referenceId: string;
    readonly eventPayload: { readonly id: string };
    readonly ingestionStatus: { readonly status: string };
    readonly eventPipelineInfo: unknown;
  }[];
  readonly nextToken: string;
  readonly results: {
    readonly data: {
      readonly groupedBy: { readonly fieldValue: string };
      readonly timestamps: string[];
      readonly metricValues: number[];
    }[];
  }[];
}

async function simulate(options: Partial<SimulatorOptions> = {}) {
  const scenario = scenarios(NOW - 9.75 * 60 * MINUTE).incident;
  if (!scenario) throw new Error('no such scenario');
  const simulator = await startSimulator({ scenario, now: () => NOW, quota: 1e6, ...options });
  onTestFinished(() => simulator.close());
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${simulator.token}` };
    const response = await fetch(simulator.url + path, { headers, ...init });
    const body = (await response.json()) as AnswerBody;
    return { status: response.status, headers: response.headers, body };
  };
  return { simulator, ask };
}

const lastMinutes = (minutes: number) => `start_time=${NOW - minutes * MINUTE}&end_time=${NOW}`;

test('the same seed makes the same events, and another seed makes other events', async () => {
  const page = async (seed: number) =>
    (await (await simulate({ seed })).ask(`/events?${lastMinutes(5)}`)).body;
  const [first, again, other] = [await page(1), await page(1), await page(2)];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

describe('GET /events', () => {
  test('gives pages of fifty at most, and a token for the next', async () => {
    const { ask } = await simulate();
    const { body } = await ask(`/events?${lastMinutes(30)}`);
    expect(body.events).toHaveLength(50);
    const next = await ask(
      `/events?${lastMinutes(30)}&nextToken=${encodeURIComponent(body.nextToken)}`,
    );
    expect(next.body.events[0]?.referenceId).not.toBe(body.events[0]?.referenceId);
  });

  test('filters by status, account and schema', async () => {
    const { ask } = await simulate();
    const status = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
    const { body } = await ask(
      `/events?${lastMinutes(30)}&status=${status}&account_id=acme&schema_name=api_call`,
    );
    expect(body.events.length).toBeGreaterThan(0);
    for (const event of body.events) {
      expect(event.ingestionStatus.status).toBe(status);
      expect(event.eventPayload).toMatchObject({ accountId: 'acme', schemaName: 'api_call' });
    }
  });

  test.each([
    ['a page size of 51', 'pageSize=51'],
    ['a page size of 0', 'pageSize=0'],
    ['a time that is no number', 'start_time=yesterday'],
    ['a token of somebody else', 'nextToken=abc'],
  ])('refuses %s', async (_, query) => {
    const { ask } = await simulate();
    expect((await ask(`/events?${query}`)).status).toBe(400);
  });

  test('shows an event in progress until it has settled', async () => {
    let now = NOW;
    const { ask, simulator } = await simulate({ now: () => now });
    const status = async () => {
      const [event] = simulator.traffic.createdIn(NOW / 1_000 - 1, NOW - 1);
      if (!event) throw new Error('that second is empty; choose another one');
      const { body } = await ask(`/events/${event.id}`);
      return body.events[0]?.ingestionStatus.status;
    };
    expect(await status()).toBe('INGESTION_IN_PROGRESS');
    now += 15 * MINUTE;
    expect(await status()).not.toBe('INGESTION_IN_PROGRESS');
  });

  test('has events that come late, and events whose sender’s clock is fast', async () => {
    const { simulator } = await simulate({ scenario: scenarios(NOW).busy as never });
    const lags = Array.from({ length: 60 }, (_, second) =>
      simulator.traffic.createdIn(NOW / 1_000 - 60 + second, NOW),
    )
      .flat()
      .map(({ createdAt, timestamp }) => createdAt - timestamp);
    expect(Math.max(...lags)).toBeGreaterThan(20 * MINUTE);
    expect(Math.min(...lags)).toBeLessThan(0);
  });
});

describe('GET /events/{event_id}', () => {
  test('shows the steps of the pipeline', async () => {
    const { ask } = await simulate();
    const { body: page } = await ask(
      `/events?${lastMinutes(30)}&status=INGESTION_COMPLETED_EVENT_NOT_METERED`,
    );
    const { body } = await ask(`/events/${page.events[0]?.eventPayload.id}`);
    expect(body.events[0]?.eventPipelineInfo).toMatchObject({ pricePlans: [] });
  });

  test('finds no event for an unknown id', async () => {
    const { ask } = await simulate();
    expect((await ask('/events/never')).body).toEqual({ events: [] });
  });
});

describe('POST /metrics', () => {
  const ask = async (queries: readonly object[]) => {
    const { ask, simulator } = await simulate({ now: () => NOW });
    const window = { start: NOW - 2 * 60 * MINUTE, end: NOW };
    const answer = await ask('/metrics', {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.token}` },
      body: JSON.stringify({
        startTime: new Date(window.start).toISOString(),
        endTime: new Date(window.end).toISOString(),
        metricQueries: queries.map((query, index) => ({
          id: `q${index}`,
          name: 'EVENTS',
          aggregationPeriod: 'HOUR',
          ...query,
        })),
      }),
    });
    return { ...answer, truth: truthOf(simulator.traffic, window, 'createdAt', NOW) };
  };
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

  test('counts the events of /events by raw status', async () => {
    const { body, truth } = await ask([
      {
        groupBy: 'RAW_EVENT_STATUS',
        filters: [
          { fieldName: 'EVENT_STATUS', fieldValues: ['PROCESSED', 'UNPROCESSED', 'IN_PROGRESS'] },
        ],
      },
    ]);
    const counted = body.results[0]?.data.map(
      ({ groupedBy, metricValues }) => [groupedBy.fieldValue, sum(metricValues)] as const,
    );
    expect(new Map(counted)).toEqual(truth.byStatus);
  });

  test('leaves out events in progress unless the filter names them', async () => {
    const { body, truth } = await ask([{}]);
    const inProgress = truth.byStatus.get('INGESTION_IN_PROGRESS') ?? 0;
    expect(inProgress).toBeGreaterThan(0);
    expect(sum(body.results[0]?.data[0]?.metricValues ?? [])).toBe(truth.total - inProgress);
  });

  test('gives a point for each hour', async () => {
    const { body } = await ask([{}]);
    expect(body.results[0]?.data[0]?.timestamps).toEqual([
      '2026-11-18T10:00:00.000Z',
      '2026-11-18T11:00:00.000Z',
    ]);
  });

  test('refuses more than five queries', async () => {
    expect((await ask([{}, {}, {}, {}, {}, {}])).status).toBe(400);
  });
});

describe('every request', () => {
  test('is answered with 401 for a wrong token, and with 403 after five of them, even for the right one', async () => {
    const { ask } = await simulate();
    const headers = { authorization: 'Bearer wrong' };
    const statuses = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      statuses.push((await ask('/events', { headers })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 403]);
    expect((await ask('/events')).status).toBe(403);
  });

  test('is answered with 429 and Retry-After beyond the quota', async () => {
    const { ask } = await simulate({ quota: 3 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('/events?pageSize=1')));
    const throttled = answers.filter(({ status }) => status === 429);
    expect(throttled).toHaveLength(2);
    expect(throttled[0]?.headers.get('retry-after')).toBe('1');
  });

  test('is answered with 404 for an unknown path', async () => {
    const { ask } = await simulate();
    expect((await ask('/invoices')).status).toBe(404);
  });
});

test('a day of ten million events can be listed from any time, and is not kept in memory', async () => {
  const { ask } = await simulate({ scenario: scenarios(NOW).busy as never });
  const before = process.memoryUsage().heapUsed;
  for (let hour = 0; hour < 24; hour++) {
    const start = NOW - hour * 60 * MINUTE - MINUTE;
    const { body } = await ask(`/events?start_time=${start}&end_time=${start + MINUTE}`);
    expect(body.events).toHaveLength(50);
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
});
