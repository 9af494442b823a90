import { expect, test, vi } from 'vitest';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { NOW } from '../simulator/simulated-togai.ts';
import { MONITOR_RESOURCES, startStacks } from '../support/aws-stack.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { lostTogai, rows } from './lost-togai.ts';

/** A stack whose table has an incident of a run. @returns its id */
async function stackWithIncident(togai: Awaited<ReturnType<typeof lostTogai>>): Promise<string> {
  const state = `${togai.folder}/state.json`;
  const at = new Date(NOW).toISOString();
  const run = await togai.run(['--state', state, '--at', at, '--print', 'json']);
  const { incidentId } = JSON.parse(run.stdout.split('\n')[0] ?? '');
  const { signal } = new AbortController();
  const [incident] = await createFileStore(state, systemClock, signal).readIncidents([incidentId]);
  if (!incident) throw new Error('no incident');
  const { client, table, url } = await startDynamoDb();
  await createDynamoDbStore(client, table).writeIncident(incident, 1);
  const fake = await startStacks();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url);
  fake.stacks.Monitor = MONITOR_RESOURCES.map((resource) =>
    resource.type === 'AWS::DynamoDB::Table' ? { ...resource, name: table } : resource,
  );
  return incidentId;
}

test('an incident is found in the table of its stack', async () => {
  const togai = await lostTogai();
  const id = await stackWithIncident(togai);
  const result = await togai.lost(['--jsonl', '--incident', id, '--stack', 'Monitor']);
  expect(result.exitCode).toBe(0);
  expect(rows(result).length).toBeGreaterThan(10);
  expect(rows(result).every(({ account }) => account === 'acme')).toBe(true);
});

test('an incident that the stack does not have is refused', async () => {
  const togai = await lostTogai();
  await stackWithIncident(togai);
  const { exitCode, stderr } = await togai.lost(['--incident', 'u-nope', '--stack', 'Monitor']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('the stack Monitor has no incident u-nope');
});
