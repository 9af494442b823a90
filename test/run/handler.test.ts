import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { Context } from 'aws-lambda';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { scenarios } from '../../simulator/scenario.ts';
import { type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import { type FakeAws, startFakeAws } from '../support/aws.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { MINUTE } from '../support/monitor.ts';

const TOKEN = 'tgi-planted-secret-0123456789';
/** 09:45 of the scripted day: the incident is 35 minutes old. */
const NOW = Date.UTC(2026, 10, 18, 12);
const DAY = NOW - (9 * 60 + 45) * MINUTE;

interface Deployed {
  readonly aws: FakeAws;
  readonly logs: string[];
  /** The calls to DynamoDB. */
  readonly calls: string[];
  /** The state and all buckets, as text. */
  stored(): Promise<string>;
  /** Goes on in the simulated day, and invokes the handler at that time. */
  invokeAt(minutesLater: number, event?: object): Promise<unknown>;
}

/** The handler as it is, with real clients, against servers on this machine. */
async function deploy(
  options: {
    readonly secret?: string | undefined;
    readonly env?: Readonly<Record<string, string>>;
    readonly simulator?: Partial<SimulatorOptions>;
  } = {},
): Promise<Deployed> {
  const { table, url, client, calls } = await startDynamoDb();
  const aws = await startFakeAws('secret' in options ? options.secret : TOKEN);
  let now = NOW;
  const scenario = scenarios(DAY).incident;
  if (!scenario) throw new Error('no such scenario');
  const simulator = await startSimulator({
    scenario,
    now: () => now,
    token: TOKEN,
    quota: 1e6,
    ...options.simulator,
  });
  onTestFinished(() => simulator.close());
  // Runs are minutes apart, so none has to wait for the requests of the one before.
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());

  const env = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_ENDPOINT_URL_SNS: aws.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    SECRET_ID: 'togai-token',
    TABLE_NAME: table,
    TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:alerts',
    DASHBOARD_URL: 'https://console.example/dashboard',
    RUNBOOK_URL: 'https://example.com/runbook',
    TOGAI_BASE_URL: simulator.url,
    MAX_REQUESTS_PER_SECOND: '100',
    ...options.env,
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());

  const logs: string[] = [];
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, level).mockImplementation((...parts) => void logs.push(parts.join(' ')));
  }
  vi.resetModules();
  // Log and measure through the console that is listened to here.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const { handler } = await import('../../functions/monitor/handler.ts');
  return {
    aws,
    logs,
    calls,
    async stored() {
      const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
      const { gunzipSync } = await import('node:zlib');
      const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
      return Items.map(({ body }) => body?.S ?? String(gunzipSync(body?.B ?? ''))).join('\n');
    },
    invokeAt(minutesLater, event = { time: new Date(NOW + minutesLater * MINUTE).toISOString() }) {
      now = NOW + minutesLater * MINUTE;
      const context = {
        awsRequestId: `request-${minutesLater}`,
        functionName: 'monitor',
        memoryLimitInMB: '256',
        invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:monitor',
        getRemainingTimeInMillis: () => 60_000,
      } as Context;
      return handler(event, context) as Promise<unknown>;
    },
  };
}

const json = ({ aws }: Deployed, index = 0) =>
  JSON.parse(aws.published[index]?.bodies.sqs ?? 'null');

describe('a complete run', () => {
  test('alerts the incident over every channel, each with its own body', async () => {
    const monitor = await deploy();
    expect(await monitor.invokeAt(0)).toEqual({ outcome: 'finished' });
    const critical = monitor.aws.published.find(
      ({ attributes }) => attributes.threshold === 'unmetered >= 5% critical',
    );
    expect(critical?.subject).toMatch(
      /^CRITICAL: \d+ unmetered events in 60 min \(\d+(\.\d)?%\), \d+ of them account acme$/,
    );
    expect(Object.keys(critical?.bodies ?? {}).sort()).toEqual([
      'default',
      'email',
      'email-json',
      'http',
      'https',
      'lambda',
      'sms',
      'sqs',
    ]);
    expect(critical?.bodies.email).toContain('Threshold: unmetered >= 5% critical');
    expect(JSON.parse(critical?.bodies.https ?? '')).toMatchObject({
      version: '1.0',
      source: 'custom',
    });
    expect(critical?.attributes).toEqual({
      severity: 'critical',
      kind: 'fired',
      threshold: 'unmetered >= 5% critical',
    });
  });

  test('tells why, and what to do next', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0);
    const critical = monitor.aws.published.find(
      ({ attributes }) => attributes.threshold === 'unmetered >= 5% critical',
    );
    expect(critical?.bodies.email).toMatch(
      /Usage was computed .*, but the account has no price plan\.\n {2}-> Look at the price plan/,
    );
  });

  test('is followed by the resolution', async () => {
    const monitor = await deploy();
    for (let minutes = 0; minutes <= 120; minutes += 5) await monitor.invokeAt(minutes);
    expect(monitor.aws.published.map(({ attributes }) => attributes.kind)).toEqual(
      expect.arrayContaining(['fired', 'resolved']),
    );
    const ids = monitor.aws.published.map(({ bodies }) => JSON.parse(bodies.sqs ?? '').id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('logs one line with the whole result, and at most ten metrics without dimensions of events', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0);
    const lines = monitor.logs.map((line) => JSON.parse(line));
    const [result] = lines.filter(({ message }) => message === 'run');
    expect(result).toMatchObject({
      outcome: 'finished',
      whole: true,
      delivered: 1,
      undelivered: 0,
    });
    const [metrics] = lines.filter((line) => '_aws' in line);
    const [{ Metrics, Dimensions }] = metrics._aws.CloudWatchMetrics;
    expect(Metrics.map(({ Name }: { Name: string }) => Name).sort()).toEqual([
      'AlertsFiring',
      'BacklogMinutes',
      'EventsFailed',
      'EventsInProgress',
      'EventsTotal',
      'EventsUnmetered',
      'RunSucceeded',
      'TogaiRequests',
      'TogaiThrottled',
      'UnmeteredPercent',
    ]);
    expect(Dimensions).toEqual([['service']]);
  });

  test('lets neither the token nor attributes or dimensions of events out', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0);
    const everything = [
      ...monitor.logs,
      JSON.stringify(monitor.aws.published),
      await monitor.stored(),
    ].join('\n');
    expect(everything).toContain('acme');
    for (const planted of [
      TOKEN,
      'eu-central-1",',
      '"region"',
      '"channel"',
      '"duration"',
      'us-east-1',
    ]) {
      expect(everything).not.toContain(planted);
    }
  });

  test('costs a fixed few calls when it is quiet', async () => {
    const monitor = await deploy({ env: { THRESHOLDS: 'unmetered >= 100000' } });
    await monitor.invokeAt(0);
    monitor.calls.length = 0;
    await monitor.invokeAt(5);
    expect(monitor.aws.secretReads).toBe(1);
    expect(monitor.aws.published).toEqual([]);
    expect(monitor.calls.filter((call) => call !== 'PutItem')).toEqual(['GetItem', 'Query']);
    // The lease, the new bucket, those that were in progress or enter the older half, and the state.
    expect(monitor.calls.filter((call) => call === 'PutItem').length).toBeLessThanOrEqual(6);
  });
});

describe('the secret', () => {
  test.each([
    ['as plain text', TOKEN],
    ['as JSON', JSON.stringify({ token: TOKEN })],
  ])('may hold the token %s', async (_, secret) => {
    const monitor = await deploy({ secret });
    expect(await monitor.invokeAt(0)).toEqual({ outcome: 'finished' });
  });

  test.each([
    ['the placeholder', 'put-your-togai-api-token-here', /holds the placeholder and no token yet/],
    ['nothing', '', /holds no token yet/],
    ['JSON without a token', '{"key":"tgi-something"}', /is JSON without a "token"/],
    ['nothing that can be read', undefined, /cannot be read \(ResourceNotFoundException\)/],
  ])('that holds %s is told at once, and nothing is sent to Togai', async (_, secret, reason) => {
    const monitor = await deploy({ secret });
    expect(await monitor.invokeAt(0)).toEqual({ outcome: 'failed' });
    expect(json(monitor)).toMatchObject({ kind: 'failing', reason: expect.stringMatching(reason) });
    expect(JSON.stringify(monitor.aws.published)).not.toContain('tgi-something');
  });

  test('that was rotated just works, in the same run', async () => {
    const monitor = await deploy({
      env: { THRESHOLDS: 'unmetered >= 100000' },
      secret: 'tgi-the-old-one',
    });
    monitor.aws.rotateTo = TOKEN;
    expect(await monitor.invokeAt(0)).toEqual({ outcome: 'finished' });
    expect(monitor.aws.secretReads).toBe(2);
  });

  test('that Togai rejects is told once, and not sent again for half an hour', async () => {
    const monitor = await deploy({ secret: 'tgi-a-wrong-one' });
    for (let minutes = 0; minutes < 30; minutes += 5) await monitor.invokeAt(minutes);
    expect(monitor.aws.published).toHaveLength(1);
    expect(json(monitor).reason).toMatch(
      /401 .* does not accept the token; put a valid one into the secret/,
    );
    const rejected = monitor.logs.filter((line) => line.includes('was answered with 401'));
    expect(rejected).toHaveLength(1);
    monitor.aws.secret = TOKEN;
    expect(await monitor.invokeAt(30)).toEqual({ outcome: 'finished' });
  });
});

test('{"test": true} sends one harmless message over every channel', async () => {
  const monitor = await deploy({ secret: undefined });
  await monitor.invokeAt(0, { test: true });
  expect(monitor.aws.published).toHaveLength(1);
  expect(monitor.aws.published[0]).toMatchObject({
    subject: expect.stringMatching(/^TEST: /),
    attributes: { kind: 'test', severity: 'warning', threshold: 'monitor' },
  });
});

test('with an address that cannot be used, the token goes nowhere, and people are told', async () => {
  const monitor = await deploy({ env: { TOGAI_BASE_URL: 'http://api.togai.example' } });
  expect(await monitor.invokeAt(0)).toEqual({ outcome: 'failed' });
  expect(monitor.aws.secretReads).toBe(0);
  expect(monitor.aws.published.map(({ bodies }) => bodies.sqs).join()).toMatch(
    /TogaiBaseUrl: .* would send the token unencrypted/,
  );
});

test('a time to come is no time for a run', async () => {
  const monitor = await deploy();
  await monitor.invokeAt(0, { time: '2199-01-01T00:00:00Z' });
  expect(await monitor.stored()).not.toContain('2199');
  expect(await monitor.stored()).toMatch(/"committedAt":\d{13},/);
});

test('a message that SNS does not take now is delivered by the next run', async () => {
  const monitor = await deploy({ env: { THRESHOLDS: 'unmetered >= 10' } });
  monitor.aws.failingPublishes = 10;
  await monitor.invokeAt(0);
  expect(monitor.aws.published).toEqual([]);
  // A run whose message reaches nobody is none that an alarm may take for a success.
  expect(monitor.logs.map((line) => JSON.parse(line).RunSucceeded)).toContain(0);
  monitor.aws.failingPublishes = 0;
  await monitor.invokeAt(5);
  expect(monitor.aws.published.map(({ attributes }) => attributes.kind)).toEqual(['fired']);
});

test('an SNS that never answers keeps nothing from being counted', async () => {
  vi.doMock('../../functions/monitor/aws-timeouts.ts', async (original) => {
    const { AWS_TIMEOUTS } = await original<{ AWS_TIMEOUTS: object }>();
    return { AWS_TIMEOUTS: { ...AWS_TIMEOUTS, requestTimeout: 50 } };
  });
  onTestFinished(() => void vi.doUnmock('../../functions/monitor/aws-timeouts.ts'));
  const monitor = await deploy({ env: { THRESHOLDS: 'unmetered >= 10' } });
  monitor.aws.hangs = true;
  expect(await monitor.invokeAt(0)).toEqual({ outcome: 'finished' });
  expect(monitor.logs.map((line) => JSON.parse(line).undelivered)).toContain(1);
});

test('the machine format is what its schema in docs/ says', async () => {
  const monitor = await deploy();
  await monitor.invokeAt(0);
  const schema = JSON.parse(readFileSync('docs/notification.schema.json', 'utf8'));
  const validate = new Ajv({
    strict: true,
    allErrors: true,
    formats: { 'date-time': true },
  }).compile(schema);
  for (const { bodies } of monitor.aws.published) {
    validate(JSON.parse(bodies.sqs ?? ''));
    expect(validate.errors).toBeNull();
  }
});
