import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { exampleNotifications } from '../../cli/preview/example-notifications.ts';
import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import { createSnsChannel } from '../../functions/monitor/notifications/delivery/sns-channel.ts';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import { TOKEN_PLACEHOLDER } from '../../functions/monitor/settings/names-shared-with-stack.ts';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { createSecretCredential } from '../../functions/monitor/togai/token-secret.ts';
import { createTable } from '../support/create-table.ts';
import { serve } from '../support/server.ts';
import { bucketsIn } from '../support/stored-counts.ts';

/** Runs against `AWS_ENDPOINT_URL`: an emulator, or AWS itself. Makes the resources that it needs, and removes them. */
const suffix = randomUUID().slice(0, 8);
const signal = new AbortController().signal;

describe('the store in DynamoDB', () => {
  const client = new DynamoDBClient();
  const table = `unmetered-test-${suffix}`;
  let store: MonitorStore;

  beforeAll(async () => {
    await createTable(client, table);
    await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName: table });
    store = createDynamoDbStore(client, table);
  });
  afterAll(() => client.send(new DeleteTableCommand({ TableName: table })));

  test('lets only one of many first runs begin, and refuses a run if a later one has begun', async () => {
    const state = (runNumber: number, runId: string) => ({ ...NEW_STATE, runNumber, runId });
    const attempts = Array.from({ length: 8 }, (_, index) =>
      store.writeState(state(1, `run-${index}`), undefined),
    );
    expect((await Promise.all(attempts)).filter((won) => won)).toHaveLength(1);
    expect(await store.writeState(state(2, 'next'), 1)).toBe(true);
    expect(await store.writeState(state(1, 'late'), 1)).toBe(false);
  });

  test('gives buckets back, and refuses those of an earlier run', async () => {
    const record = (start: number, runNumber: number): BucketRecord => ({
      start,
      times: 1,
      countedAt: start,
      inProgress: 0,
      partial: false,
      configHash: 'f',
      runNumber,
      counts: createCounter({ accounts: new Set(), schemas: new Set() }).finish(),
    });
    expect(await store.writeBucket(record(300_000, 2))).toBe(true);
    expect(await store.writeBucket(record(300_000, 1))).toBe(false);
    expect(await bucketsIn(store, { start: 0, end: 600_000 })).toEqual([record(300_000, 2)]);
  });
});

describe('the secret', () => {
  const client = new SecretsManagerClient();
  const name = `unmetered-test-${suffix}`;

  beforeAll(() => client.send(new CreateSecretCommand({ Name: name, SecretString: 'first' })));
  afterAll(() =>
    client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true })),
  );

  test('is read once, and again on demand', async () => {
    const credential = createSecretCredential(client, {
      secretId: name,
      placeholder: TOKEN_PLACEHOLDER,
    });
    expect(await credential.read()).toBe('first');
    await client.send(
      new PutSecretValueCommand({ SecretId: name, SecretString: '{"token":"second"}' }),
    );
    expect(await credential.read()).toBe('first');
    expect(await credential.readAgain()).toBe('second');
  });

  test('that does not exist is an error that says so', async () => {
    const credential = createSecretCredential(client, {
      secretId: `${name}-missing`,
      placeholder: TOKEN_PLACEHOLDER,
    });
    await expect(credential.read()).rejects.toThrow(/cannot be read \(ResourceNotFoundException\)/);
  });
});

describe('SNS', () => {
  const sns = new SNSClient();
  const sqs = new SQSClient();
  let topic: string;
  let queue: string;

  beforeAll(async () => {
    topic =
      (await sns.send(new CreateTopicCommand({ Name: `unmetered-test-${suffix}` }))).TopicArn ?? '';
    queue =
      (await sqs.send(new CreateQueueCommand({ QueueName: `unmetered-test-${suffix}` })))
        .QueueUrl ?? '';
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['QueueArn'] }),
    );
    await sns.send(
      new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }),
    );
  });
  afterAll(async () => {
    await sns.send(new DeleteTopicCommand({ TopicArn: topic }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queue }));
  });

  test('gives each kind of subscriber its own text', async () => {
    const received: Record<string, string>[] = [];
    const { url } = await serve((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        const delivery = JSON.parse(text);
        received.push(delivery);
        response.end();
        // AWS asks to confirm the subscription. Emulators do not.
        if (delivery.Type === 'SubscriptionConfirmation') void confirm(delivery.Token);
      });
    });
    const confirm = (token: string) =>
      sns.send(new ConfirmSubscriptionCommand({ TopicArn: topic, Token: token }));
    await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'http', Endpoint: url }));

    for (const notification of Object.values(exampleNotifications())) {
      const message = renderMessage(notification, {
        dashboardUrl: '',
        runbookUrl: '',
      });
      await createSnsChannel(sns, topic).publish(message, signal);
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 5 }),
      );
      const envelope = JSON.parse(Messages[0]?.Body ?? '{}');
      expect(envelope.Message).toBe(message.json);
      expect(envelope.Subject).toBe(message.subject);
      await vi.waitUntil(() => received.some(({ Message }) => Message === message.json), {
        timeout: 10_000,
      });
    }
  });
});
