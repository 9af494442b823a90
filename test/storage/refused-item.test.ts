import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RefusedItemError } from '../../functions/monitor/errors.ts';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { usageEvent } from '../support/events.ts';
import { listen } from '../support/server.ts';

const START = Date.UTC(2026, 10, 18, 12);

/** A text that no compression makes small enough for an item. */
const HUGE = randomBytes(412_500).toString('base64');

/** A bucket with one problem event. */
function record(fields: object = {}) {
  const counter = createCounter({ accounts: new Set(), schemas: new Set() });
  counter.add(usageEvent({ status: 'INGESTION_FAILED' }));
  return {
    start: START,
    times: 1,
    countedAt: START + 600_000,
    inProgress: 0,
    partial: false,
    configHash: 'f',
    runNumber: 1,
    counts: counter.finish(),
    ...fields,
  };
}

/** A DynamoDB that answers every call with one error. */
async function storeOf(status: number, type: string, message: string) {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }));
  });
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${await listen(server)}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return createDynamoDbStore(client, 'monitor-table');
}

describe('a bucket that DynamoDB can never take', () => {
  const write = async () => {
    const { client, table } = await startDynamoDb();
    const store = createDynamoDbStore(client, table);
    const refusal: unknown = await store
      .writeBucket(record({ configHash: HUGE }))
      .catch((reason) => reason);
    return { store, table, refusal };
  };

  test('is refused with an error of its own, not with that of a table that is out of reach', async () => {
    const { refusal } = await write();
    expect(refusal).toBeInstanceOf(RefusedItemError ?? class Missing {});
  });

  test('is named in the message, with its table, its size and the limit', async () => {
    const { refusal, table } = await write();
    const { message } = refusal as Error;
    expect(message).toContain('bucket#2026-11-18T12:00:00.000Z');
    expect(message).toContain(table);
    expect(message).toMatch(/\d+ ?(KB|kB|bytes)|size|larger/i);
    expect(message).not.toContain(HUGE.slice(0, 100));
  });

  test('leaves room for the next: a bucket of the same time is stored', async () => {
    const { store } = await write();
    expect(await store.writeBucket(record())).toBe(true);
  });
});

test.each([
  [400, 'ProvisionedThroughputExceededException', 'slow down'],
  [400, 'ThrottlingException', 'slow down'],
  [400, 'AccessDeniedException', 'not authorized to perform: dynamodb:PutItem'],
  [400, 'ResourceNotFoundException', 'no such table'],
  [400, 'ValidationException', 'The provided key element does not match the schema'],
  [500, 'InternalServerError', 'try again'],
])('%i %s ("%s") is of no item: it is no refusal of one', async (status, type, message) => {
  const store = await storeOf(status, type, message);
  const error: unknown = await store.writeBucket(record()).catch((reason) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(RefusedItemError ?? class Missing {});
});

test('a state that DynamoDB can never take is refused by its name', async () => {
  const { client, table } = await startDynamoDb();
  const store = createDynamoDbStore(client, table);
  const state = { ...NEW_STATE, runNumber: 1, runId: HUGE };
  const refusal: unknown = await store.writeState(state, undefined).catch((reason) => reason);
  expect(refusal).toBeInstanceOf(RefusedItemError ?? class Missing {});
  expect((refusal as Error).message).toContain('monitor/state');
});
