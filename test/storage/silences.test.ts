import { join } from 'node:path';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { Silence } from '../../functions/monitor/incidents/silence.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { emptyFolder } from '../support/folder.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const FROM = Date.UTC(2026, 10, 18, 12);
const HOUR = 3_600_000;

const SILENCE: Silence = {
  id: 's-7k2f',
  scope: { account: '__proto__' },
  from: FROM,
  forMs: 2 * HOUR,
  by: 'mira',
  comment: 'migration',
};
const ENDED: Silence = { ...SILENCE, ended: { at: FROM + HOUR, by: 'tom' } };

const STORES: readonly [string, () => Promise<MonitorStore>][] = [
  ['in memory', () => Promise.resolve(createMemoryStore())],
  ['in a file', () => Promise.resolve(createFileStore(join(emptyFolder(), 's.json'), systemClock))],
  [
    'in DynamoDB',
    async () => {
      const { client, table } = await startDynamoDb();
      return createDynamoDbStore(client, table);
    },
  ],
];

describe.each(STORES)('silences %s', (_, open) => {
  test('are read as they were made', async () => {
    const store = await open();
    expect(await store.writeSilence(SILENCE)).toBe(true);
    expect(await store.readSilences()).toEqual([SILENCE]);
  });

  test('are read together with the state', async () => {
    const store = await open();
    await store.writeSilence(SILENCE);
    await store.writeState({ ...NEW_STATE, runNumber: 1 }, undefined);
    const { state, silences } = await store.readStart();
    expect([state?.runNumber, silences]).toEqual([1, [SILENCE]]);
  });

  test('stay when a run writes its state', async () => {
    const store = await open();
    await store.writeState({ ...NEW_STATE, runNumber: 1 }, undefined);
    await store.writeSilence(SILENCE);
    await store.writeState({ ...NEW_STATE, runNumber: 2 }, 1);
    expect(await store.readSilences()).toEqual([SILENCE]);
  });

  test('are not replaced by a new one with the same id', async () => {
    const store = await open();
    await store.writeSilence(SILENCE);
    expect(await store.writeSilence({ ...SILENCE, by: 'tom' })).toBe(false);
    expect(await store.readSilences()).toEqual([SILENCE]);
  });

  test('are ended once', async () => {
    const store = await open();
    await store.writeSilence(SILENCE);
    expect(await store.changeSilence(ENDED)).toBe(true);
    expect(await store.changeSilence({ ...SILENCE, ended: { at: FROM, by: 'eve' } })).toBe(false);
    expect(await store.readSilences()).toEqual([ENDED]);
  });

  test('that were never made cannot be ended', async () => {
    const store = await open();
    expect(await store.changeSilence(ENDED)).toBe(false);
    expect(await store.readSilences()).toEqual([]);
  });
});

describe('in DynamoDB', () => {
  test('a silence expires a week after its end', async () => {
    const { client, table } = await startDynamoDb();
    await createDynamoDbStore(client, table).writeSilence(SILENCE);
    const Key = { pk: { S: 'monitor' }, sk: { S: 'silence#s-7k2f' } };
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key }));
    expect(Item?.expiresAt?.N).toBe(String((FROM + 2 * HOUR) / 1_000 + 7 * 86_400));
  });

  test('the state and the silences are one call', async () => {
    const { client, table, calls } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    await store.writeSilence(SILENCE);
    calls.length = 0;
    await store.readStart();
    expect(calls).toEqual(['Query']);
  });

  test('a silence that cannot be read silences nothing, and is named', async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    const Item = { pk: { S: 'monitor' }, sk: { S: 'silence#s-1' }, content: { S: '{"by":5}' } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
    expect(await store.readSilences()).toEqual([]);
    expect(store.unreadable()).toMatchObject([
      { name: `the item monitor/silence#s-1 of ${table}` },
    ]);
  });
});
