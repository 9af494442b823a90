import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { deploy, TOKEN } from '../support/deployed-handler.ts';

describe('a complete run', () => {
  test('notifies every channel of the incident, each with its own text', async () => {
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

  test('explains why events are not metered, with the next step', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0);
    const critical = monitor.aws.published.find(
      ({ attributes }) => attributes.threshold === 'unmetered >= 5% critical',
    );
    expect(critical?.bodies.email).toMatch(
      /Usage was computed .*, but the account has no price plan\.\n {2}-> Look at the price plan/,
    );
  });

  test('is followed by the resolution, and no message has the id of another', async () => {
    const monitor = await deploy();
    for (let minutes = 0; minutes <= 120; minutes += 5) await monitor.invokeAt(minutes);
    expect(monitor.aws.published.map(({ attributes }) => attributes.kind)).toEqual(
      expect.arrayContaining(['fired', 'resolved']),
    );
    const ids = monitor.aws.published.map(({ bodies }) => JSON.parse(bodies.sqs ?? '').id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('logs one line with the whole result, and ten metrics without names from events', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0);
    const lines = monitor.logs.map((line) => JSON.parse(line));
    const [result] = lines.filter(({ message }) => message === 'run');
    expect(result).toMatchObject({
      outcome: 'finished',
      whole: true,
      delivered: 2,
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

  test('publishes, logs and stores neither the token nor attributes or dimensions of events', async () => {
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

  test('makes at most eight calls to DynamoDB when nothing happens', async () => {
    const monitor = await deploy({ env: { THRESHOLDS: 'unmetered >= 100000' } });
    await monitor.invokeAt(0);
    monitor.calls.length = 0;
    await monitor.invokeAt(5);
    expect(monitor.aws.secretReads).toBe(1);
    expect(monitor.aws.published).toEqual([]);
    expect(monitor.calls.filter((call) => call !== 'PutItem')).toEqual(['GetItem', 'Query']);
    // The lease, the new bucket, the buckets that are counted again, and the state.
    expect(monitor.calls.filter((call) => call === 'PutItem').length).toBeLessThanOrEqual(6);
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

test('an address that cannot be used is notified, and the token is not read', async () => {
  const monitor = await deploy({ env: { TOGAI_BASE_URL: 'http://api.togai.example' } });
  expect(await monitor.invokeAt(0)).toEqual({ outcome: 'failed' });
  expect(monitor.aws.secretReads).toBe(0);
  expect(monitor.aws.published.map(({ bodies }) => bodies.sqs).join()).toMatch(
    /TogaiBaseUrl: .* would send the token unencrypted/,
  );
});

test('a run is never scheduled in the future', async () => {
  const monitor = await deploy();
  await monitor.invokeAt(0, { time: '2199-01-01T00:00:00Z' });
  expect(await monitor.stored()).not.toContain('2199');
  expect(await monitor.stored()).toMatch(/"committedAt":\d{13},/);
});

test('a message that SNS refuses is delivered by the next run', async () => {
  const monitor = await deploy({ env: { THRESHOLDS: 'unmetered >= 10' } });
  monitor.aws.failingPublishes = 10;
  await monitor.invokeAt(0);
  expect(monitor.aws.published).toEqual([]);
  // The alarm must not take this run for a success: its message reached nobody.
  expect(monitor.logs.map((line) => JSON.parse(line).RunSucceeded)).toContain(0);
  monitor.aws.failingPublishes = 0;
  await monitor.invokeAt(5);
  expect(monitor.aws.published.map(({ attributes }) => attributes.kind)).toEqual(['fired']);
});

test('a run counts although SNS never answers', async () => {
  vi.doMock('../../functions/monitor/aws-timeouts.ts', async (original) => {
    const { AWS_TIMEOUTS } = await original<{ AWS_TIMEOUTS: object }>();
    return { AWS_TIMEOUTS: { ...AWS_TIMEOUTS, requestTimeout: 250 } };
  });
  onTestFinished(() => void vi.doUnmock('../../functions/monitor/aws-timeouts.ts'));
  const monitor = await deploy({ env: { THRESHOLDS: 'unmetered >= 10' } });
  monitor.aws.hangs = true;
  expect(await monitor.invokeAt(0)).toEqual({ outcome: 'finished' });
  expect(monitor.logs.map((line) => JSON.parse(line).undelivered)).toContain(1);
});

test('the machine format matches its schema in docs/', async () => {
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
