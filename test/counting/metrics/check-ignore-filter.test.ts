import { describe, expect, test } from 'vitest';
import { checkExceptions } from '../../../functions/monitor/counting/metrics/check-ignore-filter.ts';
import { MetricsAsker } from '../../../functions/monitor/counting/metrics/metrics-asker.ts';
import type { Exception } from '../../../functions/monitor/events/look-record.ts';
import { at } from '../../support/monitor.ts';

const ACCOUNTS: Exception = { key: 'a', sign: -1, accounts: ['test', 'demo'], schema: undefined };
const SCHEMA: Exception = { key: 's', sign: -1, accounts: [], schema: 'heartbeat' };
const BOTH: Exception = { key: 'b', sign: 1, accounts: ['test'], schema: 'heartbeat' };

/** @param answered the names that have events, by the key of the question */
async function checked(
  exceptions: readonly Exception[],
  answered: Readonly<Record<string, Readonly<Record<string, number>>>> = {},
) {
  const asked: string[] = [];
  const asker = new MetricsAsker(
    {
      metrics: (_, queries) => {
        for (const { id, groupBy } of queries) asked.push(`${id} ${groupBy}`);
        const series = queries.map(
          ({ id }) =>
            [
              id,
              Object.entries(answered[id] ?? {}).map(([group, events]) => ({
                group,
                hours: new Map([[at('10:00'), events]]),
              })),
            ] as const,
        );
        return Promise.resolve({ series: new Map(series), points: 1 });
      },
    },
    { requests: 9, signal: new AbortController().signal },
  );
  const wanted = { start: at('09:00'), end: at('12:00') };
  const names = await checkExceptions(asker, exceptions, { statuses: ['UNKNOWN'], wanted });
  return { asked, names };
}

test('accounts are grouped by account, and a schema by schema', async () => {
  expect((await checked([ACCOUNTS, SCHEMA])).asked).toEqual(['a ACCOUNT_ID', 's SCHEMA_NAME']);
});

test('events that both lists ignore are no question of their own', async () => {
  expect((await checked([ACCOUNTS, BOTH])).asked).toEqual(['a ACCOUNT_ID']);
});

test('a schema that is ignored no more is no question', async () => {
  expect((await checked([ACCOUNTS, { ...SCHEMA, hasEnded: true }])).asked).toEqual([
    'a ACCOUNT_ID',
  ]);
});

test('without a question nothing is asked', async () => {
  expect(await checked([])).toEqual({ asked: [], names: { accounts: [], schemas: [] } });
});

test('the ignored names that have events are told', async () => {
  const { names } = await checked([ACCOUNTS, SCHEMA], {
    a: { test: 3, demo: 0 },
    s: { heartbeat: 1 },
  });
  expect(names).toEqual({ accounts: ['test'], schemas: ['heartbeat'] });
});

describe('another name in the answer', () => {
  test('is an error', async () => {
    await expect(checked([ACCOUNTS], { a: { test: 3, acme: 1 } })).rejects.toMatchObject({
      failure: 'uncountable',
    });
  });

  test('without events is none', async () => {
    await expect(checked([ACCOUNTS], { a: { test: 3, acme: 0 } })).resolves.toBeDefined();
  });

  test('is an error where a schema is ignored', async () => {
    await expect(checked([SCHEMA], { s: { api_call: 3 } })).rejects.toThrow(/clear IgnoredSchemas/);
  });
});
