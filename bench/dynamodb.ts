import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';

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

/** Creates the table of the monitor. */
export async function createTable(client: DynamoDBClient, table: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  // It takes no item before that.
  const describe = new DescribeTableCommand({ TableName: table });
  while ((await client.send(describe)).Table?.TableStatus !== 'ACTIVE');
}
