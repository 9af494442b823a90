import { join } from 'node:path';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { LookRecord } from '../../functions/monitor/events/look-record.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { readStateFile, writeStateFile } from '../../functions/monitor/storage/state-file.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { countsOf } from '../support/evaluated-counts.ts';
import { emptyFolder } from '../support/folder.ts';
import { changed, lookAt } from '../support/looks.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { at, MINUTE } from '../support/monitor.ts';

const STORES: readonly [name: string, open: () => Promise<MonitorStore>][] = [
  ['in memory', () => Promise.resolve(createMemoryStore())],
  [
    'in a file',
    () => Promise.resolve(createFileStore(join(emptyFolder(), 'state.json'), systemClock)),
  ],
  [
    'in DynamoDB',
    async () => {
      const { client, table } = await startDynamoDb();
      return createDynamoDbStore(client, table);
    },
  ],
];

const look = (end: string, runNumber = 1, events = 5): LookRecord =>
  lookAt(end, [changed(events)], { runNumber });

const bucket = (start: string) => ({
  start: at(start),
  times: 1,
  countedAt: at(start),
  inProgress: 0,
  partial: false,
  configHash: '',
  runNumber: 1,
  counts: countsOf({ unmetered: 2 }),
});

const looksIn = async (store: MonitorStore, start: string, end: string) =>
  (await store.readCounts({ start: at(start), end: at(end) })).looks;

describe.each(STORES)('a store %s', (_, open) => {
  test('gives a look back unchanged', async () => {
    const store = await open();
    expect(await store.writeLook(look('10:05'))).toBe(true);
    expect(await looksIn(store, '10:00', '10:05')).toEqual([look('10:05')]);
  });

  test('gives the looks of the buckets of a range, oldest first', async () => {
    const store = await open();
    for (const end of ['10:20', '10:05', '10:15', '10:10']) await store.writeLook(look(end));
    const found = await looksIn(store, '10:05', '10:15');
    expect(found.map(({ end }) => end)).toEqual([at('10:10'), at('10:15')]);
  });

  test.each([1, MINUTE])(
    'gives the look of a bucket that %i ms of the range reach into',
    async (ms) => {
      const store = await open();
      await store.writeLook(look('10:10'));
      const { looks } = await store.readCounts({ start: at('10:00'), end: at('10:05') + ms });
      expect(looks).toHaveLength(1);
    },
  );

  test('keeps a look and a bucket of the same time apart', async () => {
    const store = await open();
    await store.writeLook(look('10:05'));
    await store.writeBucket(bucket('10:00'));
    const { looks, buckets } = await store.readCounts({ start: at('10:00'), end: at('10:05') });
    expect([looks.length, buckets.length]).toEqual([1, 1]);
  });

  test('gives no bucket that begins where the range ends', async () => {
    const store = await open();
    await store.writeBucket(bucket('10:05'));
    const { buckets } = await store.readCounts({ start: at('10:00'), end: at('10:05') });
    expect(buckets).toEqual([]);
  });

  test('replaces a look of the same bucket', async () => {
    const store = await open();
    await store.writeLook(look('10:05', 1, 5));
    await store.writeLook(look('10:05', 2, 8));
    expect(await looksIn(store, '10:00', '10:05')).toEqual([look('10:05', 2, 8)]);
  });

  test('writes a look of the same run again', async () => {
    const store = await open();
    await store.writeLook(look('10:05', 1, 5));
    expect(await store.writeLook(look('10:05', 1, 8))).toBe(true);
  });

  test('refuses a look where a later run has stored one', async () => {
    const store = await open();
    await store.writeLook(look('10:05', 2, 8));
    expect(await store.writeLook(look('10:05', 1, 5))).toBe(false);
    expect(await looksIn(store, '10:00', '10:05')).toEqual([look('10:05', 2, 8)]);
  });
});

describe('a look that cannot be read', () => {
  test('in DynamoDB is named, with the command that removes it', async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    await store.writeLook(look('10:05'));
    const key = { pk: { S: 'monitor' }, sk: { S: 'bucket#2026-11-18T10:00:00.000Z#look' } };
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key }));
    await client.send(
      new PutItemCommand({ TableName: table, Item: { ...Item, content: { B: Buffer.from('x') } } }),
    );
    expect(await looksIn(store, '10:00', '10:05')).toEqual([]);
    expect(JSON.stringify(store.unreadable())).toMatch(
      /delete-item .*bucket#2026-11-18T10:00:00.000Z#look/,
    );
  });

  test('in DynamoDB does not hide the others', async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    await store.writeLook(look('10:10'));
    const sk = { S: 'bucket#2026-11-18T10:00:00.000Z#look' };
    await client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'monitor' }, sk } }));
    expect(await looksIn(store, '10:00', '10:15')).toEqual([look('10:10')]);
  });

  test('in DynamoDB under another key is none', async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    await store.writeLook(look('10:05'));
    const key = (time: string) => ({ S: `bucket#2026-11-18T${time}:00.000Z#look` });
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { pk: { S: 'monitor' }, sk: key('10:00') } }),
    );
    await client.send(
      new PutItemCommand({ TableName: table, Item: { ...Item, sk: key('10:05') } }),
    );
    expect(await looksIn(store, '10:05', '10:10')).toEqual([]);
  });

  test('in a file is named', async () => {
    const path = join(emptyFolder(), 'state.json');
    const store = createFileStore(path, systemClock);
    await store.writeLook(look('10:05'));
    const { contents } = await readStateFile(path);
    await writeStateFile(path, { ...contents, looks: { [at('10:05')]: { end: 1 } } });
    expect(await looksIn(store, '10:00', '10:05')).toEqual([]);
    expect(JSON.stringify(store.unreadable())).toMatch(/the look 2026-11-18T10:00:00.000Z/);
  });

  test('in a file under another time is none', async () => {
    const path = join(emptyFolder(), 'state.json');
    const store = createFileStore(path, systemClock);
    await store.writeLook(look('10:05'));
    const { contents } = await readStateFile(path);
    const moved = { [at('10:10')]: contents.looks[at('10:05')] };
    await writeStateFile(path, { ...contents, looks: moved });
    expect(await looksIn(store, '10:00', '10:15')).toEqual([]);
  });
});

test('looks in DynamoDB expire forty days after their bucket began', async () => {
  const { client, table } = await startDynamoDb();
  await createDynamoDbStore(client, table).writeLook(look('10:05'));
  const key = { pk: { S: 'monitor' }, sk: { S: 'bucket#2026-11-18T10:00:00.000Z#look' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key }));
  expect(Item?.expiresAt?.N).toBe(String(at('10:00') / 1_000 + 40 * 86_400));
});
