import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { emptyFolder } from '../support/folder.ts';

const START = Date.UTC(2026, 10, 18, 12);
const MINUTE = 60_000;

const FACTS: Incident['accounts'][number]['facts'] = {
  to: START + 30 * MINUTE,
  lost: 412,
  total: 415,
  lastLoss: START + 30 * MINUTE,
  totalSince: 0,
  longestPause: 5 * MINUTE,
  unprovenTo: 0,
  lastSeen: START + 30 * MINUTE,
  seen: 6,
};

/** An incident with everything that one can have. */
const incident = (fields: Partial<Incident> = {}): Incident => ({
  id: 'u-7k2f',
  subject: 'unmetered',
  nature: 'loss',
  onset: START,
  openedAt: START + 5 * MINUTE,
  severity: 'critical',
  threshold: 'unmetered by account >= 50% critical',
  worst: 99.2,
  accounts: [
    { name: '__proto__', onset: START, joinedAt: START + 5 * MINUTE, facts: FACTS },
    {
      name: 'acme',
      onset: START,
      joinedAt: START,
      facts: FACTS,
      perEvent: 0.97,
      endedAt: START,
      mendedAt: START,
    },
    { name: 'globex', onset: START, joinedAt: START, facts: FACTS, perEvent: null },
  ],
  others: { facts: FACTS, mendedAt: START },
  evaluatedTo: START + 35 * MINUTE,
  isQuiet: false,
  okEnds: [],
  groups: ['acme'],
  cycleEnd: START + 12 * 24 * 60 * MINUTE,
  reopened: 1,
  end: { kind: 'resolved', at: START, seenAt: START + MINUTE, counted: [[START, 20]] },
  notified: {
    sns: {
      sequence: 3,
      kind: 'escalated',
      severity: 'critical',
      at: START,
      changedAt: START,
      evaluatedTo: START,
    },
  },
  ...fields,
});

interface OpenStore {
  readonly store: MonitorStore;
  /** Puts something else in place of an incident. */
  readonly damage: (id: string, stored: unknown) => Promise<void>;
  /** Where incidents are stored, as messages name it. */
  readonly place: string;
}

async function inDynamoDb(): Promise<OpenStore> {
  const { client, table } = await startDynamoDb();
  const damage = async (id: string, stored: unknown) => {
    const key = { pk: { S: 'monitor' }, sk: { S: `incident#${id}` } };
    const content = { B: gzipSync(JSON.stringify(stored)) };
    await client.send(
      new PutItemCommand({ TableName: table, Item: { ...key, runNumber: { N: '1' }, content } }),
    );
  };
  return { store: createDynamoDbStore(client, table), damage, place: table };
}

function inFile(): Promise<OpenStore> {
  const path = join(emptyFolder(), 'state.json');
  const damage = (id: string, stored: unknown) => {
    const contents = JSON.parse(readFileSync(path, 'utf8'));
    contents.incidents[id] = stored;
    return Promise.resolve(writeFileSync(path, JSON.stringify(contents)));
  };
  return Promise.resolve({ store: createFileStore(path, systemClock), damage, place: path });
}

describe.each([
  ['in DynamoDB', inDynamoDb],
  ['in a file', inFile],
])('a store %s', (_, open) => {
  test('gives an incident back unchanged', async () => {
    const { store } = await open();
    expect(await store.writeIncident(incident(), 1)).toBe(true);
    expect(await store.readIncidents(['u-7k2f'])).toMatchObject([incident()]);
  });

  test('replaces an incident that has changed', async () => {
    const { store } = await open();
    await store.writeIncident(incident(), 1);
    await store.writeIncident(incident({ worst: 100 }), 1);
    expect(await store.readIncidents(['u-7k2f'])).toMatchObject([{ worst: 100 }]);
  });

  test('refuses an incident if a later run has stored it', async () => {
    const { store } = await open();
    await store.writeIncident(incident({ worst: 100 }), 2);
    expect(await store.writeIncident(incident({ worst: 50 }), 1)).toBe(false);
    expect(await store.readIncidents(['u-7k2f'])).toMatchObject([{ worst: 100 }]);
  });

  test('reads only those that are asked for', async () => {
    const { store } = await open();
    for (const id of ['u-1', 'u-2', 'u-3']) await store.writeIncident(incident({ id }), 1);
    const found = await store.readIncidents(['u-3', 'u-1', 'u-unknown']);
    expect(found.map(({ id }) => id).sort()).toEqual(['u-1', 'u-3']);
  });

  describe.each<[string, unknown]>([
    ['is null', null],
    ['is a text', 'hello'],
    ['has no accounts', { ...incident(), accounts: undefined }],
    ['has numbers that are texts', { ...incident(), onset: 'soon' }],
    ['is of a newer version', { ...incident(), nature: 'worth', version: 3 }],
  ])('with an incident that %s', (__, stored) => {
    test('gives the others', async () => {
      const { store, damage } = await open();
      await store.writeIncident(incident({ id: 'u-1' }), 1);
      await damage('u-2', stored);
      const found = await store.readIncidents(['u-1', 'u-2']);
      expect(found.map(({ id }) => id)).toEqual(['u-1']);
    });

    test('says which one, where it is, and how to remove it', async () => {
      const { store, damage, place } = await open();
      await store.writeIncident(incident({ id: 'u-1' }), 1);
      await damage('u-2', stored);
      await store.readIncidents(['u-1', 'u-2']);
      const sentences = store.unreadable().map(({ sentence }) => sentence);
      expect(sentences).toEqual([expect.stringMatching(/u-2.*to remove it, (use aws|delete)/)]);
      expect(sentences[0]).toContain(place);
    });

    test('says nothing of it where the state does not know it', async () => {
      const { store, damage } = await open();
      await store.writeIncident(incident({ id: 'u-1' }), 1);
      await damage('u-2', stored);
      await store.readIncidents(['u-1']);
      expect(store.unreadable()).toEqual([]);
    });
  });
});

test('the file store forgets the incidents that the state does not know any more', async () => {
  const { store } = await inFile();
  const state = { ...NEW_STATE, runNumber: 1, incidentIds: ['u-1', 'u-2'] };
  await store.writeState(state, undefined);
  for (const id of ['u-1', 'u-2']) await store.writeIncident(incident({ id }), 1);
  await store.writeState({ ...state, incidentIds: ['u-2'] }, 1);
  const found = await store.readIncidents(['u-1', 'u-2']);
  expect(found.map(({ id }) => id)).toEqual(['u-2']);
});

describe('the store in DynamoDB', () => {
  test('lets an incident expire forty days after it was evaluated last', async () => {
    const { client, table } = await startDynamoDb();
    await createDynamoDbStore(client, table).writeIncident(incident(), 1);
    const Key = { pk: { S: 'monitor' }, sk: { S: 'incident#u-7k2f' } };
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key }));
    expect(Item?.expiresAt?.N).toBe(String((START + 35 * MINUTE) / 1_000 + 40 * 86_400));
  });

  test('holds an incident of 500 accounts with long names', async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    const account = { onset: START, joinedAt: START, facts: FACTS };
    const accounts = Array.from({ length: 500 }, (_, index) => ({
      ...account,
      name: `${index}`.padEnd(64, 'ä'),
    }));
    await store.writeIncident(incident({ accounts }), 1);
    expect((await store.readIncidents(['u-7k2f']))[0]?.accounts).toHaveLength(500);
  });
});
