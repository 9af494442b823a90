import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { exampleNotifications } from '../../cli/preview/example-notifications.ts';
import { InvalidMessageError } from '../../functions/monitor/errors.ts';
import { createEventBridgeChannel } from '../../functions/monitor/notifications/delivery/event-bridge-channel.ts';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { testNotification } from '../../functions/monitor/notifications/test-message.ts';
import { startFakeAws } from '../support/aws.ts';
import { deploy } from '../support/deployed-handler.ts';

const BUS = { env: { EVENT_BUS: 'billing' } };

describe('a function with an event bus', () => {
  test('puts the documented JSON of each message on that bus, and names itself', async () => {
    const { aws, invokeAt } = await deploy(BUS);
    await invokeAt(0);
    expect(aws.events).toEqual([
      {
        EventBusName: 'billing',
        Source: 'unmetered-events-monitor',
        DetailType: 'Incident Opened',
        Resources: ['arn:aws:lambda:eu-central-1:123456789012:function:monitor'],
        Detail: aws.published[0]?.bodies.sqs,
      },
    ]);
  });

  test('puts an event that failed there in the next run, and publishes nothing twice to the topic', async () => {
    const { aws, logs, invokeAt } = await deploy(BUS);
    aws.failingEvents.push('ThrottlingException');
    await invokeAt(0);
    expect(aws.events).toEqual([]);
    expect(logs.join('\n')).toMatch(
      /EventBridge did not take message [^"]* for the bus billing: ThrottlingException because of ThrottlingException/,
    );
    await invokeAt(5);
    expect(aws.events).toHaveLength(1);
    expect(aws.published).toHaveLength(1);
  });

  test('puts an event without names there, where its content is refused', async () => {
    const { aws, invokeAt } = await deploy(BUS);
    aws.failingEvents.push('MalformedDetail');
    await invokeAt(0);
    expect(aws.events.map(({ Detail }) => JSON.parse(Detail))).toMatchObject([
      { kind: 'opened', accounts: [], samples: [] },
    ]);
  });

  test('puts a test message there', async () => {
    const { aws, invokeAt } = await deploy(BUS);
    await invokeAt(0, { test: true });
    expect(aws.events).toMatchObject([{ DetailType: 'Test' }]);
  });
});

test('a function without an event bus puts no event anywhere', async () => {
  const { aws, invokeAt } = await deploy({ env: { EVENT_BUS: '' } });
  await invokeAt(0);
  expect(aws.published).toHaveLength(1);
  expect(aws.events).toEqual([]);
});

describe('an event', () => {
  async function channel() {
    const aws = await startFakeAws();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new EventBridgeClient({
      region: 'eu-central-1',
      endpoint: aws.url,
      credentials,
    });
    const options = { bus: 'default', source: 'unmetered-events-monitor', resource: 'arn' };
    return { aws, ...createEventBridgeChannel(client, options) };
  }
  const { signal } = new AbortController();
  const links = { dashboardUrl: '', runbookUrl: '' };

  test('has a detail type for each kind of message, so that rules can choose', async () => {
    const { aws, publish } = await channel();
    for (const notification of Object.values(exampleNotifications())) {
      await publish(renderMessage(notification, links), signal);
    }
    const types = aws.events.map(({ DetailType, Detail }) => [JSON.parse(Detail).kind, DetailType]);
    expect(Object.fromEntries(types)).toMatchObject({
      opened: 'Incident Opened',
      escalated: 'Incident Escalated',
      reminder: 'Incident Reminder',
      resolved: 'Incident Resolved',
      closed: 'Incident Closed',
      notice: 'Notice',
    });
  });

  test('over 256 KB is refused before it is sent, so that the one without details goes out', async () => {
    const { aws, publish } = await channel();
    const message = renderMessage(testNotification(0), links);
    const large = { ...message, json: JSON.stringify({ text: 'ä'.repeat(132_000) }) };
    await expect(publish(large, signal)).rejects.toThrow(InvalidMessageError);
    expect(aws.events).toEqual([]);
  });
});
