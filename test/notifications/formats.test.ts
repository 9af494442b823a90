import { expect, test } from 'vitest';
import type { Firing } from '../../functions/monitor/incidents/alert.ts';
import {
  renderMessage,
  renderPlainLine,
} from '../../functions/monitor/notifications/formats/message.ts';
import {
  alertNotification,
  type Notification,
} from '../../functions/monitor/notifications/notification.ts';
import { keptName } from '../../functions/monitor/text/kept-name.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { CONTEXT, examples, fired, limitsHold } from '../support/hostile-notification.ts';

test('a lower bound is shown as "at least" in the subject, the email and Slack', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const bounded = {
    ...fired,
    about: { ...about, summary: { ...about.summary, incomplete: true } },
  };
  const { subject, email, slack } = renderMessage(bounded, CONTEXT);
  expect(subject).toMatch(/^CRITICAL: at least 412 unmetered events in 60 min/);
  expect(email).toMatch(/at least 412 unmetered events/);
  expect(JSON.parse(slack).content.description).toMatch(/at least 412 unmetered events/);
});

test('a small share is escaped in Slack, where < begins a mention', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const notification = { ...fired, about: { ...about, percent: 0.02, value: 0.02 } };
  const { description } = JSON.parse(renderMessage(notification, CONTEXT).slack).content;
  expect(description).toContain('*&lt;0.1%*');
  expect(description).not.toContain('<');
});

/** A firing alert about one account. */
function firingFor(group: string): Firing {
  return {
    alertId: fired.alertId,
    firedAt: fired.at,
    breachedAt: fired.at,
    severity: fired.severity,
    peak: 1,
    groups: [group],
    notified: true,
    overruled: false,
    notifiedGroups: [],
    okEnds: [],
  };
}

test('an account with a long name that joins is marked as new', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const name = 'x'.repeat(80);
  const firing = firingFor(keptName(name));
  const [threshold] = parseThresholds('unmetered by account >= 10');
  const joined = [keptName(name)];
  const decision = {
    kind: 'grew',
    reason: 'others breached the limit too',
    firing,
    joined,
  } as const;
  const { window, value, events, percent, summary } = about;
  const groups = [{ name, value: 12, events: 12 }];
  const notified = { window, value, events, percent, summary, groups };
  const notification = alertNotification(threshold as Threshold, decision, notified, fired.at, []);
  expect(renderMessage(notification, CONTEXT).email).toMatch(/x{80}.* - new/);
});

test('the long name of an account that breached before is cut', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const firing = firingFor(keptName('x'.repeat(512)));
  const [threshold] = parseThresholds('unmetered by account >= 10');
  const decision = { kind: 'resolved', reason: 'three windows are ok', firing } as const;
  const { window, value, events, percent, summary } = about;
  const notified = { window, value, events, percent, summary, groups: [] };
  const notification = alertNotification(threshold as Threshold, decision, notified, fired.at, []);
  expect(notification.about?.earlierGroups).toEqual([expect.stringMatching(/^x{47}…\w+$/)]);
});

test('every kind has a text for each kind of subscriber', () => {
  for (const notification of Object.values(examples)) limitsHold(notification);
});

test('the plain line has the id of its message', () => {
  const message = renderPlainLine(fired);
  for (const body of [message.email, message.slack, message.json, message.sms]) {
    expect(body).toContain(fired.id);
  }
});

test('fired, reminder and resolved are one thread in Slack', () => {
  const threads = (['fired', 'reminder', 'resolved'] as const).map(
    (kind) => JSON.parse(renderMessage(examples[kind], CONTEXT).slack).metadata.threadId,
  );
  expect(new Set(threads).size).toBe(1);
});
