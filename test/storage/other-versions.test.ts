import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { type LocalDynamoDb, startDynamoDb } from '../support/dynamodb.ts';
import { usageEvent } from '../support/events.ts';
import { emptyFolder } from '../support/folder.ts';
import { createTestMonitor, MINUTE, notifiedBy, type TestMonitor } from '../support/monitor.ts';
import { NOT_METERED, traffic } from '../support/traffic.ts';

const OLD_FILE = new URL('./state-of-0.1.0.json', import.meta.url).pathname;
const KEY = { pk: { S: 'monitor' }, sk: { S: 'state' } };

/** A message of 0.1.0 that waits for its delivery. */
const OLD_MESSAGE = { id: 'a.fired', alertId: 'a', kind: 'fired', at: 0, reason: 'old news' };

/** The stored state, as any version reads it. */
async function storedState({ client, table }: LocalDynamoDb) {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: KEY }));
  return JSON.parse(Item?.body?.S ?? '');
}

/** A table after an incident has opened, and a rule with `for` has begun to be breached. */
async function duringIncident(counting: 'listing' | 'metrics') {
  const dynamoDb = await startDynamoDb();
  const thresholds = 'unmetered >= 10,unmetered >= 20 for 30m critical';
  const monitor = createTestMonitor({ thresholds, counting });
  monitor.events.push(...traffic('08:00', '16:00', { from: '10:00', to: '11:00' }));
  const store = createDynamoDbStore(dynamoDb.client, dynamoDb.table);
  const runFrom = async (times: readonly string[]) => {
    for (const time of times) await monitor.runAt(time, { store });
  };
  await runFrom(['10:00', '10:05', '10:10', '10:15']);
  return { dynamoDb, monitor, store, runFrom };
}

describe.each(['listing', 'metrics'] as const)('for 0.1.0 after a rollback, by %s,', (counting) => {
  // 0.1.0 reads its state without checking it: a missing property makes each of its runs crash.
  test('the state has the lists and records that it reads, and nothing is in them', async () => {
    const { dynamoDb } = await duringIncident(counting);
    expect(await storedState(dynamoDb)).toMatchObject({
      alerts: [],
      pending: [],
      troubles: {},
      rejections: [],
    });
  });

  // It skips an item that has no body, and crashes on one whose names it does not know.
  test('no stored count has a body', async () => {
    const { dynamoDb } = await duringIncident(counting);
    const { client, table } = dynamoDb;
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
    const counts = Items.filter(({ sk }) => sk?.S?.startsWith('bucket#'));
    expect(counts.length).toBeGreaterThan(0);
    expect(counts.filter(({ body }) => body)).toEqual([]);
  });
});

test('the alerts of an incident are not where an older version would call them damaged', async () => {
  const { dynamoDb, store } = await duringIncident('listing');
  expect(await storedState(dynamoDb)).toMatchObject({
    alerts: [],
    outbox: [],
    monitorFailures: {},
  });
  expect((await store.readState())?.alerts.map(({ state }) => state)).toEqual([
    'firing',
    'pending',
  ]);
});

test('an incident goes on when an older version has run for a while, and is opened by nobody again', async () => {
  const { dynamoDb, monitor, runFrom } = await duringIncident('listing');
  const { client, table } = dynamoDb;
  // An older version keeps properties that it does not know.
  const state = await storedState(dynamoDb);
  const alerts = [{ threshold: 'unmetered >= 10', state: 'firing', lastEnd: 0, firing: {} }];
  const runNumber = state.runNumber + 1;
  const body = { S: JSON.stringify({ ...state, runNumber, alerts, outbox: [OLD_MESSAGE] }) };
  const Item = { ...KEY, runNumber: { N: String(runNumber) }, body };
  await client.send(new PutItemCommand({ TableName: table, Item }));
  await runFrom(['10:20', '10:25']);
  expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10']);
});

/** A state file of 0.1.0, with changes in its state. */
function oldFile(change: object = {}): string {
  const path = join(emptyFolder(), 'state.json');
  copyFileSync(OLD_FILE, path);
  const contents = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...contents, state: { ...contents.state, ...change } }));
  return path;
}

/** The next run after those of 0.1.0, with events that are lost then. */
async function nextRun(path: string, lost: number): Promise<TestMonitor> {
  const { state } = JSON.parse(readFileSync(OLD_FILE, 'utf8'));
  const store = createFileStore(path, systemClock);
  const monitor = createTestMonitor({ thresholds: 'unmetered >= 10' });
  const event = { createdAt: state.frontier + MINUTE, status: NOT_METERED, accountId: 'acme' };
  monitor.events.push(...Array.from({ length: lost }, () => usageEvent(event)));
  await monitor.runAt(state.committedAt + 10 * MINUTE, { store });
  return monitor;
}

describe('a state of 0.1.0', () => {
  test('with a firing alert opens an incident of a rule that is still breached', async () => {
    const monitor = await nextRun(oldFile(), 20);
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10']);
  });

  test('with an alert that ended opens none', async () => {
    const ended = { state: 'ok', threshold: 'unmetered >= 10', lastEnd: 0, ended: { endedAt: 0 } };
    const path = oldFile({ alerts: [ended], frontier: undefined, judgedTo: undefined });
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), buckets: {} }));
    expect(notifiedBy(await nextRun(path, 0))).toEqual([]);
  });

  test('with messages that wait for their delivery stops no run, and says nothing of them', async () => {
    const monitor = await nextRun(oldFile({ pending: [OLD_MESSAGE] }), 20);
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10']);
  });

  test('has no message left that a rollback would bring to people weeks later', async () => {
    const path = oldFile({ pending: [OLD_MESSAGE] });
    await nextRun(path, 20);
    expect(readFileSync(path, 'utf8')).not.toContain('old news');
  });
});
