import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { onTestFinished } from 'vitest';
import { createTable } from './create-table.ts';
import { listen } from './server.ts';

export interface LocalDynamoDb {
  readonly url: string;
  readonly client: DynamoDBClient;
  /** An empty table of the monitor. */
  readonly table: string;
  /** The calls so far: `PutItem`, `Query` … */
  readonly calls: string[];
}

/** A DynamoDB on this machine, closed when the test ends. */
export async function startDynamoDb(): Promise<LocalDynamoDb> {
  const server = dynalite({ createTableMs: 0 });
  const calls: string[] = [];
  server.on('request', ({ headers }) => {
    calls.push(String(headers['x-amz-target']).replace(/^.*\./, ''));
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  onTestFinished(() => client.destroy());
  const table = 'monitor-table';
  await createTable(client, table);
  calls.length = 0;
  return { url, client, table, calls };
}
