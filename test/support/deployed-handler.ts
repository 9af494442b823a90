import { gunzipSync } from 'node:zlib';
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { onTestFinished, vi } from 'vitest';
import { scenarios } from '../../simulator/scenarios.ts';
import { type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import { type FakeAws, startFakeAws } from './aws.ts';
import { createHurriedClock } from './clock.ts';
import { startDynamoDb } from './dynamodb.ts';
import { MINUTE } from './monitor.ts';

export const TOKEN = 'tgi-planted-secret-0123456789';
/** 09:45 of the scripted day: the incident is 35 minutes old. */
const NOW = Date.UTC(2026, 10, 18, 12);
const DAY = NOW - (9 * 60 + 45) * MINUTE;

interface Deployed {
  readonly aws: FakeAws;
  readonly logs: string[];
  readonly calls: string[];
  /** The state and all buckets, as text. */
  stored(): Promise<string>;
  /** Goes on in the simulated day, and invokes the handler at that time. */
  invokeAt(minutesLater: number, event?: object): Promise<unknown>;
}

interface DeployOptions {
  /** The text in the secret. `undefined`: there is no secret. @default TOKEN */
  readonly secret?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly simulator?: Partial<SimulatorOptions>;
}

/** The handler with its real clients, against servers on this machine. */
export async function deploy(options: DeployOptions = {}): Promise<Deployed> {
  const { table, url, client, calls } = await startDynamoDb();
  const aws = await startFakeAws('secret' in options ? options.secret : TOKEN);
  let now = NOW;
  const togaiUrl = await startTogai(() => now, options.simulator);
  setEnvironment({
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_ENDPOINT_URL_SNS: aws.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: aws.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    TABLE_NAME: table,
    TOGAI_BASE_URL: togaiUrl,
    ...options.env,
  });
  const logs = catchLogs();
  const handler = await loadHandler(() => now);
  return {
    aws,
    logs,
    calls,
    stored: () => storedIn(client, table),
    invokeAt(minutesLater, event = { time: new Date(NOW + minutesLater * MINUTE).toISOString() }) {
      now = NOW + minutesLater * MINUTE;
      return handler(event, contextOf(`request-${minutesLater}`)) as Promise<unknown>;
    },
  };
}

async function startTogai(
  now: () => number,
  options: Partial<SimulatorOptions> = {},
): Promise<string> {
  const scenario = scenarios(DAY).incident;
  if (!scenario) throw new Error('no such scenario');
  const simulator = await startSimulator({ scenario, now, token: TOKEN, quota: 1e6, ...options });
  onTestFinished(() => simulator.close());
  return simulator.url;
}

function setEnvironment(env: Readonly<Record<string, string>>): void {
  const variables = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    SECRET_ID: 'togai-token',
    TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:alerts',
    DASHBOARD_URL: 'https://console.example/dashboard',
    RUNBOOK_URL: 'https://example.com/runbook',
    MAX_REQUESTS_PER_SECOND: '100',
    // Logs and metrics go to the console of this process, where catchLogs finds them.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
    ...env,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

function catchLogs(): string[] {
  const logs: string[] = [];
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, level).mockImplementation((...parts) => void logs.push(parts.join(' ')));
  }
  return logs;
}

/** Loads the handler as a new process of Lambda does. Runs are minutes apart, so none waits for the one before. */
async function loadHandler(now: () => number) {
  const machineClock = vi.spyOn(Date, 'now').mockImplementation(now);
  vi.doMock('../../functions/monitor/system-clock.ts', () => ({
    systemClock: createHurriedClock(now),
  }));
  vi.resetModules();
  onTestFinished(() => {
    machineClock.mockRestore();
    vi.doUnmock('../../functions/monitor/system-clock.ts');
    vi.resetModules();
  });
  const { handler } = await import('../../functions/monitor/handler.ts');
  return handler;
}

async function storedIn(client: DynamoDBClient, table: string): Promise<string> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
  return Items.map(({ body, content }) => body?.S ?? String(gunzipSync(content?.B ?? ''))).join(
    '\n',
  );
}

function contextOf(awsRequestId: string): Context {
  return {
    awsRequestId,
    functionName: 'monitor',
    memoryLimitInMB: '256',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:monitor',
    getRemainingTimeInMillis: () => 60_000,
  } as Context;
}

/** A message of the machine format. @param index which of those that were published */
export const publishedJson = ({ aws }: Deployed, index = 0) =>
  JSON.parse(aws.published[index]?.bodies.sqs ?? 'null');
