import { expect, test } from 'vitest';
import { toIncidentItem } from '../../functions/monitor/storage/dynamodb-incidents.ts';
import { playIncidents } from '../support/incident-play.ts';

const LONGEST_NAME = 64;

const play = (accounts: number, buckets: number) => {
  const lost = Object.fromEntries(
    Array.from({ length: accounts }, (_, index) => [
      `account ${index} `.padEnd(LONGEST_NAME, 'x'),
      [10, 2] as const,
    ]),
  );
  return playIncidents(buckets, () => lost).incidents;
};

test('5,000 accounts that break at once are one incident with 500 names', () => {
  expect(play(5000, 1).map(({ accounts }) => accounts.length)).toEqual([500]);
});

test('the item of an incident with 500 long names is smaller than 100 KB', async () => {
  const [incident] = play(600, 14);
  if (!incident) throw new Error('no incident is open');
  const { content } = await toIncidentItem(incident, 1);
  expect(content?.B?.length).toBeLessThan(100_000);
});
