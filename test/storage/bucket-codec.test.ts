import { expect, test } from 'vitest';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import { fromPlain, Pool, toPlain } from '../../functions/monitor/storage/bucket-codec.ts';
import { usageEvent } from '../support/events.ts';

function record(start: number) {
  const counter = createCounter({ accounts: new Set(['ours']), schemas: new Set(['test_call']) });
  counter.add(usageEvent({ accountId: 'ours' }));
  counter.add(usageEvent({ schemaName: 'test_call' }));
  for (const accountId of ['acme', 'globex']) counter.add(usageEvent({ accountId }));
  const counts = counter.finish();
  const counted = { times: 1, countedAt: start, inProgress: 0, partial: false, configHash: '' };
  return { ...counted, start, runNumber: 1, counts };
}

test('a stored record is read back unchanged', () => {
  const before = record(0);
  expect(fromPlain(JSON.parse(JSON.stringify(toPlain(before))), new Pool())).toEqual(before);
});

test('equal counts of groups are held in memory once for all records of a window', () => {
  const pool = new Pool();
  const read = [record(0), record(1)].map((one) => fromPlain(toPlain(one), pool));
  const groups = read.flatMap(({ counts }) => [...counts.accounts.byName.values()]);
  expect(groups).toHaveLength(4);
  expect(new Set(groups).size).toBe(1);
});
