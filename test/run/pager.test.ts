import { describe, expect, test } from 'vitest';
import { deploy } from '../support/deployed-handler.ts';

const PAGER_TOPIC = 'arn:aws:sns:eu-central-1:123456789012:pager';
const env = { PAGER_TOPIC: 'pager', POWERTOOLS_SERVICE_NAME: 'UnmeteredEventsMonitor' };

describe('a function with a pager', () => {
  test('opens one page for the critical incident, and closes it', async () => {
    const { aws, invokeAt } = await deploy({ env });
    for (let minutes = 0; minutes <= 120; minutes += 5) await invokeAt(minutes);
    expect(aws.plain.map(({ topicArn }) => topicArn)).toEqual([PAGER_TOPIC, PAGER_TOPIC]);
    const alarms = aws.plain.map(({ text }) => JSON.parse(text));
    expect(alarms.map(({ NewStateValue }) => NewStateValue)).toEqual(['ALARM', 'OK']);
    expect(new Set(alarms.map(({ AlarmName }) => AlarmName)).size).toBe(1);
  });

  test('pages nobody for a warning', async () => {
    const THRESHOLDS = 'unmetered >= 10';
    const { aws, invokeAt } = await deploy({ env: { ...env, THRESHOLDS } });
    await invokeAt(0);
    expect(aws.published).toHaveLength(1);
    expect(aws.plain).toEqual([]);
  });

  test('opens and closes a page as a test', async () => {
    const { aws, invokeAt } = await deploy({ env });
    await invokeAt(0, { test: true });
    expect(aws.plain.map(({ subject }) => subject.slice(0, 5))).toEqual(['ALARM', 'OK: "']);
  });
});

test('a function without a pager pages nobody', async () => {
  const { aws, invokeAt } = await deploy();
  await invokeAt(0);
  expect(aws.plain).toEqual([]);
});
