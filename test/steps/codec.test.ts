import { expect, test } from 'vitest';
import { fromPlain, Pool, toPlain } from '../../functions/monitor/steps/codec.ts';
import { createTallier } from '../../functions/monitor/steps/tally.ts';
import { usageEvent } from '../support/events.ts';

function record(start: number) {
  const tallier = createTallier({ accounts: new Set(), schemas: new Set() });
  for (const accountId of ['acme', 'globex']) tallier.add(usageEvent({ accountId }));
  const tally = tallier.finish();
  const counted = { times: 1, countedAt: start, inProgress: 0, partial: false, fingerprint: '' };
  return { ...counted, start, runNumber: 1, tally };
}

test('a record that was stored is as it was', () => {
  const before = record(0);
  expect(fromPlain(JSON.parse(JSON.stringify(toPlain(before))), new Pool())).toEqual(before);
});

test('groups of the same counts are held once, in all records of a window', () => {
  const pool = new Pool();
  const read = [record(0), record(1)].map((one) => fromPlain(toPlain(one), pool));
  const groups = read.flatMap(({ tally }) => [...tally.accounts.counts.values()]);
  expect(groups).toHaveLength(4);
  expect(new Set(groups).size).toBe(1);
});
