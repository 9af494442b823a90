import { expect, test } from 'vitest';
import { Traffic } from '../../simulator/traffic.ts';
import { truthOf } from '../../simulator/truth.ts';
import { HOUR, MINUTE, NOT_METERED, NOW, SECOND, scenarioOf, simulate } from './simulated-togai.ts';

const lostOf = (traffic: Traffic, start: number, end: number) =>
  truthOf(traffic, { start, end }, 'createdAt', NOW + HOUR)
    .byAccount.get('acme')
    ?.get(NOT_METERED);

test.each(['incident', 'flood'])(
  'in the scenario %s, events that arrive after the cause was mended are metered',
  async (name) => {
    const { simulator } = await simulate({ scenario: scenarioOf(name) });
    const after = () => lostOf(simulator.traffic, NOW + SECOND, NOW + 10 * MINUTE) ?? 0;
    const before = after();
    await fetch(`${simulator.url}/mend`);
    expect(after()).toBeLessThan(before / 100);
  },
);

test('events that were lost before the cause was mended stay lost', async () => {
  const { simulator } = await simulate();
  const before = () => lostOf(simulator.traffic, NOW - HOUR, NOW - 2 * SECOND);
  const lost = before();
  await fetch(`${simulator.url}/mend`);
  expect(before()).toBe(lost);
});

test('an event that is redone once the cause is mended is metered', () => {
  const traffic = new Traffic({
    seed: 1,
    scenario: scenarioOf('incident'),
  });
  const traits = { group: 0, lagMs: 0, settleMs: 0, incidentRoll: 0, lagRoll: 0 };
  const outcome = { status: 'INGESTION_COMPLETED_EVENT_METERED', statusDescription: '' };
  const event = { traits: { ...traits, outcome }, id: 'e', accountId: 'acme', schemaName: 's' };
  traffic.mend(NOW);
  traffic.corrections.reingest({ ...event, timestamp: NOW - MINUTE - 999 }, NOW);
  expect(traffic.reingested(NOW).map(({ status }) => status)).toEqual([outcome.status]);
});
