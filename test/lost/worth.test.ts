import { expect, test } from 'vitest';
import { priceOf } from '../../simulator/prices.ts';
import { HOUR, NOT_METERED } from '../simulator/simulated-togai.ts';
import { BRIEF, lostTogai } from './lost-togai.ts';

const WEEK = {
  scenario: { ...BRIEF, eventsPerSecond: 0.05, begins: 0, historyMs: 10 * 24 * HOUR },
};
const OF_ACME = ['--since', '3h', '--account', 'acme', '--status', 'unmetered'];

test('what lost events are worth is their number by the average of their account', async () => {
  const togai = await lostTogai(WEEK);
  const { stdout } = await togai.lost([...OF_ACME, '--json']);
  const lost = togai
    .truth({ start: togai.now() - 3 * HOUR, end: togai.now() })
    .filter(({ accountId, status }) => accountId === 'acme' && status === NOT_METERED).length;
  const { accounts, worth } = JSON.parse(stdout);
  expect(accounts).toEqual([{ name: 'acme', lost, worth: expect.closeTo(lost * priceOf('acme')) }]);
  expect(worth).toEqual({ amount: expect.closeTo(lost * priceOf('acme')), accounts: 1, of: 1 });
});

test('a dry run says it, too', async () => {
  const togai = await lostTogai(WEEK);
  const { stdout } = await togai.lost([...OF_ACME, '--redo']);
  expect(stdout).toMatch(/^ +\d+ {2}acme \(about \d+\) {2}\(billing cycle closes /m);
});

test.each([
  ['hidden', [...OF_ACME, '--show-worth', 'false'], {}],
  ['unknown where Togai metrics are refused', OF_ACME, { metricsAccess: 'refused' }],
  ['unknown for failed events', ['--since', '3h', '--status', 'INGESTION_FAILED'], {}],
] as const)('worth may be %s', async (_, args, switches) => {
  const togai = await lostTogai({ ...WEEK, switches });
  const { stdout, exitCode } = await togai.lost(args);
  expect(stdout).not.toMatch(/about|Worth/);
  expect(exitCode).toBe(0);
});
