import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { TOKEN_PLACEHOLDER } from '../../functions/monitor/settings/names-shared-with-stack.ts';
import { scenarios } from '../../simulator/scenarios.ts';
import { startSimulator } from '../../simulator/server.ts';
import { startFakeAws } from '../support/aws.ts';
import { Deployment } from '../support/cloudformation.ts';
import { dependsOn } from '../support/depends-on.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { bundledStack, resourcesOf } from './synthesized.ts';

const { template, asset } = bundledStack();
const bundle = join(asset, 'index.mjs');
dependsOn(() => import('../../functions/monitor/handler.ts'));

const TOKEN = 'tgi-planted-secret-0123456789';
/** 09:45 of the scripted day: the incident is 35 minutes old. */
const NOW = Date.UTC(2026, 10, 18, 12);
const DAY = NOW - (9 * 60 + 45) * 60_000;

/** Does the same as Lambda: imports the bundle, and calls the handler with the event of the schedule. */
const RUNTIME = `
  const { handler } = await import(process.argv[1]);
  const context = { awsRequestId: 'request', functionName: 'monitor', memoryLimitInMB: '512',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:monitor',
    getRemainingTimeInMillis: () => 240_000 };
  const result = await handler(JSON.parse(process.argv[2]), context);
  console.log(JSON.stringify({ result }));
`;

/** The function as it is deployed, with servers on this machine behind its endpoints. */
async function invokeDeployed(secret: string) {
  const { table, url: dynamoDb } = await startDynamoDb();
  const aws = await startFakeAws(secret);
  const scenario = scenarios(DAY).incident;
  if (!scenario) throw new Error('no such scenario');
  const simulator = await startSimulator({ scenario, now: () => NOW, token: TOKEN, quota: 1e6 });
  onTestFinished(() => simulator.close());

  const ids = new Deployment(template);
  const deployment = new Deployment(template, {
    TogaiBaseUrl: simulator.url,
    MaxRequestsPerSecond: '100',
    AlertEmail1: 'oncall@example.com',
    [ids.made('AWS::DynamoDB::Table')[0] ?? '']: table,
    [ids.made('AWS::SecretsManager::Secret')[0] ?? '']: 'togai-token',
    [ids.made('AWS::SNS::Topic')[0] ?? '']: 'arn:aws:sns:eu-central-1:123456789012:alerts',
  });
  const [{ Properties }] = resourcesOf(template, 'AWS::Lambda::Function');
  expect(Properties.Handler).toBe('index.handler');
  const variables = Object.entries(Properties.Environment.Variables).map(
    ([name, value]) => [name, deployment.text(value)] as const,
  );
  const [{ Properties: schedule }] = resourcesOf(template, 'AWS::Scheduler::Schedule');
  const event = schedule.Target.Input.replace(
    '<aws.scheduler.scheduled-time>',
    new Date(NOW).toISOString(),
  );
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', RUNTIME, '--', pathToFileURL(bundle).href, event],
    {
      // Only variables that Lambda and the template set, and the endpoints on this machine.
      env: {
        ...Object.fromEntries(variables),
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
        AWS_ENDPOINT_URL_SNS: aws.url,
        AWS_ENDPOINT_URL_EVENTBRIDGE: aws.url,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
      },
    },
  );
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return {
    aws,
    requests: simulator.requests,
    exitCode,
    stderr,
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    output: stdout + stderr,
  };
}

test('the bundle as it is deployed does a complete run with the environment of the template', async () => {
  const { aws, lines, output, exitCode, stderr } = await invokeDeployed(TOKEN);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(lines.at(-1)).toMatchObject({ result: { outcome: 'finished' } });
  expect(aws.published.map(({ attributes }) => attributes)).toEqual([
    {
      kind: 'opened',
      severity: 'critical',
      subject: 'unmetered',
      incidentId: expect.stringMatching(/^u-[a-z0-9]{4}$/),
    },
  ]);
  expect(output).not.toContain(TOKEN);
});

test('its metrics are those of the alarms and the dashboard', async () => {
  const { lines } = await invokeDeployed(TOKEN);
  const reported = lines.find((line) => '_aws' in line);
  const [{ Namespace, Metrics }] = reported._aws.CloudWatchMetrics;
  const names: string[] = Metrics.map(({ Name }: { Name: string }) => Name);
  const watched = [...watchedByAlarms(), ...watchedByDashboard()];
  expect(Namespace).toBe('UnmeteredEventsMonitor');
  expect(reported.service).toBe('UnmeteredEventsMonitor');
  expect([...new Set(watched)].sort()).toEqual(names.sort());
});

const ours = 'UnmeteredEventsMonitor';

function watchedByAlarms(): string[] {
  return resourcesOf(template, 'AWS::CloudWatch::Alarm')
    .flatMap(({ Properties }) => [
      Properties,
      ...(Properties.Metrics ?? []).map(({ MetricStat }: { MetricStat?: object }) =>
        MetricStat && 'Metric' in MetricStat ? MetricStat.Metric : {},
      ),
    ])
    .filter(({ Namespace }) => Namespace === ours)
    .map(({ MetricName }) => MetricName);
}

function watchedByDashboard(): string[] {
  const [{ Properties }] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
  const { widgets } = JSON.parse(new Deployment(template).text(Properties.DashboardBody));
  return widgets
    .flatMap(
      ({ properties }: { properties: { metrics?: unknown[][] } }) => properties.metrics ?? [],
    )
    .filter(([namespace]: unknown[]) => namespace === ours)
    .map(([, name]: unknown[]) => name);
}

test('with the placeholder in the secret it sends nothing to Togai and names the missing token', async () => {
  const { aws, requests, lines } = await invokeDeployed(TOKEN_PLACEHOLDER);
  expect(lines.at(-1)).toMatchObject({ result: { outcome: 'failed' } });
  expect(requests).toBe(0);
  expect(aws.published.map(({ bodies }) => JSON.parse(bodies.sqs ?? '').reason)).toEqual([
    expect.stringMatching(/holds the placeholder and no token yet; put Togai's API token there/),
  ]);
});

test('a map for the trace of an error lies beside the bundle, and no run takes the time to load it', () => {
  expect(readFileSync(bundle, 'utf8').trimEnd()).toMatch(/\/\/# sourceMappingURL=index\.mjs\.map$/);
  expect(existsSync(`${bundle}.map`)).toBe(true);
  const [{ Properties }] = resourcesOf(template, 'AWS::Lambda::Function');
  expect(Properties.Environment.Variables).not.toHaveProperty('NODE_OPTIONS');
});

// Most of it is the AWS SDK. Incidents take 29 KB, and their messages, worth and silences 30 KB.
// The client of EventBridge takes 21 KB, and pages 4 KB. A cold start does not notice these (`npm
// run bench`: import). Trends of levels and of weeks, and next steps of every failure, take 3 KB.
// The numbers of events under a silence take 1 KB.
test('the bundle is under 566 KB, so that a cold start is short', () => {
  expect(statSync(bundle).size).toBeLessThan(566_000);
});
