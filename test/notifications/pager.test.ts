import { describe, expect, test } from 'vitest';
import { exampleNotifications } from '../../cli/preview/example-notifications.ts';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import {
  alarmJson,
  alarmSubject,
  type Page,
} from '../../functions/monitor/notifications/formats/pager.ts';
import { testNotification } from '../../functions/monitor/notifications/test-message.ts';
import { messageOf } from '../support/messages.ts';

const ORIGIN = {
  monitorName: 'UnmeteredEventsMonitor',
  partition: 'aws',
  region: 'eu-central-1',
  accountId: '123456789012',
};
const RULE = 'unmetered by account >= 50% critical';
const acme = {
  accounts: [{ name: 'acme', lost: 412, total: 430 }],
  lost: 412,
  total: 430,
  runbookUrl: 'https://example.com/runbook',
  why: [{ status: 'S', why: 'acme has no price plan.', next: 'Attach the plan.' }],
};

const pageOf = (told: object = {}): Page => {
  const [page, ...others] = messageOf(RULE, { ...acme, ...told }).pages;
  expect(others).toEqual([]);
  if (!page) throw new Error('no page');
  return page;
};
const alarmOf = (told: object = {}) => JSON.parse(alarmJson(pageOf(told), ORIGIN));

describe('a page', () => {
  test('is the JSON of a CloudWatch alarm that begins', () => {
    expect(alarmOf()).toMatchObject({
      AlarmName: expect.stringMatching(/^Events not billed \(u-\w{4}, UnmeteredEventsMonitor\)$/),
      AWSAccountId: '123456789012',
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
      NewStateReason: expect.stringMatching(
        /^Usage monitor CRITICAL acme: 412 of 430 events not billed since 11:25 UTC\. .*No price plan/,
      ),
      StateChangeTime: '2026-11-18T12:00:00.000+0000',
      Region: 'eu-central-1',
    });
  });

  test('says the next step and where the others are', () => {
    expect(alarmOf().AlarmDescription).toBe(
      'Attach the plan.\nSteps and silence: https://example.com/runbook',
    );
  });

  test('of an end is OK', () => {
    const { NewStateValue, OldStateValue } = alarmOf({ kind: 'resolved', endedAt: 1 });
    expect([NewStateValue, OldStateValue]).toEqual(['OK', 'ALARM']);
  });

  test('of an end has the name, the ARN and the trigger of its beginning, so that pagers close it', () => {
    const { AlarmName, AlarmArn, Trigger } = alarmOf();
    expect(alarmOf({ kind: 'resolved', lost: 900 })).toMatchObject({
      AlarmName,
      AlarmArn,
      Trigger,
    });
  });

  test('of another incident has another name, ARN and trigger', () => {
    const [one, other] = [pageOf(), { ...pageOf(), id: 'u-0000' }].map((page) =>
      JSON.parse(alarmJson(page, ORIGIN)),
    );
    for (const key of ['AlarmName', 'AlarmArn', 'Trigger']) {
      expect(one[key], key).not.toEqual(other[key]);
    }
  });

  test('says nothing of worth', () => {
    const text = JSON.stringify(pageOf({ worth: { amount: 7_654, accounts: 1, of: 1 } }));
    expect(text).not.toMatch(/7[,.]?[67]/);
  });
});

test('a test opens a page and closes it', () => {
  const { pages } = renderMessage(testNotification(0), { dashboardUrl: '', runbookUrl: '' });
  expect(pages.map(({ state }) => state)).toEqual(['ALARM', 'OK']);
  expect(new Set(pages.map(({ id }) => id)).size).toBe(1);
});

describe('the subject', () => {
  test('begins with the state, as PagerDuty needs it', () => {
    expect(alarmSubject(pageOf(), ORIGIN)).toMatch(
      /^ALARM: "Events not billed \(u-\w{4}, UnmeteredEventsMonitor\)" in eu-central-1$/,
    );
  });

  test.each(Object.entries(exampleNotifications()))('is one that SNS takes: %s', (_, facts) => {
    const origin = { ...ORIGIN, monitorName: 'M'.repeat(100) };
    for (const page of renderMessage(facts, { dashboardUrl: '', runbookUrl: '' }).pages) {
      expect(alarmSubject(page, origin)).toMatch(/^(ALARM|OK): "[ -~]{1,90}" in eu-central-1$/);
      expect(alarmSubject(page, origin).length).toBeLessThan(100);
    }
  });
});
