import { expect, test } from 'vitest';
import { priceOf } from '../../simulator/prices.ts';
import { HISTORY_WITH_WORTH_MS } from '../../simulator/scenarios.ts';
import { HOUR, NOT_METERED, NOW } from '../simulator/simulated-togai.ts';
import { BRIEF, lostTogai } from './lost-togai.ts';

const WEEK = {
  scenario: { ...BRIEF, eventsPerSecond: 0.05, begins: 0, historyMs: 10 * 24 * HOUR },
};
const OF_ACME = ['--since', '3h', '--account', 'acme', '--status', 'unmetered'];

const inCents = (amount: number) => Math.round(amount * 100) / 100;

test('the worth of lost events is their number by the average of their account', async () => {
  const togai = await lostTogai(WEEK);
  const { stdout } = await togai.lost([...OF_ACME, '--json']);
  const lost = togai
    .truth({ start: togai.now() - 3 * HOUR, end: togai.now() })
    .filter(({ accountId, status }) => accountId === 'acme' && status === NOT_METERED).length;
  const { accounts, worth } = JSON.parse(stdout);
  expect(accounts).toEqual([{ name: 'acme', lost, worth: inCents(lost * priceOf('acme')) }]);
  expect(worth).toEqual({ amount: inCents(lost * priceOf('acme')), accounts: 1, of: 1 });
});

test('a dry run says it, too', async () => {
  const togai = await lostTogai(WEEK);
  const { stdout } = await togai.lost([...OF_ACME, '--redo']);
  expect(stdout).toMatch(/^ +\d+ {2}acme \(about \d+\) {2}\(billing cycle closes /m);
});

test('worth may be hidden', async () => {
  const togai = await lostTogai(WEEK);
  const { stdout } = await togai.lost([...OF_ACME, '--show-worth', 'false']);
  expect(stdout).not.toMatch(/about|Worth/);
});

const SHORT = { scenario: { ...WEEK.scenario, historyMs: 2 * 24 * HOUR } };
test.each([
  ['Togai metrics are refused', WEEK, { metricsAccess: 'refused' }, OF_ACME, /may not get metrics/],
  ['all events failed', WEEK, {}, ['--status', 'failed'], /only unmetered events have one/],
  ['there are too few days', SHORT, {}, OF_ACME, /the week before has too little revenue/],
] as const)(
  'where %s, it is said why the worth is unknown',
  async (_, world, switches, args, why) => {
    const togai = await lostTogai({ ...world, switches });
    const { stdout } = await togai.lost(args);
    expect(stdout).toMatch(new RegExp(`^Worth unknown: .*${why.source}`, 'm'));
    const { worth, whyNoWorth } = JSON.parse((await togai.lost([...args, '--json'])).stdout);
    expect([worth, whyNoWorth]).toEqual([null, expect.stringMatching(why)]);
  },
);

test('the simulated history is long enough for the worth of a loss of yesterday', async () => {
  const incidents = BRIEF.incidents.map((one) => ({
    ...one,
    start: NOW - 14 * HOUR,
    end: NOW - 13 * HOUR,
  }));
  const scenario = { ...WEEK.scenario, historyMs: HISTORY_WITH_WORTH_MS, incidents };
  const togai = await lostTogai({ scenario });
  const { stdout } = await togai.lost([
    ...['--from', '2026-11-17T22:00Z', '--to', '2026-11-17T23:00Z'],
    ...['--account', 'acme'],
  ]);
  expect(stdout).toMatch(/^Worth about \d+ in your base currency/m);
});
