import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { deploy, TOKEN } from '../support/deployed-handler.ts';

describe('a complete run', () => {
  test('notifies every channel of the incident, each with its own text', async () => {
    const monitor = await deploy();
    expect(await monitor.invokeAt(0)).toMatchObject({ outcome: 'finished' });
    const [opened] = monitor.aws.published;
    expect(opened?.subject).toMatch(/^CRITICAL acme: \d+ events not billed since 11:00-12:00 UTC$/);
    expect(Object.keys(opened?.bodies ?? {}).sort()).toEqual([
      'default',
      'email',
      'email-json',
      'http',
      'https',
      'lambda',
      'sms',
      'sqs',
    ]);
    expect(opened?.bodies.email).toContain('Rule: unmetered >= 5% critical');
    expect(JSON.parse(opened?.bodies.https ?? '')).toMatchObject({
      version: '1.0',
      source: 'custom',
    });
    expect(opened?.attributes).toEqual({
      severity: 'critical',
      kind: 'opened',
      subject: 'unmetered',
      incidentId: expect.stringMatching(/^u-\w{4}$/),
    });
  });

  test('explains why events are not metered, with the next step', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0);
    expect(monitor.aws.published[0]?.bodies.email).toMatch(
      /WHY +acme has no price plan for these events, .*\nDO +1\. Togai > Accounts > acme/,
    );
  });

  test('is followed by the end of the incident, and no message has the id of another', async () => {
    const monitor = await deploy();
    for (let minutes = 0; minutes <= 120; minutes += 5) await monitor.invokeAt(minutes);
    expect(monitor.aws.published.map(({ attributes }) => attributes.kind)).toEqual([
      'opened',
      'resolved',
    ]);
    const ids = monitor.aws.published.map(({ bodies }) => JSON.parse(bodies.sqs ?? '').id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('logs one line with the whole result, and eleven metrics without names from events', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0);
    const lines = monitor.logs.map((line) => JSON.parse(line));
    const [result] = lines.filter(({ message }) => message === 'run');
    expect(result).toMatchObject({
      outcome: 'finished',
      whole: true,
      // With the first sign of life.
      delivered: 2,
      undelivered: 0,
      open: [
        {
          id: expect.stringMatching(/^u-/),
          subject: 'unmetered',
          severity: 'critical',
          since: '2026-11-18T11:00:00.000Z',
        },
      ],
    });
    const [metrics] = lines.filter((line) => '_aws' in line);
    const [{ Metrics, Dimensions }] = metrics._aws.CloudWatchMetrics;
    expect(Metrics.map(({ Name }: { Name: string }) => Name).sort()).toEqual([
      'BacklogMinutes',
      'EventsFailed',
      'EventsInProgress',
      'EventsTotal',
      'EventsUnknown',
      'EventsUnmetered',
      'IncidentsOpen',
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
    expect(monitor.calls.filter((call) => call !== 'PutItem')).toEqual(['Query', 'Query']);
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
    attributes: { kind: 'test', severity: 'warning' },
  });
});

test('an address that cannot be used is notified, and the token is not read', async () => {
  const monitor = await deploy({ env: { TOGAI_BASE_URL: 'http://api.togai.example' } });
  expect(await monitor.invokeAt(0)).toMatchObject({ outcome: 'failed' });
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
  expect(monitor.aws.published.map(({ attributes }) => attributes.kind)).toEqual(['opened']);
});

test('a run counts although SNS never answers', async () => {
  vi.doMock('../../functions/monitor/aws-timeouts.ts', async (original) => {
    const real = await original<{ AWS_TIMEOUTS: object }>();
    return { ...real, AWS_TIMEOUTS: { ...real.AWS_TIMEOUTS, requestTimeout: 250 } };
  });
  onTestFinished(() => void vi.doUnmock('../../functions/monitor/aws-timeouts.ts'));
  const monitor = await deploy({ env: { THRESHOLDS: 'unmetered >= 10' } });
  monitor.aws.hangs = true;
  expect(await monitor.invokeAt(0)).toMatchObject({ outcome: 'finished' });
  expect(monitor.logs.map((line) => JSON.parse(line).undelivered)).toContain(2);
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
