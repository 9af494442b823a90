import { readFileSync } from 'node:fs';
import { SNSClient } from '@aws-sdk/client-sns';
import { Ajv } from 'ajv';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exampleNotifications } from '../../cli/preview/example-notifications.ts';
import { createSnsChannel } from '../../functions/monitor/notifications/delivery/sns-channel.ts';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { renderPlainLine } from '../../functions/monitor/notifications/formats/plain-line.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { startFakeAws } from '../support/aws.ts';

const NOTHING = { dashboardUrl: '', runbookUrl: '' };
const samples = Object.entries<Notification>(exampleNotifications()).map(([name, sample]) => ({
  name,
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

describe.each(samples)('the last resort for a message that was refused: $name,', ({ sample }) => {
  test('has a format that Amazon Q can show', () => {
    const { chat, subject } = renderPlainLine(sample);
    expectForAmazonQ(chat);
    expect(chat).toContain(subject.slice(0, 40).replace(/[<>&].*/, ''));
  });

  test('stays in the thread of its incident in a chat', () => {
    const threadOf = (text: string) =>
      (parsed(text) as { metadata?: { threadId?: string } }).metadata?.threadId;
    const whole = renderMessage(sample, NOTHING);
    expect(threadOf(renderPlainLine(sample).chat)).toBe(threadOf(whole.chat));
  });

  test('is JSON for queues, functions and pagers, as its schema describes', () => {
    const json = parsed(renderPlainLine(sample).json);
    validate(json);
    expect(validate.errors).toBeNull();
    const { id, incidentId = null, kind, severity } = sample;
    expect(json).toMatchObject({ id, incidentId, kind, severity });
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
  const { openedMany } = exampleNotifications();
  const { json } = renderPlainLine(openedMany);
  expect(JSON.parse(json)).toMatchObject({
    lost: 9_290,
    accounts: [],
    moreAccounts: 25,
    moreLost: 9_290,
    groups: [],
    why: [],
    samples: [],
    summary: { topAccounts: [], topSchemas: [], descriptions: [] },
  });
});

test('the last resort is small, however large the message is', () => {
  const { opened } = exampleNotifications();
  const name = 'ä<&"\u202e'.repeat(200);
  const account = { name, lost: 1, total: 1, onset: opened.at, isNews: true };
  const plain = renderPlainLine({
    ...opened,
    reason: name.repeat(50),
    about: {
      ...opened.about,
      accounts: Array.from({ length: 25 }, () => account),
      groups: Array.from({ length: 10 }, () => name),
    },
  });
  expectForAmazonQ(plain.chat);
  expect(validate(parsed(plain.json))).toBe(true);
  const bytes = [plain.email, plain.sms, plain.chat, plain.json].map((text) =>
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
  const channel = createSnsChannel(sns, 'arn:aws:sns:eu-central-1:123456789012:alerts');
  const signal = new AbortController().signal;
  for (const { sample } of samples) await channel.publish(renderPlainLine(sample), signal);
  const published = [...aws.published, ...aws.firstSigns];
  expect(published).toHaveLength(samples.length);
  for (const { bodies } of published) {
    expectForAmazonQ(bodies.https ?? '');
    for (const protocol of ['http', 'sqs', 'lambda', 'email-json']) {
      expect(validate(parsed(bodies[protocol] ?? '')), protocol).toBe(true);
    }
    expect(bodies.email).toMatch(/could not be delivered/);
    expect(bodies.default).toMatch(/could not be delivered/);
  }
});
