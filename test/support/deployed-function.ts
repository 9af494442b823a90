import { createServer, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { startDynamoDb } from './dynamodb.ts';
import { startHandler } from './handler.ts';
import { listen, serveAnswers } from './server.ts';

/** The attributes of a topic, as SNS gives them. */
export interface TopicAttributes {
  readonly SubscriptionsConfirmed: number;
  readonly SubscriptionsPending?: number;
  readonly SubscriptionsDeleted?: number;
}

export interface TopicOfSns {
  readonly url: string;
  /** The calls so far: `Publish`, `GetTopicAttributes`. */
  readonly actions: string[];
  /** The topics that were asked about. */
  readonly asked: string[];
  /** `undefined`: not allowed. */
  attributes: TopicAttributes | undefined;
  /** A topic without a confirmed subscription. */
  unconfirmed: string | undefined;
  /** Takes questions and never answers. */
  hangs: boolean;
}

/** SNS, and the secret with a token, on this machine. */
export async function startTopic(attributes: TopicAttributes | undefined): Promise<TopicOfSns> {
  const topic: TopicOfSns & { url: string } = {
    url: '',
    actions: [],
    asked: [],
    attributes,
    unconfirmed: undefined,
    hangs: false,
  };
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await textOf(request));
    if (request.headers['x-amz-target']) {
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ Name: 'token', SecretString: 'tgi-token' }));
      return;
    }
    const action = form.get('Action') ?? '';
    topic.actions.push(action);
    response.setHeader('content-type', 'text/xml');
    if (action !== 'GetTopicAttributes') {
      response.end(answer(action, '<MessageId>m</MessageId>'));
      return;
    }
    topic.asked.push(form.get('TopicArn') ?? '');
    if (topic.hangs) return;
    if (topic.unconfirmed === topic.asked.at(-1)) {
      response.end(answer(action, entries({ SubscriptionsConfirmed: 0 })));
    } else if (topic.attributes) response.end(answer(action, entries(topic.attributes)));
    else {
      response.writeHead(403);
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not authorized to perform: SNS:GetTopicAttributes</Message></Error><RequestId>1</RequestId></ErrorResponse>',
      );
    }
  });
  topic.url = `http://127.0.0.1:${await listen(server)}`;
  onTestFinished(() => server.closeAllConnections());
  return topic;
}

const answer = (action: string, result: string) =>
  `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`;

const entries = (attributes: TopicAttributes) =>
  `<Attributes>${Object.entries(attributes)
    .map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`)
    .join('')}</Attributes>`;

/** The outcome and the log of one invocation. */
export interface InvokedFunction {
  readonly outcome: unknown;
  /** Every line of the log, parsed; metrics are lines too. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/**
 * One invocation of the handler as it is, with real clients and a Togai without events. Its
 * environment is that of a template. Addresses of AWS lead to this machine.
 */
export async function invokeDeployed(
  environment: Readonly<Record<string, string>>,
  topic: TopicOfSns,
): Promise<InvokedFunction> {
  const { table, url } = await startDynamoDb();
  const togai = await serveAnswers({ body: { events: [] } });
  const variables = {
    ...environment,
    NODE_OPTIONS: '',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_ENDPOINT_URL_SNS: topic.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: topic.url,
    TABLE_NAME: table,
    TOGAI_BASE_URL: togai.url,
    MAX_REQUESTS_PER_SECOND: '100',
    // Log and measure through the console that is listened to here.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
  };
  const { logs, invoke } = await startHandler(variables);
  const outcome = await invoke();
  return { outcome, lines: logs.map((line) => JSON.parse(line)) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
