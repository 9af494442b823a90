import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A DynamoDB in a process of its own. */
export interface LocalDynamoDb {
  readonly port: number;
  readonly endpoint: string;
  close(): void;
}

export async function startDynamoDb(): Promise<LocalDynamoDb> {
  const child: ChildProcess = fork(fileURLToPath(new URL('dynamodb-server.ts', import.meta.url)));
  const [port] = await once(child, 'message');
  return { port, endpoint: `http://127.0.0.1:${port}`, close: () => child.disconnect() };
}

export function connectDynamoDb(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
}
