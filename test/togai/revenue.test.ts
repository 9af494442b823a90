import { expect, test } from 'vitest';
import { eventsIn } from '../../functions/monitor/events/metrics-answer.ts';
import { priceOf } from '../../simulator/prices.ts';
import { HOUR, NOW, simulate } from '../simulator/simulated-togai.ts';
import { client, signal } from '../support/togai-client.ts';

const RANGE = { start: NOW - 24 * HOUR, end: NOW };

test('metered events and revenue of accounts come with one request', async () => {
  const { simulator } = await simulate();
  const togai = await client(simulator.url, { token: simulator.token, checkClock: false });
  const { metered, revenue, points } = await togai.revenue(RANGE, ['acme', 'globex'], signal);
  expect(togai.stats().requests).toBe(1);
  expect(revenue.map(({ group }) => group).sort()).toEqual(['acme', 'globex']);
  for (const series of revenue) {
    const events = metered.find(({ group }) => group === series.group);
    expect(events && eventsIn(series) / eventsIn(events)).toBeCloseTo(priceOf(series.group ?? ''));
  }
  // Two accounts, two days, two numbers.
  expect(points).toBe(8);
});
