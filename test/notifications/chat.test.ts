import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { examples } from '../support/hostile-notification.ts';
import { chatText, messageOf } from '../support/messages.ts';

const LINKS = {
  dashboardUrl: 'https://example.com/d?a=1&b=2',
  runbookUrl: 'https://example.com/r',
};
const messages = Object.entries<Notification>(examples).map(([name, notification]) => ({
  name,
  notification,
  message: renderMessage(notification, LINKS),
}));

test.each([
  ['opened', '🔴 CRITICAL acme: 412 of 430'],
  ['level', '🟠 WARNING all accounts: 31.2% of events'],
  ['resolved', '✅ RESOLVED acme'],
  ['resolvedMany', '⚪ RESOLVED 24 of 25 accounts (hooli silent)'],
  ['beganAndEnded', '✅ BEGAN AND ENDED initech'],
  ['closed', '⚪ CLOSED globex'],
  ['broken', '🔴 CRITICAL Monitoring is broken'],
  ['works', '✅ RESOLVED Monitoring works again'],
  ['gap', '⚪ NOTICE Events not counted for 11 h'],
  ['test', '⚪ TEST: '],
] as const)('the title has a sign that says at a glance how it is: %s', (name, start) => {
  expect(chatText(renderMessage(examples[name], LINKS)).startsWith(start)).toBe(true);
});

describe.each(messages)('in a chat, $name', ({ notification, message }) => {
  const { content, metadata } = JSON.parse(message.chat);

  test('is the custom notification of Amazon Q, in the thread of its incident', () => {
    expect(JSON.parse(message.chat)).toMatchObject({ version: '1.0', source: 'custom' });
    expect(content.textType).toBe('client-markdown');
    expect(metadata.threadId).toBe(notification.incidentId ?? notification.id);
  });

  test('is plain text: no formatting, emoji codes or titled links', () => {
    const text = [content.title, content.description, ...content.nextSteps].join('\n');
    expect(text).not.toMatch(/[*`~<>|]|(?<![A-Za-z0-9\u200b])_|:\w*[a-z]\w*:/i);
  });

  test('has bare links', () => {
    expect(content.nextSteps).toContain('Dashboard: https://example.com/d?a=1&amp;b=2');
  });
});

test('the text of an opened incident is short and in the order in which people ask', () => {
  const lines = chatText(renderMessage(examples.opened, LINKS)).split('\n');
  expect(lines).toEqual([
    '🔴 CRITICAL acme: 412 of 430 events not billed since 10:05 UTC',
    '95.8% of its events so far. Since 2 Mar 10:05 UTC, 35 minutes ago. Still going on.',
    'Steady: 118 lost in the last 10 minutes, 117 in the 10 before.',
    'Worth about 400 (estimate in base currency).',
    'Why: acme has no price plan for these events, so Togai billed none of them. Schema: api_calls.',
    'Not affected: 36 other accounts (17,283 events, none lost).',
    "Limit: at least 50% of an account's events not billed in 60 minutes. Now 55.9% in that time.",
    'Incident u-7k2f, message 1. Stop its reminders: unmetered silence --incident u-7k2f --for 8h',
    'Togai > Accounts > acme > Pricing: attach the price plan. Let the plan start before the first lost event.',
    'After RESOLVED, recover the lost events.',
    'By 31 Mar 18:30 UTC: billing cycle closes.',
    'Steps and silence: https://example.com/r',
    'Dashboard: https://example.com/d?a=1&b=2',
  ]);
});

test('messages of one incident are one thread', () => {
  const threads = (['opened', 'changed', 'reminder', 'resolved'] as const).map(
    (name) => JSON.parse(renderMessage(examples[name], LINKS).chat).metadata.threadId,
  );
  expect(new Set(threads).size).toBe(1);
});

test('a status can be copied from a chat as Togai writes it', () => {
  const { chat } = messageOf('INGESTION_FAILED_EVENT_INVALID >= 1', { accounts: [{ name: 'a' }] });
  expect(JSON.parse(chat).content.description).toContain('INGESTION_FAILED_EVENT_INVALID');
});
