import { describe, expect, test } from 'vitest';
import { type Cell, createCounter } from '../../simulator/count.ts';
import type { Scenario } from '../../simulator/scenarios.ts';
import { Traffic } from '../../simulator/traffic.ts';
import { truthOf } from '../../simulator/truth.ts';
import {
  HOUR,
  lastMinutes,
  MINUTE,
  NOT_METERED,
  NOW,
  SECOND,
  scenarioOf,
  simulate,
} from './simulated-togai.ts';

const DAY = 24 * HOUR;
const all = { start: NOW - 2 * DAY, end: NOW + DAY };

describe('GET /events/{event_id}', () => {
  test('shows the steps of the pipeline', async () => {
    const { ask } = await simulate();
    const { body: page } = await ask(`/events?${lastMinutes(30)}&status=${NOT_METERED}`);
    const { body } = await ask(`/events/${page.events[0]?.eventPayload.id}`);
    expect(body.events[0]?.eventPipelineInfo).toMatchObject({ pricePlans: [] });
  });

  test('finds no event for an unknown id', async () => {
    const { ask } = await simulate();
    expect((await ask('/events/never')).body).toEqual({ events: [] });
  });

  test('finds a duplicate and its original', async () => {
    const { ask } = await simulate({ scenario: scenarioOf('busy') });
    const { body: page } = await ask(
      `/events?${lastMinutes(30)}&status=INGESTION_FAILED_DUPLICATE_EVENT`,
    );
    const { body } = await ask(`/events/${page.events[0]?.eventPayload.id}`);
    expect(body.events).toHaveLength(2);
  });
});

/** The events of the last seconds before NOW. */
function arrived(traffic: Traffic, seconds = 3_600, now = NOW) {
  return Array.from({ length: seconds }, (_, second) =>
    traffic.createdIn(NOW / SECOND - seconds + second, now),
  ).flat();
}

const trafficOf = (scenario: Scenario) => new Traffic({ seed: 1, scenario });

describe('events', () => {
  test('come late on any day, and one sender has a fast clock', () => {
    const lags = arrived(trafficOf(scenarioOf('busy')), 60).map(
      ({ createdAt, timestamp }) => createdAt - timestamp,
    );
    expect(Math.max(...lags)).toBeGreaterThan(20 * MINUTE);
    expect(Math.min(...lags)).toBeLessThan(0);
  });

  test.each([
    ['late', 90 * MINUTE],
    ['backdated', 3 * DAY],
    ['of the future', -2 * HOUR],
  ])('can be %s', (_, lagMs) => {
    const scenario = { ...scenarioOf('quiet'), lags: [{ ...all, lagMs, share: 0.1 }] };
    const events = arrived(trafficOf(scenario));
    const hit = events.filter(({ createdAt, timestamp }) => createdAt - timestamp === lagMs);
    expect(hit.length / events.length).toBeCloseTo(0.1, 1);
  });

  test('can begin at a time', () => {
    const begins = NOW - 10 * MINUTE;
    const traffic = trafficOf({ ...scenarioOf('busy'), begins });
    const events = arrived(traffic);
    expect(Math.min(...events.map(({ createdAt }) => createdAt))).toBe(begins);
    const range = { start: NOW - HOUR, end: NOW };
    expect(truthOf(traffic, range, 'createdAt', NOW).total).toBe(events.length);
  });

  test('of one account can be late for a time', () => {
    const lag = {
      start: NOW - HOUR,
      end: NOW - 30 * MINUTE,
      lagMs: HOUR,
      share: 1,
      account: 'acme',
    };
    const events = arrived(trafficOf({ ...scenarioOf('quiet'), lags: [lag] }));
    for (const { accountId, createdAt, timestamp } of events) {
      const isHit = accountId === 'acme' && createdAt < lag.end;
      expect(createdAt - timestamp === HOUR).toBe(isHit);
    }
  });

  test('heal some time after they arrived', () => {
    const [incident] = scenarioOf('incident').incidents;
    if (!incident) throw new Error('no incident');
    const scenario = {
      ...scenarioOf('incident'),
      incidents: [{ ...incident, healsAfterMs: 30 * MINUTE }],
    };
    const traffic = trafficOf(scenario);
    const range = { start: NOW - 35 * MINUTE, end: NOW - 15 * MINUTE };
    const lostAt = (now: number) =>
      truthOf(traffic, range, 'createdAt', now).byAccount.get('acme')?.get(NOT_METERED) ?? 0;
    expect(lostAt(NOW)).toBeGreaterThan(lostAt(NOW + 10 * MINUTE));
    expect(lostAt(NOW + 10 * MINUTE)).toBeGreaterThan(0);
    expect(lostAt(NOW + HOUR)).toBeLessThan(3);
  });

  test('of all these kinds are in the scenario late', () => {
    const events = arrived(trafficOf(scenarioOf('late')));
    for (const lagMs of [45 * MINUTE, 3 * DAY, -HOUR]) {
      const hit = events.filter(({ createdAt, timestamp }) => createdAt - timestamp === lagMs);
      expect(hit.length).toBeGreaterThan(0);
    }
  });

  test('heal in the scenario healing, and not in the scenario incident', () => {
    const range = { start: NOW - 34 * MINUTE, end: NOW - 26 * MINUTE };
    const lost = ['incident', 'healing'].map((name) => {
      const { byAccount } = truthOf(trafficOf(scenarioOf(name)), range, 'createdAt', NOW);
      return byAccount.get('acme')?.get(NOT_METERED) ?? 0;
    });
    expect(lost[0]).toBeGreaterThan(20);
    expect(lost[1]).toBeLessThan(3);
  });
});

describe('the truth', () => {
  const odd: Scenario = {
    ...scenarioOf('busy'),
    incidents: [
      {
        start: NOW - 12 * MINUTE - 333,
        end: NOW - 2 * MINUTE + 10,
        status: NOT_METERED,
        statusDescription: 'no plan',
        account: 'acme',
        share: 0.5,
        healsAfterMs: 11 * MINUTE + 77,
      },
    ],
    backlogs: [{ start: NOW - 9 * MINUTE, end: NOW - 7 * MINUTE - 1, settleMs: 8 * MINUTE }],
    lags: [
      { ...all, lagMs: 2 * MINUTE, share: 0.1, schema: 'api_call' },
      { start: NOW - 5 * MINUTE, end: NOW - 4 * MINUTE, lagMs: -3 * MINUTE, share: 0.2 },
    ],
  };

  test.each([
    ['few', 2, 'createdAt'],
    ['few', 2, 'timestamp'],
    ['many', 60, 'createdAt'],
    ['many', 60, 'timestamp'],
  ] as const)('counts each of %s events (%d a second) once, by %s', (_, eventsPerSecond, field) => {
    const traffic = trafficOf({ ...odd, eventsPerSecond });
    const now = NOW - 1_234;
    const range = { start: NOW - 13 * MINUTE - 5_678, end: NOW + MINUTE };
    // An event of the range arrived three minutes before its time at the earliest.
    const oneByOne = arrived(traffic, 17 * 60, now).filter(
      (event) => event[field] >= range.start && event[field] < range.end,
    );
    expect(countsOf(createCounter(traffic, now)(range, field))).toEqual(countsOf(oneByOne));
  });
});

/** @param cells each counts as one event, unless it says how many */
function countsOf(cells: readonly (Omit<Cell, 'events'> & { readonly events?: number })[]) {
  const counts = new Map<string, number>();
  for (const { accountId, schemaName, status, events = 1 } of cells) {
    const key = `${accountId} ${schemaName} ${status}`;
    counts.set(key, (counts.get(key) ?? 0) + events);
  }
  return counts;
}
