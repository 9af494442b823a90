import { readFileSync } from 'node:fs';
import { SNSClient } from '@aws-sdk/client-sns';
import { Ajv } from 'ajv';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exampleNotifications } from '../../cli/preview/example-notifications.ts';
import { InvalidMessageError } from '../../functions/monitor/errors.ts';
import { createSnsPublisher } from '../../functions/monitor/notifications/delivery/sns-publisher.ts';
import {
  type RenderedMessage,
  renderMessage,
  renderPlainLine,
} from '../../functions/monitor/notifications/formats/message.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { startFakeAws } from '../support/aws.ts';
import { usageEvent } from '../support/events.ts';
import { at, createTestMonitor } from '../support/monitor.ts';

const NOTHING = { dashboardUrl: '', runbookUrl: '', explanations: [] };
const samples = Object.values(exampleNotifications()).map((sample) => ({
  kind: sample.kind,
  sample,
}));

const validate = new Ajv({ strict: true, allErrors: true, formats: { 'date-time': true } }).compile(
  JSON.parse(readFileSync('docs/notification.schema.json', 'utf8')),
);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return `no JSON: ${text}`;
  }
};

/** Source: Amazon Q Developer in chat applications, "Custom notifications": these two and a description. */
const expectForAmazonQ = (text: string) => {
  expect(parsed(text)).toMatchObject({
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', description: expect.stringMatching(/\S/) },
  });
  const { content } = JSON.parse(text);
  // Slack refuses more than 3,000 characters in a section.
  expect(content.description.length).toBeLessThan(2_500);
  expect((content.title ?? '').length).toBeLessThan(200);
};

describe.each(samples)('the last resort for a message that was refused: $kind,', ({ sample }) => {
  test('has a format that Amazon Q can show', () => {
    const { slack, subject } = renderPlainLine(sample);
    expectForAmazonQ(slack);
    expect(slack).toContain(subject.slice(0, 40).replace(/[<>&].*/, ''));
  });

  test('stays in the thread of its alert in Slack', () => {
    const threadOf = (text: string) =>
      (parsed(text) as { metadata?: { threadId?: string } }).metadata?.threadId;
    const whole = renderMessage(sample, NOTHING);
    expect(threadOf(renderPlainLine(sample).slack)).toBe(threadOf(whole.slack));
  });

  test('is JSON for queues, functions and pagers, as its schema describes', () => {
    const json = parsed(renderPlainLine(sample).json);
    validate(json);
    expect(validate.errors).toBeNull();
    const { id, alertId, kind, severity } = sample;
    expect(json).toMatchObject({ id, alertId, kind, severity });
  });

  test('is one line for people, which says that there was more', () => {
    const { email, sms } = renderPlainLine(sample);
    for (const line of [email, sms]) {
      expect(line).not.toContain('\n');
      expect(line).toMatch(/could not be delivered/);
    }
  });
});

test('the last resort leaves names and samples out, because they may be why the message was refused', () => {
  const { fired } = exampleNotifications();
  const about = { ...fired.about, groups: [{ name: 'acme', value: 1, events: 1 }], moreGroups: 2 };
  const { json } = renderPlainLine({ ...fired, about } as Notification);
  expect(JSON.parse(json)).toMatchObject({
    groups: [],
    moreGroups: 3,
    earlierGroups: [],
    summary: { topAccounts: [], topSchemas: [], samples: [] },
  });
});

test('the last resort is small, however large the message is', () => {
  const { fired } = exampleNotifications();
  if (!fired.about) throw new Error('no alert among the samples');
  const name = 'ä<&"\u202e'.repeat(200);
  const groups = Array.from({ length: 200 }, () => ({ name, value: 1, events: 1 }));
  const plain = renderPlainLine({
    ...fired,
    reason: name.repeat(50),
    about: { ...fired.about, groups, earlierGroups: [name], joined: [name] },
  });
  expectForAmazonQ(plain.slack);
  expect(validate(parsed(plain.json))).toBe(true);
  const bytes = [plain.email, plain.sms, plain.slack, plain.json].map((text) =>
    Buffer.byteLength(text),
  );
  expect(Math.max(...bytes)).toBeLessThan(20_000);
});

test('every kind of subscriber gets the last resort in its own format from SNS', async () => {
  const aws = await startFakeAws();
  const sns = new SNSClient({
    endpoint: aws.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  onTestFinished(() => sns.destroy());
  const publisher = createSnsPublisher(sns, 'arn:aws:sns:eu-central-1:123456789012:alerts');
  const signal = new AbortController().signal;
  for (const { sample } of samples) await publisher.publish(renderPlainLine(sample), signal);
  expect(aws.published).toHaveLength(samples.length);
  for (const { bodies } of aws.published) {
    expectForAmazonQ(bodies.https ?? '');
    for (const protocol of ['http', 'sqs', 'lambda', 'email-json']) {
      expect(validate(parsed(bodies[protocol] ?? '')), protocol).toBe(true);
    }
    expect(bodies.email).toMatch(/could not be delivered/);
    expect(bodies.default).toMatch(/could not be delivered/);
  }
});

test('a run whose alert is refused for its content delivers the last resort in these formats', async () => {
  const monitor = createTestMonitor({ thresholds: 'unmetered >= 10' });
  const status = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
  for (let n = 0; n < 20; n++) {
    monitor.events.push(usageEvent({ createdAt: at('09:50') + n, status }));
  }
  const attempts: RenderedMessage[] = [];
  const result = await monitor.runAt('10:00', {
    publisher: {
      publish(message) {
        attempts.push(message);
        if (attempts.length > 1) return Promise.resolve();
        return Promise.reject(new InvalidMessageError('SNS refuses it'));
      },
    },
  });
  expect(result).toMatchObject({ delivered: 1, undelivered: 0 });
  expect(attempts).toHaveLength(2);
  expect(attempts[1]?.email).toMatch(/could not be delivered/);
  expectForAmazonQ(attempts[1]?.slack ?? '');
  const json = parsed(attempts[1]?.json ?? '');
  expect(validate(json)).toBe(true);
  expect(json).toMatchObject({ kind: 'fired', threshold: 'unmetered >= 10' });
});
