import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { EVENT_SOURCE } from '../../functions/monitor/settings/names-shared-with-stack.ts';
import { createTable } from './create-table.ts';
import { TOKEN } from './deployed-handler.ts';
import { serve } from './server.ts';

const region = 'eu-central-1';

/** A queue, and its messages. */
interface Inbox {
  readonly arn: string;
  /** The next message, parsed; `undefined` if none comes. */
  next(): Promise<Record<string, unknown> | undefined>;
}

/** The channels of a function on an emulated AWS, each with a subscriber. They end with the emulator. */
export interface EmulatedChannels {
  /** The variables of a function that uses them. */
  readonly env: Readonly<Record<string, string>>;
  readonly queue: Inbox;
  readonly bus: Inbox;
  readonly pager: Inbox;
  /** The bodies that the subscriber by HTTP got, parsed. */
  readonly posted: readonly Record<string, unknown>[];
}

/** @param endpoint the emulator */
export async function createChannels(endpoint: string): Promise<EmulatedChannels> {
  const suffix = randomUUID().slice(0, 8);
  const options = { endpoint, region, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const name = `monitor-${suffix}`;
  await createTable(new DynamoDBClient(options), name);
  const secret = new CreateSecretCommand({ Name: name, SecretString: TOKEN });
  await new SecretsManagerClient(options).send(secret);
  const sqs = new SQSClient(options);
  const [queue, bus, pager] = await Promise.all(
    ['queue', 'bus', 'pager'].map((kind) => createInbox(sqs, `${kind}-${suffix}`)),
  );
  if (!queue || !bus || !pager) throw new Error('a queue is missing');
  const sns = new SNSClient(options);
  const posted: Record<string, unknown>[] = [];
  const topicArn = await createTopic(sns, name, queue);
  await postTo(sns, topicArn, posted);
  await createTopic(sns, `${name}-pager`, pager);
  await createRule(new EventBridgeClient(options), name, bus);
  const env = {
    ...Object.fromEntries(
      ['DYNAMODB', 'SNS', 'EVENTBRIDGE', 'SECRETS_MANAGER'].map((service) => [
        `AWS_ENDPOINT_URL_${service}`,
        endpoint,
      ]),
    ),
    TABLE_NAME: name,
    SECRET_ID: name,
    TOPIC_ARN: topicArn,
    EVENT_BUS: name,
    PAGER_TOPIC: `${name}-pager`,
    POWERTOOLS_SERVICE_NAME: name,
  };
  return { env, queue, bus, pager, posted };
}

async function createInbox(sqs: SQSClient, QueueName: string): Promise<Inbox> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return {
    arn: Attributes?.QueueArn ?? '',
    async next() {
      const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2 });
      const { Messages = [] } = await sqs.send(receive);
      return JSON.parse(Messages[0]?.Body ?? 'null') ?? undefined;
    },
  };
}

async function createTopic(sns: SNSClient, Name: string, { arn }: Inbox): Promise<string> {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn }));
  return TopicArn;
}

async function postTo(sns: SNSClient, TopicArn: string, posted: object[]): Promise<void> {
  const { url } = await serve((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      posted.push(JSON.parse(text));
      response.end();
    });
  });
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: url }));
}

async function createRule(events: EventBridgeClient, bus: string, { arn }: Inbox): Promise<void> {
  await events.send(new CreateEventBusCommand({ Name: bus }));
  const EventPattern = JSON.stringify({ source: [EVENT_SOURCE] });
  await events.send(new PutRuleCommand({ Name: bus, EventBusName: bus, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: arn }];
  await events.send(new PutTargetsCommand({ Rule: bus, EventBusName: bus, Targets }));
}
