import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { withCurrentNames } from '../../functions/monitor/storage/names-of-older-versions.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { emptyFolder } from '../support/folder.ts';
import { bucketsIn } from '../support/stored-counts.ts';

/** Written by 0.1.0 in four runs over the simulator's incident. It has the last three buckets only. */
const OLD_FILE = new URL('./state-of-0.1.0.json', import.meta.url).pathname;
const old = JSON.parse(readFileSync(OLD_FILE, 'utf8'));
const bucketStarts = Object.keys(old.buckets).map(Number);
const range = { start: Math.min(...bucketStarts), end: Math.max(...bucketStarts) + 1 };

async function oldTable(): Promise<MonitorStore> {
  const { client, table } = await startDynamoDb();
  const put = (sk: string, body: object) =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: { pk: { S: 'monitor' }, sk: { S: sk }, runNumber: { N: '4' }, ...body },
      }),
    );
  await put('state', { body: { S: JSON.stringify(old.state) } });
  for (const bucket of Object.values<{ start: number }>(old.buckets)) {
    const bytes = gzipSync(JSON.stringify(bucket));
    await put(`bucket#${new Date(bucket.start).toISOString()}`, { body: { B: bytes } });
  }
  return createDynamoDbStore(client, table);
}

function oldFile(): MonitorStore {
  const path = join(emptyFolder(), 'state.json');
  copyFileSync(OLD_FILE, path);
  return createFileStore(path, systemClock);
}

test.each<[string, () => Promise<MonitorStore> | MonitorStore]>([
  ['a state file', oldFile],
  ['a table', oldTable],
])('%s of 0.1.0 is read, with its firing alert and its counts', async (_, open) => {
  const store = await open();
  expect(await store.readState()).toMatchObject({
    runNumber: 4,
    watermark: old.state.frontier,
    evaluatedTo: old.state.judgedTo,
    coolDownUntil: old.state.restUntil,
    alerts: [{ state: 'firing', threshold: 'unmetered >= 10' }],
    incidentIds: [],
    failures: {},
  });
  const records = await bucketsIn(store, range);
  expect(records).toHaveLength(3);
  for (const [index, record] of records.entries()) {
    const stored = old.buckets[bucketStarts[index] ?? 0];
    expect(record.configHash).toBe(stored.fingerprint);
    expect(record.counts.total).toBe(stored.tally.total);
    expect([...record.counts.accounts.byName.keys()]).toEqual(
      stored.tally.accounts.counts.map(([name]: [string]) => name),
    );
    expect(record.counts.accounts.truncated).toBe(false);
  }
});

test('a state file of 0.1.0 has the current version after the next write', async () => {
  const path = join(emptyFolder(), 'state.json');
  copyFileSync(OLD_FILE, path);
  const store = createFileStore(path, systemClock);
  const state = await store.readState();
  if (!state) throw new Error('there is a state in the file');
  expect(await store.writeState({ ...state, runNumber: 5 }, 4)).toBe(true);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    version: 2,
    state: { watermark: old.state.frontier },
  });
  expect(await bucketsIn(store, range)).toHaveLength(3);
});

test('an account whose name is an old field name keeps its name', () => {
  const stored = { tally: { accounts: { counts: [['tally'], ['group waived']] } } };
  expect(withCurrentNames<object>(stored, undefined, 'it')).toEqual({
    counts: { accounts: { byName: [['tally'], ['group waived']] } },
  });
});

test('a state file of a newer version is refused in one sentence, and stays unchanged', async () => {
  const path = join(emptyFolder(), 'state.json');
  const text = JSON.stringify({ version: 3, state: null, buckets: {} });
  writeFileSync(path, text);
  await expect(createFileStore(path, systemClock).readState()).rejects.toThrow(
    /^the state file .* was stored by a newer version of this monitor \(3, .* up to 2\), so nothing was done; deploy the newer version again, or remove the state file .* to start anew$/,
  );
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a stored state of a newer version is refused, and names its item', async () => {
  const { client, table } = await startDynamoDb();
  const store = createDynamoDbStore(client, table);
  const body = { S: JSON.stringify({ version: 3, runNumber: 9 }) };
  await client.send(
    new PutItemCommand({
      TableName: table,
      Item: { pk: { S: 'monitor' }, sk: { S: 'state' }, runNumber: { N: '9' }, body },
    }),
  );
  await expect(store.readState()).rejects.toThrow(
    new RegExp(`^the item monitor/state of ${table} was stored by a newer version`),
  );
});
