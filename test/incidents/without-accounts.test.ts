import { expect, test } from 'vitest';
import { withoutAccounts } from '../../functions/monitor/incidents/subtract-ended-losses.ts';
import { countsOf } from '../support/evaluated-counts.ts';

const LOST = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const NO_METER = 'INGESTION_COMPLETED_NO_MATCHING_METERS';
const isLost = (status: string) => status === LOST || status === NO_METER;

test('the loss of an account is taken out, though its name was counted under another status of the group', () => {
  const byStatus = new Map([
    [NO_METER, 19],
    ['INGESTION_FAILED', 3],
  ]);
  const byName = new Map([['acme', { byStatus: new Map([[LOST, 17]]), exact: true }]]);
  const counts = { ...countsOf(), byStatus, accounts: { byName, truncated: false } };
  const left = withoutAccounts(counts, isLost, new Set(['acme']));
  expect([...left.byStatus]).toEqual([
    [NO_METER, 2],
    ['INGESTION_FAILED', 3],
  ]);
});
