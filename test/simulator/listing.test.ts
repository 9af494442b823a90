import { describe, expect, test } from 'vitest';
import { GENERATIONS, type Generation } from '../../simulator/behaviour-switches.ts';
import { isAskedFor } from '../../simulator/statuses.ts';
import {
  type ListedEvent,
  lastMinutes,
  listAll,
  MINUTE,
  NOT_METERED,
  NOW,
  scenarioOf,
  simulate,
} from './simulated-togai.ts';

describe('GET /events', () => {
  test('gives pages of fifty at most, and a token for the next', async () => {
    const { ask } = await simulate();
    const { body } = await ask(`/events?${lastMinutes(30)}`);
    expect(body.events).toHaveLength(50);
    const next = await ask(
      `/events?${lastMinutes(30)}&nextToken=${encodeURIComponent(body.nextToken ?? '')}`,
    );
    expect(next.body.events[0]?.referenceId).not.toBe(body.events[0]?.referenceId);
  });

  test('filters by status, account and schema', async () => {
    const { ask } = await simulate();
    const { body } = await ask(
      `/events?${lastMinutes(30)}&status=${NOT_METERED}&account_id=acme&schema_name=api_call`,
    );
    expect(body.events.length).toBeGreaterThan(0);
    for (const event of body.events) {
      expect(event.ingestionStatus.status).toBe(NOT_METERED);
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

  test('goes on after the last event of a page, even if events have come or settled since', async () => {
    let now = NOW;
    const { ask } = await simulate({ now: () => now });
    const query = 'status=IN_PROGRESS&pageSize=3';
    const { body: first } = await ask(`/events?${query}`);
    now += 20_000;
    const { body: second } = await ask(
      `/events?${query}&nextToken=${encodeURIComponent(first.nextToken ?? '')}`,
    );
    const oldestOfFirst = Math.min(...first.events.map(createdAt));
    expect(first.events).toHaveLength(3);
    for (const event of second.events) expect(createdAt(event)).toBeLessThan(oldestOfFirst);
  });
});

const createdAt = (event: ListedEvent) => Date.parse(event.createdAt);
const timestamp = ({ eventPayload }: ListedEvent) => Date.parse(eventPayload.timestamp);
const newestFirst = (times: readonly number[]) => [...times].sort((a, b) => b - a);

describe('a generation of the API', () => {
  const listOf = async (generation: Generation, query: string) => {
    const { ask } = await simulate({ switches: GENERATIONS[generation] });
    return (await ask(`/events?${query}`)).body.events;
  };
  /** A range that ended an hour ago. */
  const PAST = `start_time=${NOW - 70 * MINUTE}&end_time=${NOW - 60 * MINUTE}`;

  test('2022 filters by createdAt, newest first', async () => {
    const times = (await listOf('2022', PAST)).map(createdAt);
    expect(times).toEqual(newestFirst(times));
    expect(Math.max(...times)).toBeLessThanOrEqual(NOW - 60 * MINUTE);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(NOW - 70 * MINUTE);
  });

  test('2024 ignores start_time and end_time, and lists by the time of the sender', async () => {
    const events = await listOf('2024', PAST);
    const times = events.map(timestamp);
    expect(events).toEqual(await listOf('2024', ''));
    expect(times).toEqual(newestFirst(times));
    expect(Math.min(...times)).toBeGreaterThan(NOW - 30 * MINUTE);
    expect(events.map(createdAt)).not.toEqual(newestFirst(events.map(createdAt)));
  });

  test('2024-created ignores them, and lists by createdAt', async () => {
    const times = (await listOf('2024-created', PAST)).map(createdAt);
    expect(times).toEqual(newestFirst(times));
    expect(Math.min(...times)).toBeGreaterThan(NOW - 30 * MINUTE);
  });

  test('2024-oldest begins with the oldest event', async () => {
    const times = (await listOf('2024-oldest', PAST)).map(createdAt);
    expect(times).toEqual(newestFirst(times).reverse());
    expect(Math.max(...times)).toBeLessThan(NOW - 47 * 60 * MINUTE);
  });
});

describe('a list of all pages has each event of its range once', () => {
  const RANGE = { start: NOW - 12 * MINUTE, end: NOW - 2 * MINUTE };

  test.each([
    ['createdAt', 'createdAt', 'newest-first', 0.5, ''],
    ['createdAt', 'timestamp', 'oldest-first', 0.5, ''],
    ['timestamp', 'createdAt', 'newest-first', 0.5, ''],
    ['timestamp', 'timestamp', 'newest-first', 0.5, ''],
    ['createdAt', 'timestamp', 'newest-first', 12, 'UNPROCESSED'],
    ['timestamp', 'createdAt', 'oldest-first', 12, 'IN_PROGRESS'],
    ['timestamp', 'timestamp', 'newest-first', 12, NOT_METERED],
  ] as const)('filter by %s, order by %s, %s, %d events a second, status %s', async (...row) => {
    const [timeFilter, orderBy, order, eventsPerSecond, status] = row;
    const { ask, simulator } = await simulate({
      scenario: { ...scenarioOf('late'), eventsPerSecond },
      switches: { timeFilter, orderBy, order },
    });
    const query = `start_time=${RANGE.start}&end_time=${RANGE.end}`;
    const events = await listAll(ask, status ? `${query}&status=${status}` : query);
    const times = events.map(orderBy === 'createdAt' ? createdAt : timestamp);
    const sorted = newestFirst(times);
    expect(times).toEqual(order === 'newest-first' ? sorted : sorted.reverse());
    // An event of the range arrived 75 minutes ago at most: an hour before its time, if it is of the future.
    const seconds = 75 * 60;
    const recent = Array.from({ length: seconds }, (_, second) =>
      simulator.traffic.createdIn(NOW / 1_000 - seconds + 1 + second, NOW),
    ).flat();
    const expected = recent.filter(
      (event) =>
        event[timeFilter] >= RANGE.start &&
        event[timeFilter] <= RANGE.end &&
        (!status || isAskedFor(event.status, [status])),
    );
    expect(expected.length).toBeGreaterThan(10);
    expect(events.map(({ referenceId }) => referenceId).sort()).toEqual(
      expected.map(({ referenceId }) => referenceId).sort(),
    );
  });
});

test('events of the future stand first in a list by the time of the sender', async () => {
  const { ask } = await simulate({
    scenario: scenarioOf('late'),
    switches: GENERATIONS['2024'],
  });
  const { body } = await ask('/events?pageSize=5');
  for (const event of body.events) expect(timestamp(event)).toBeGreaterThan(NOW + 30 * MINUTE);
});
