import { expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { renderPlainLine } from '../../functions/monitor/notifications/formats/plain-line.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { CONTEXT, examples, limitsHold, opened } from '../support/hostile-notification.ts';
import { chatText, messageOf } from '../support/messages.ts';

test('a lower bound is shown as "at least" in the subject, the email and the chat', () => {
  const accounts = [{ name: 'acme', lost: 412 }];
  const summary = { incomplete: true };
  const message = messageOf('unmetered >= 10 critical', { accounts, total: 430, summary });
  expect(message.subject).toMatch(/^CRITICAL acme: at least 412 events not billed since/);
  expect(message.email).toMatch(/^acme: at least 412 events are not billed\.$/m);
  expect(chatText(message)).toMatch(/lower bounds/);
});

test('a small share is escaped in a chat, where < begins a mention', () => {
  const accounts = [{ name: 'acme', lost: 2 }];
  const { chat } = messageOf('unmetered >= 1', { accounts, total: 10_000 });
  const { description } = JSON.parse(chat).content;
  expect(description).toMatch(/^&lt;0\.1% of its events so far\. /);
  expect(description).not.toContain('<');
});

test.each(Object.entries<Notification>(examples))(
  'every kind has a text for each kind of subscriber: %s',
  (_, notification) => limitsHold(notification),
);

test('the plain line has the id of its message', () => {
  const message = renderPlainLine(opened);
  for (const body of [message.email, message.chat, message.json, message.sms]) {
    expect(body).toContain(opened.id);
  }
});

test('no message has words of alerts', () => {
  for (const notification of Object.values<Notification>(examples)) {
    const { subject, email, chat, sms } = renderMessage(notification, CONTEXT);
    expect(`${subject}${email}${chat}${sms}`).not.toMatch(
      /\b(alert|fired|withdrawn|mute|MuteUntil)\b/i,
    );
  }
});
