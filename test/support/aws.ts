import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from './server.ts';

/** A message that SNS accepted, with the text of each protocol. */
interface PublishedMessage {
  readonly subject: string;
  readonly bodies: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
}

/** An event that EventBridge accepted. */
interface PutEvent {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Resources: readonly string[];
  readonly Detail: string;
}

/** A plain text that SNS accepted. */
interface PlainMessage {
  readonly topicArn: string;
  readonly subject: string;
  readonly text: string;
}

/** SNS, EventBridge and Secrets Manager on this machine, as strict as the documentation of AWS. */
export interface FakeAws {
  readonly url: string;
  /** Without the first sign of life. */
  readonly published: PublishedMessage[];
  /** Published without a body of its own for each protocol. */
  readonly plain: PlainMessage[];
  readonly firstSigns: PublishedMessage[];
  /** Without the first sign of life. */
  readonly events: PutEvent[];
  /** The errors of the next events, by their codes. The calls themselves succeed. */
  readonly failingEvents: string[];
  /** The text in the secret. `undefined`: there is no secret. */
  secret: string | undefined;
  /** The text that replaces it after the next read. */
  rotateTo: string | undefined;
  secretReads: number;
  /** The number of publishes that are refused next, with an error that may pass. */
  failingPublishes: number;
  /** Whether publishes get no answer. */
  hangs: boolean;
}

const MAX_BYTES = 256 * 1024;

export async function startFakeAws(secret?: string): Promise<FakeAws> {
  const published: PublishedMessage[] = [];
  const aws: FakeAws & { url: string } = {
    url: '',
    published,
    plain: [],
    firstSigns: [],
    events: [],
    failingEvents: [],
    secret,
    rotateTo: undefined,
    secretReads: 0,
    failingPublishes: 0,
    hangs: false,
  };
  const server = createServer(async (request, response) => {
    const body = await readAll(request);
    const target = String(request.headers['x-amz-target'] ?? '');
    if (target === 'secretsmanager.GetSecretValue') answerSecret(aws, response);
    else if (target === 'AWSEvents.PutEvents') answerPutEvents(aws, body, response);
    else if (!aws.hangs) answerSns(aws, new URLSearchParams(body), response);
  });
  aws.url = `http://127.0.0.1:${await listen(server)}`;
  return aws;
}

function answerSecret(aws: FakeAws, response: ServerResponse): void {
  aws.secretReads++;
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  if (aws.secret === undefined) {
    response.writeHead(400);
    response.end(JSON.stringify({ __type: 'ResourceNotFoundException', message: 'not there' }));
    return;
  }
  response.end(JSON.stringify({ Name: 'token', SecretString: aws.secret }));
  aws.secret = aws.rotateTo ?? aws.secret;
}

/** Source of the rules: EventBridge API reference, "PutEvents". */
function answerPutEvents(aws: FakeAws, body: string, response: ServerResponse): void {
  const { Entries }: { Entries: PutEvent[] } = JSON.parse(body);
  const results = Entries.map((entry) => {
    const code = aws.failingEvents.shift() ?? refusalOf(entry);
    if (code !== undefined) return { ErrorCode: code, ErrorMessage: `because of ${code}` };
    if (JSON.parse(entry.Detail).topic !== 'watching') aws.events.push(entry);
    return { EventId: 'e' };
  });
  const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  response.end(JSON.stringify({ FailedEntryCount, Entries: results }));
}

function refusalOf({ Source, DetailType, Detail }: PutEvent): string | undefined {
  if (!Source || Source.startsWith('aws.') || !DetailType) return 'InvalidArgument';
  try {
    return typeof JSON.parse(Detail) === 'object' ? undefined : 'MalformedDetail';
  } catch {
    return 'MalformedDetail';
  }
}

function answerSns(aws: FakeAws, form: URLSearchParams, response: ServerResponse): void {
  response.setHeader('content-type', 'text/xml');
  if (form.get('Action') === 'GetTopicAttributes') response.end(ONE_CONFIRMED);
  else answerPublish(aws, form, response);
}

const ONE_CONFIRMED =
  '<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes><entry><key>SubscriptionsConfirmed</key><value>1</value></entry></Attributes></GetTopicAttributesResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetTopicAttributesResponse>';

const PUBLISHED =
  '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>';

/** Speaks the query protocol. Source of the rules: SNS API reference, "Publish". */
function answerPublish(aws: FakeAws, form: URLSearchParams, response: ServerResponse): void {
  const refuse = (code: string, message: string, status = 400) => {
    response.writeHead(status);
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    );
  };
  if (aws.failingPublishes > 0) {
    aws.failingPublishes--;
    return void refuse('AuthorizationError', 'not now', 403);
  }
  const subject = form.get('Subject') ?? '';
  const message = form.get('Message') ?? '';
  if (form.get('Action') !== 'Publish')
    return void refuse('InvalidAction', 'only Publish is known');
  if (!form.get('TopicArn')?.startsWith('arn:aws:sns:'))
    return void refuse('InvalidParameter', 'TopicArn');
  if (!/^[\x20-\x7e]{1,99}$/.test(subject)) return void refuse('InvalidParameter', 'Subject');
  if (Buffer.byteLength(message) > MAX_BYTES)
    return void refuse('InvalidParameter', 'Message too long');
  if (form.get('MessageStructure') !== 'json') {
    aws.plain.push({ topicArn: form.get('TopicArn') ?? '', subject, text: message });
    return void response.end(PUBLISHED);
  }
  let bodies: Record<string, unknown>;
  try {
    bodies = JSON.parse(message);
  } catch {
    return void refuse('InvalidParameter', 'Message Structure - JSON message body failed to parse');
  }
  if (typeof bodies.default !== 'string') {
    return void refuse(
      'InvalidParameter',
      'Message Structure - No default entry in JSON message body',
    );
  }
  const attributes = readAttributes(form);
  const published = { subject, bodies: bodies as Record<string, string>, attributes };
  if (attributes.topic === 'watching') aws.firstSigns.push(published);
  else aws.published.push(published);
  response.end(PUBLISHED);
}

function readAttributes(form: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index++) {
    const name = form.get(`MessageAttributes.entry.${index}.Name`) ?? '';
    attributes[name] = form.get(`MessageAttributes.entry.${index}.Value.StringValue`) ?? '';
  }
  return attributes;
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
