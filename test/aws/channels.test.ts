import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test, vi } from 'vitest';
import { deploy } from '../support/deployed-handler.ts';
import { createChannels } from '../support/emulated-channels.ts';

/** On an emulator on this machine only: it makes more than it removes. */
const endpoint = process.env.AWS_ENDPOINT_URL ?? 'https://aws.invalid';
const onThisMachine = ['localhost', '127.0.0.1'].includes(new URL(endpoint).hostname);

const schema = JSON.parse(readFileSync('docs/notification.schema.json', 'utf8'));
const ajv = new Ajv({ strict: true, allErrors: true, formats: { 'date-time': true } });
const validate = ajv.compile(schema);

/** A function with every channel, after one run or one test message; the incident of that run is critical. */
async function notify(event?: object) {
  const channels = await createChannels(endpoint);
  const { invokeAt } = await deploy({ env: channels.env });
  await invokeAt(0, event);
  return channels;
}

describe.runIf(onThisMachine)('a function notifies', () => {
  test('a queue with the JSON of the schema', async () => {
    const { queue } = await notify();
    const notification = JSON.parse(String((await queue.next())?.Message));
    validate(notification);
    expect(validate.errors).toBeNull();
    expect(notification).toMatchObject({ kind: 'opened', severity: 'critical' });
  });

  test('a subscriber by HTTP with the JSON of the schema', async () => {
    const { posted } = await notify();
    const [notification] = await vi.waitUntil(() => {
      const got = posted.filter(({ Type }) => Type === 'Notification');
      return got.length > 0 && got.map(({ Message }) => JSON.parse(String(Message)));
    });
    validate(notification);
    expect(validate.errors).toBeNull();
  });

  test('a rule of EventBridge with the JSON of the schema as the detail', async () => {
    const { bus } = await notify();
    const event = await bus.next();
    expect(event).toMatchObject({
      source: 'unmetered-events-monitor',
      'detail-type': 'Incident Opened',
    });
    validate(event?.detail);
    expect(validate.errors).toBeNull();
  });

  test('a pager with the alarm of CloudWatch', async () => {
    const { pager } = await notify();
    const { Subject, Message } = (await pager.next()) ?? {};
    expect(Subject).toMatch(/^ALARM: "Events not billed/);
    expect(JSON.parse(String(Message))).toMatchObject({ NewStateValue: 'ALARM' });
  });

  test('a pager with a page that opens and closes, as a test', async () => {
    const { pager } = await notify({ test: true });
    const pages = [await pager.next(), await pager.next()];
    const states = pages.map((page) => JSON.parse(String(page?.Message)).NewStateValue);
    expect(states.sort()).toEqual(['ALARM', 'OK']);
  });
});
