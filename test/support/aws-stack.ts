import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished, vi } from 'vitest';
import { listen } from './server.ts';

export interface StackResource {
  readonly type: string;
  readonly logicalId: string;
  readonly name: string;
  /** @default CREATE_COMPLETE */
  readonly status?: string;
}

/** The resources of the standard stack that matter here. */
export const MONITOR_RESOURCES: readonly StackResource[] = [
  { type: 'AWS::DynamoDB::Table', logicalId: 'MonitorTable00C8BEC1', name: 'the-table' },
  { type: 'AWS::Lambda::Function', logicalId: 'MonitorFunction12AB34CD', name: 'the-function' },
];

/** CloudFormation and Lambda on this machine. */
export interface FakeStacks {
  /** By the name of the stack. CloudFormation gives two on a page. */
  readonly stacks: Record<string, readonly StackResource[]>;
  /** The names of the functions that were invoked, with the payloads. */
  readonly invoked: { readonly functionName: string; readonly payload: unknown }[];
  /** Answers invocations. A function that throws has failed. */
  answer: (payload: unknown) => unknown;
  /** The code of the error that both services answer with. */
  refusal: string | undefined;
}

/** Starts them, and lets the AWS clients of this process find them until the test ends. */
export async function startStacks(): Promise<FakeStacks> {
  const fake: FakeStacks = {
    stacks: { UnmeteredEventsMonitor: MONITOR_RESOURCES },
    invoked: [],
    answer: () => null,
    refusal: undefined,
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const [, functionName] = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(
      request.url ?? '',
    ) ?? [undefined, undefined];
    if (functionName === undefined) listResources(fake, new URLSearchParams(body), response);
    else await invoke(fake, decodeURIComponent(functionName), body, response);
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  const variables = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
  });
  return fake;
}

/** Speaks the query protocol. Source: CloudFormation API reference, "ListStackResources". */
function listResources(
  { stacks, refusal }: FakeStacks,
  form: URLSearchParams,
  response: ServerResponse,
): void {
  const stack = form.get('StackName') ?? '';
  const resources = stacks[stack];
  response.setHeader('content-type', 'text/xml');
  if (form.get('Action') !== 'ListStackResources' || refusal !== undefined || !resources) {
    const code = refusal ?? 'ValidationError';
    response.writeHead(400);
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>Stack with id ${stack} does not exist</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    );
    return;
  }
  const from = Number(form.get('NextToken') ?? 0);
  const members = resources
    .slice(from, from + 2)
    .map(
      ({ type, logicalId, name, status = 'CREATE_COMPLETE' }) =>
        `<member><LogicalResourceId>${logicalId}</LogicalResourceId><PhysicalResourceId>${name}</PhysicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>${status}</ResourceStatus></member>`,
    );
  const next = from + 2 < resources.length ? `<NextToken>${from + 2}</NextToken>` : '';
  response.end(
    `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${members.join('')}</StackResourceSummaries>${next}</ListStackResourcesResult></ListStackResourcesResponse>`,
  );
}

/** Source: Lambda API reference, "Invoke". */
async function invoke(
  fake: FakeStacks,
  functionName: string,
  body: string,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('content-type', 'application/json');
  if (fake.refusal !== undefined) {
    response.writeHead(403, { 'x-amzn-errortype': fake.refusal });
    response.end(JSON.stringify({ Message: 'not for you' }));
    return;
  }
  const payload: unknown = JSON.parse(body);
  fake.invoked.push({ functionName, payload });
  try {
    response.end(JSON.stringify(await fake.answer(payload)));
  } catch (error) {
    response.setHeader('x-amz-function-error', 'Unhandled');
    response.end(JSON.stringify({ errorMessage: (error as Error).message }));
  }
}
