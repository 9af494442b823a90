import type { MonitorStore } from '../../functions/monitor/ports.ts';
import type { Surroundings } from '../terminal.ts';
import { clientOptions } from './aws-clients.ts';
import { awsFailure } from './aws-failure.ts';
import type { DeployedMonitor } from './find-monitor.ts';

/**
 * Reads the table of a deployed monitor.
 *
 * @param needed the rights that it takes, for a person whom AWS refuses
 * @throws MonitorError where the table cannot be read; the reason of the signal when it aborts
 */
export async function readTable<T>(
  { tableName }: DeployedMonitor,
  needed: string,
  read: (store: MonitorStore) => Promise<T>,
  around: Surroundings,
): Promise<T> {
  // Loaded here, because the AWS SDK takes long to load.
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { createDynamoDbStore } = await import('../../functions/monitor/storage/dynamodb-store.ts');
  const client = new DynamoDBClient(clientOptions(around));
  try {
    return await read(createDynamoDbStore(client, tableName));
  } catch (error) {
    return awsFailure(error, `the table ${tableName} could not be read`, needed, around.signal);
  } finally {
    client.destroy();
  }
}
