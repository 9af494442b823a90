import { expect, test, vi } from 'vitest';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { startStacks } from '../support/aws-stack.ts';
import { cli } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { emptyFolder } from '../support/folder.ts';
import { START } from './random-history.ts';
import { DAYS, stateFile } from './state-file.ts';

const END = START + DAYS * 86_400_000;

const backtest = (...args: readonly string[]) =>
  cli(['backtest', '--json', ...args], { clock: createJumpingClock(END) });

test('a backtest of a stack is that of its table', async () => {
  const { stacks } = await startStacks();
  const { url, client, table } = await startDynamoDb();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url);
  const file = stateFile(emptyFolder());
  const { buckets } = await createFileStore(
    file,
    createJumpingClock(END),
    new AbortController().signal,
  ).readCounts({ start: START, end: END });
  const store = createDynamoDbStore(client, table);
  for (let first = 0; first < buckets.length; first += 40) {
    const some = buckets.slice(first, first + 40);
    await Promise.all(some.map((bucket) => store.writeBucket(bucket)));
  }
  stacks.Billing = [
    { type: 'AWS::DynamoDB::Table', logicalId: 'MonitorTable00C8BEC1', name: table },
    { type: 'AWS::Lambda::Function', logicalId: 'MonitorFunction12AB34CD', name: 'the-function' },
  ];
  const ofFile = JSON.parse((await backtest('--state', file)).stdout);
  const ofStack = JSON.parse((await backtest('--stack', 'Billing')).stdout);
  expect(ofStack.source).toBe(`table ${table}`);
  expect(ofStack.sets[0].deploy).toMatch(/^npx cdk deploy -c stackName=Billing --parameters /);
  expect(ofStack.sets[0].sent).toEqual(ofFile.sets[0].sent);
  expect(ofStack.sets[0].sent.length).toBeGreaterThan(0);
});

test('a table that cannot be read is named', async () => {
  await startStacks();
  const { url } = await startDynamoDb();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url);
  const { stderr, exitCode } = await backtest();
  expect(stderr).toMatch(/^unmetered: the table the-table could not be read: /);
  expect(exitCode).toBe(2);
});
