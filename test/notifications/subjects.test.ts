import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { CONTEXT, examples, fired, hostile } from '../support/hostile-notification.ts';

describe('the subject of a message', () => {
  test.each([
    ['fired', 'CRITICAL: 412 unmetered events in 60 min (6.1%), 398 of them account acme'],
    ['grew', 'CRITICAL, GROWING: also account umbrella, 412 unmetered events in 60 min'],
    [
      'reminder',
      'STILL CRITICAL after 4 h 25 min: 412 unmetered events in 60 min (6.1%), 398 of them account acme',
    ],
    ['resolved', 'RESOLVED after 4 h 25 min: unmetered >= 5% critical (at worst 6.4%)'],
    ['withdrawn', 'WITHDRAWN, not solved: unmetered >= 5% critical'],
    ['failing', /^MONITOR FAILING: Togai does not accept the token: /],
    ['recovered', /^MONITOR RECOVERED: Counting works again, after 4 h/],
    ['gap', /^MONITOR GAP: From 2026-02-27 08:00 to 2026-03-01 09:40 UTC/],
    [
      'test',
      'TEST: Alerts of the unmetered events monitor reach you here. There is nothing to do.',
    ],
  ] as const)('%s', (kind, expected) => {
    const { subject } = renderMessage(examples[kind], CONTEXT);
    if (typeof expected === 'string') expect(subject).toBe(expected);
    else expect(subject).toMatch(expected);
  });

  test('of an alert by account', () => {
    const { subject } = renderMessage(hostile('acme', 'account'), CONTEXT);
    expect(subject).toBe(
      'CRITICAL: account acme: 1,000,000 unmetered events in 60 min (99.1%), and 49 more',
    );
  });
});

test('the subject names the account with most events of the breached status, not with most problems', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const topAccounts = [
    { name: 'noisy', unmetered: 3, failed: 90, total: 100 },
    { name: 'acme', unmetered: 40, failed: 0, total: 100 },
  ];
  const notification = {
    ...fired,
    about: { ...about, summary: { ...about.summary, topAccounts } },
  };
  expect(renderMessage(notification, CONTEXT).subject).toMatch(/, 40 of them account acme$/);
});

test('a small share is shown as less than 0.1%', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const notification = { ...fired, about: { ...about, percent: 0.02, value: 0.02 } };
  expect(renderMessage(notification, CONTEXT).subject).toContain('(<0.1%)');
});
