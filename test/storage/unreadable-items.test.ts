import { gunzipSync, gzipSync } from 'node:zlib';
import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { MonitorError } from '../../functions/monitor/errors.ts';
import type { RunResult } from '../../functions/monitor/run.ts';
import { logLineOf } from '../../functions/monitor/run-report.ts';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { type LocalDynamoDb, startDynamoDb } from '../support/dynamodb.ts';
import { usageEvent } from '../support/events.ts';
import { at, createTestMonitor } from '../support/monitor.ts';
import { once } from '../support/once.ts';
import { bucketsIn } from '../support/stored-counts.ts';
import { NOT_METERED } from '../support/usage-traffic.ts';

/** The bucket that holds the 20 events that are not metered. */
const BUCKET = at('11:40');
const KEY = 'bucket#2026-11-18T11:40:00.000Z';

type Item = Record<string, AttributeValue>;

const keyOf = (sk: string): Item => ({ pk: { S: 'monitor' }, sk: { S: sk } });

async function changeItem(
  { client, table }: LocalDynamoDb,
  sk: string,
  change: (item: Item) => Item,
): Promise<void> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(sk) }));
  if (!Item) throw new Error(`there is no ${sk}`);
  await client.send(new PutItemCommand({ TableName: table, Item: change(Item) }));
}

/** Runs once, changes the item of a bucket, and runs three times more, every five minutes. */
async function runsAfter(
  change: (item: Item) => Item,
  alsoIn: (dynamoDb: LocalDynamoDb) => Promise<void> = () => Promise.resolve(),
) {
  const dynamoDb = await startDynamoDb();
  const { client, table } = dynamoDb;
  const store = createDynamoDbStore(client, table);
  const monitor = createTestMonitor({ thresholds: 'unmetered >= 10' });
  for (let index = 0; index < 20; index++) {
    monitor.events.push(usageEvent({ createdAt: BUCKET + index, status: NOT_METERED }));
  }
  await monitor.runAt('12:00', { store });
  await changeItem(dynamoDb, KEY, change);
  await alsoIn(dynamoDb);
  const results: RunResult[] = [];
  const said: string[] = [];
  for (const time of ['12:05', '12:10', '12:15']) {
    monitor.messages.length = 0;
    const result = await monitor.runAt(time, { store });
    results.push(result);
    const messages = monitor.messages.map(({ email }) => email);
    said.push([JSON.stringify(logLineOf(at(time), result)), ...messages].join('\n'));
  }
  const records = await bucketsIn(store, { start: BUCKET, end: BUCKET + 1 });
  return { results, said, table, records };
}

const content = (B: Uint8Array) => (item: Item) => ({ ...item, content: { B } });
const json = (value: unknown) => content(gzipSync(JSON.stringify(value)));

/** The record of the bucket with something else in it. */
const changed = (change: (record: Record<string, unknown>) => object) => (item: Item) => {
  const record = JSON.parse(String(gunzipSync(item.content?.B ?? '')));
  return json(change(record))(item);
};

describe.each<[string, (item: Item) => Item]>([
  ['is no gzip', content(Buffer.from('not compressed at all'))],
  [
    'is gzip that was cut',
    (item) => content((item.content?.B ?? Buffer.of()).subarray(0, 40))(item),
  ],
  ['is gzip of no JSON', content(gzipSync('{"version":2,"start":'))],
  ['is null', json(null)],
  ['is missing', ({ content: _, ...item }) => item],
  ['is a text', (item) => ({ ...item, content: { S: '{}' } })],
  ['has no counts', changed(({ counts: _, ...record }) => record)],
  ['is of a newer version', changed((record) => ({ ...record, version: 3, marks: {} }))],
  ['is of another bucket', changed((record) => ({ ...record, start: BUCKET - 86_400_000 }))],
])('an item of a bucket whose content %s', (_, change) => {
  // The tests look at different things in the same runs.
  const runs = once(() => runsAfter(change));

  test('stops no run', async () => {
    const { results } = await runs();
    expect(results.map(({ outcome }) => outcome)).toEqual(['finished', 'finished', 'finished']);
  });

  test('is notified once, by its key and its table, with how to remove it', async () => {
    const { said, table } = await runs();
    const telling = said.filter((text) => text.includes(KEY));
    expect(telling).toHaveLength(1);
    expect(telling[0]).toContain(table);
    expect(telling[0]).toMatch(/remove|delete-item/);
  });

  test('is not counted as it is: the bucket is counted anew', async () => {
    const { results, records } = await runs();
    const [record] = records;
    expect(record?.counts.total).toBe(20);
    expect(results.at(-1)?.evaluated).toMatchObject({ whole: true, counts: { total: 20 } });
  });
});

test('an item of a bucket without the number of its run is taken over by the next run', async () => {
  const { results, records } = await runsAfter(({ runNumber: _, ...item }) =>
    content(Buffer.from('garbage'))(item),
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(['finished', 'finished', 'finished']);
  expect(records).toHaveLength(1);
});

test('an item that is read by every run, and counted by none any more, is notified once all the same', async () => {
  // Before the newest window, within the range that a run reads.
  const older = 'bucket#2026-11-18T10:50:00.000Z';
  const { results, said } = await runsAfter(
    (item) => item,
    async ({ client, table }) => {
      const garbage = {
        ...keyOf(older),
        runNumber: { N: '0' },
        content: { B: Buffer.from('garbage') },
      };
      await client.send(new PutItemCommand({ TableName: table, Item: garbage }));
    },
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(['finished', 'finished', 'finished']);
  expect(said.filter((text) => text.includes(older))).toHaveLength(1);
});

test.each<[string, AttributeValue]>([
  ['no brotli', { B: Buffer.from('not compressed at all') }],
  ['no JSON', { S: '{"version":2,"runNumber":' }],
  ['a list', { S: '[]' }],
  ['null', { S: 'null' }],
])(
  'a state that is %s is refused in one sentence: which item, and how to remove it',
  async (_, value) => {
    const { client, table } = await startDynamoDb();
    const item = { ...keyOf('state'), runNumber: { N: '9' }, body: value };
    await client.send(new PutItemCommand({ TableName: table, Item: item }));
    const error: unknown = await createDynamoDbStore(client, table)
      .readState()
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(MonitorError);
    const { message } = error as MonitorError;
    expect(message).toContain('monitor/state');
    expect(message).toContain(table);
    expect(message).toMatch(/remove|delete-item/);
    expect(message).not.toContain('\n');
  },
);
