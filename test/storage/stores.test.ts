import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import type { MonitorState } from '../../functions/monitor/monitor-state.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { usageEvent } from '../support/events.ts';
import { emptyFolder } from '../support/folder.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { bucketsIn } from '../support/stored-counts.ts';

const START = Date.UTC(2026, 10, 18, 12);
const BUCKET_MS = 300_000;

/** Two handles of one store, like those of two processes. */
const STORES: readonly [
  name: string,
  open: () => Promise<readonly [MonitorStore, MonitorStore]>,
][] = [
  [
    'in memory',
    () => {
      const store = createMemoryStore();
      return Promise.resolve([store, store] as const);
    },
  ],
  [
    'in a file',
    () => {
      const path = join(emptyFolder(), 'state.json');
      const open = () => createFileStore(path, systemClock);
      return Promise.resolve([open(), open()] as const);
    },
  ],
  [
    'in DynamoDB',
    async () => {
      const { client, table } = await startDynamoDb();
      const open = () => createDynamoDbStore(client, table);
      return [open(), open()] as const;
    },
  ],
];

const state = (runNumber: number, fields: Partial<MonitorState> = {}): MonitorState => ({
  ...NEW_STATE,
  runNumber,
  runId: `run-${runNumber}`,
  ...fields,
});

function record(start: number, runNumber: number, accounts = ['acme']): BucketRecord {
  const counter = createCounter({ accounts: new Set(), schemas: new Set() });
  for (const accountId of accounts) {
    counter.add(
      usageEvent({ accountId, id: 'e-1', status: 'INGESTION_FAILED', statusDescription: 'no' }),
    );
  }
  return {
    start,
    times: 1,
    countedAt: start + 2 * BUCKET_MS,
    inProgress: 0,
    partial: false,
    configHash: 'f',
    runNumber,
    counts: counter.finish(),
  };
}

describe.each(STORES)('a store %s', (_, open) => {
  test('has no state before the first run', async () => {
    const [store] = await open();
    expect(await store.readState()).toBeUndefined();
  });

  test('gives the state back unchanged, to other processes as well', async () => {
    const [store, other] = await open();
    const written = state(1, { watermark: START, bucketFailures: { [START]: 2 }, leaseUntil: 5 });
    expect(await store.writeState(written, undefined)).toBe(true);
    expect(await other.readState()).toMatchObject(JSON.parse(JSON.stringify(written)));
  });

  test('lets only one of many first runs begin', async () => {
    const [store, other] = await open();
    const attempts = Array.from({ length: 10 }, (__, index) =>
      (index % 2 ? store : other).writeState(state(1, { runId: `run-${index}` }), undefined),
    );
    expect((await Promise.all(attempts)).filter((won) => won)).toHaveLength(1);
  });

  test('lets only one of many next runs begin', async () => {
    const [store, other] = await open();
    await store.writeState(state(1), undefined);
    const attempts = Array.from({ length: 10 }, (__, index) =>
      (index % 2 ? store : other).writeState(state(2, { runId: `run-${index}` }), 1),
    );
    expect((await Promise.all(attempts)).filter((won) => won)).toHaveLength(1);
  });

  test('refuses the state of a run if a later run has begun', async () => {
    const [store] = await open();
    await store.writeState(state(1), undefined);
    await store.writeState(state(2), 1);
    expect(await store.writeState(state(1, { watermark: 7 }), 1)).toBe(false);
    expect((await store.readState())?.runNumber).toBe(2);
  });

  test('gives buckets of a range back unchanged, oldest first', async () => {
    const [store, other] = await open();
    const records = [2, 0, 1, 3].map((index) => record(START + index * BUCKET_MS, 1));
    for (const entry of records) expect(await store.writeBucket(entry)).toBe(true);
    const found = await bucketsIn(other, { start: START, end: START + 3 * BUCKET_MS });
    expect(found).toEqual([records[1], records[2], records[0]]);
  });

  test('replaces a bucket that is counted again', async () => {
    const [store] = await open();
    await store.writeBucket(record(START, 1, ['acme', 'acme']));
    await store.writeBucket(record(START, 2, ['globex']));
    const [found] = await bucketsIn(store, { start: START, end: START + 1 });
    expect(found?.counts.total).toBe(1);
  });

  test('refuses a bucket if a later run has counted it', async () => {
    const [store] = await open();
    await store.writeBucket(record(START, 2));
    expect(await store.writeBucket(record(START, 1, ['late', 'late']))).toBe(false);
    const [found] = await bucketsIn(store, { start: START, end: START + 1 });
    expect(found?.counts.total).toBe(1);
  });
});

describe('the store in DynamoDB', () => {
  test('recognises its own write if the answer was lost', async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    await store.writeState(state(1), undefined);
    expect(await store.writeState(state(1), undefined)).toBe(true);
    expect(await store.writeState(state(1, { runId: 'another' }), undefined)).toBe(false);
  });

  test('keeps a large state, and gives it back', async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    const bucketFailures = Object.fromEntries(
      Array.from({ length: 40_000 }, (_, index) => [START + index * BUCKET_MS, 1]),
    );
    const large = state(1, { bucketFailures });
    expect(JSON.stringify(large).length).toBeGreaterThan(400 * 1_024);
    expect(await store.writeState(large, undefined)).toBe(true);
    expect(await store.readState()).toEqual(large);
  });

  test('lets buckets expire forty days after their start, and the state never', async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    await store.writeState(state(1), undefined);
    await store.writeBucket(record(START, 1));
    const item = async (sk: string) =>
      (
        await client.send(
          new GetItemCommand({ TableName: table, Key: { pk: { S: 'monitor' }, sk: { S: sk } } }),
        )
      ).Item;
    expect((await item('bucket#2026-11-18T12:00:00.000Z'))?.expiresAt?.N).toBe(
      String(START / 1_000 + 40 * 86_400),
    );
    expect(await item('state')).not.toHaveProperty('expiresAt');
  });

  test('truncates counts that are too large for an item, and keeps accounts with problems', async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    let seed = 1;
    const name = () =>
      Array.from({ length: 100 }, () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return seed.toString(36).slice(-4);
      }).join('');
    const counter = createCounter({ accounts: new Set(), schemas: new Set() });
    for (let index = 0; index < 4_000; index++) counter.add(usageEvent({ accountId: name() }));
    counter.add(usageEvent({ accountId: 'lost', status: 'INGESTION_FAILED' }));
    await store.writeBucket({ ...record(START, 1), counts: counter.finish() });
    const [found] = await bucketsIn(store, { start: START, end: START + 1 });
    expect(found?.counts.accounts.truncated).toBe(true);
    expect(found?.counts.accounts.byName.has('lost')).toBe(true);
    expect(found?.counts.total).toBe(4_001);
  });

  test('reads more than one page of buckets', async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    // Filled up so that four of them are more than the megabyte that a query answers with.
    for (let index = 0; index < 5; index++) {
      const start = START + index * BUCKET_MS;
      await store.writeBucket(record(start, 1));
      const sk = { S: `bucket#${new Date(start).toISOString()}` };
      const stored = await client.send(
        new GetItemCommand({ TableName: table, Key: { pk: { S: 'monitor' }, sk } }),
      );
      const Item = { ...stored.Item, filler: { S: 'x'.repeat(350_000) } };
      await client.send(new PutItemCommand({ TableName: table, Item }));
    }
    expect(await bucketsIn(store, { start: START, end: START + 5 * BUCKET_MS })).toHaveLength(5);
  });
});

describe('the store in a file', () => {
  const open = () => {
    const path = join(emptyFolder(), 'state.json');
    return { path, store: createFileStore(path, systemClock) };
  };

  test('leaves only the file behind, and only its owner can read it', async () => {
    const { path, store } = open();
    await store.writeState(state(1), undefined);
    expect(readdirSync(join(path, '..'))).toEqual(['state.json']);
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  test.each([
    ['is no JSON', 'hello'],
    ['is something else', '{"name":"package"}'],
    ['was cut', '{"version":1,"state":{"run'],
  ])('refuses a file that %s, and leaves it unchanged', async (_, contents) => {
    const { path, store } = open();
    writeFileSync(path, contents);
    await expect(store.readState()).rejects.toThrow(/is not one of this monitor's; choose another/);
    expect(readFileSync(path, 'utf8')).toBe(contents);
  });

  test('refuses a folder that does not exist', async () => {
    const store = createFileStore(join(emptyFolder(), 'missing', 'state.json'), systemClock);
    await expect(store.readState()).rejects.toThrow(/cannot be used \(ENOENT\); choose another/);
  });
});
