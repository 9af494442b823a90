import { SettingError } from '../../functions/monitor/errors.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import { clientOptions } from '../aws/aws-clients.ts';
import { awsFailure } from '../aws/aws-failure.ts';
import { DEFAULT_STACK, findMonitor } from '../aws/find-monitor.ts';
import type { PlaceFlags } from '../on-call/place-flags.ts';
import type { Surroundings } from '../terminal.ts';

/**
 * Reads a loss of events from the state file or from the table of the stack.
 *
 * @throws SettingError where there is none with that id; MonitorError where it cannot be read
 */
export async function readLoss(
  id: string,
  { state, stack = DEFAULT_STACK }: PlaceFlags,
  around: Surroundings,
): Promise<Incident> {
  const incident =
    state === undefined
      ? await readFromStack(id, stack, around)
      : await readFromFile(id, state, around);
  if (incident?.nature === 'loss') return incident;
  const place = printable(state ?? `the stack ${stack}`, 200);
  throw new SettingError(
    incident
      ? `--incident: ${printable(id, 80)} is no loss of events; leave it out, and give a range`
      : `--incident: ${place} has no incident ${printable(id, 80)}; messages name it in their last lines`,
  );
}

async function readFromFile(id: string, path: string, { clock, signal }: Surroundings) {
  const { createFileStore } = await import('../../functions/monitor/storage/file-store.ts');
  const [incident] = await createFileStore(path, clock, signal).readIncidents([id]);
  return incident;
}

async function readFromStack(id: string, stack: string, around: Surroundings) {
  const { tableName } = await findMonitor(stack, around);
  // Loaded here, because the AWS SDK takes long to load.
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { createDynamoDbStore } = await import('../../functions/monitor/storage/dynamodb-store.ts');
  const client = new DynamoDBClient(clientOptions(around));
  try {
    const [incident] = await createDynamoDbStore(client, tableName).readIncidents([id]);
    return incident;
  } catch (error) {
    const attempt = `the table ${tableName} could not be read`;
    return awsFailure(error, attempt, 'dynamodb:Query is needed', around.signal);
  } finally {
    client.destroy();
  }
}
