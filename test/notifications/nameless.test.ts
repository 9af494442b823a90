import { describe, expect, test } from 'vitest';
import { chatText, messageOf } from '../support/messages.ts';

const SAMPLE = {
  referenceId: 'event.1',
  id: undefined,
  createdAt: Date.UTC(2026, 10, 18, 11, 30),
  status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
  accountId: '',
  schemaName: '',
};
const accounts = [
  { name: '', lost: 30, total: 40, isNews: true },
  { name: 'acme', lost: 12, total: 20 },
];
const top = { name: '', unmetered: 30, failed: 0, total: 40 };
const summary = { topAccounts: [top], topSchemas: [top], samples: [SAMPLE] };

describe('events without an account are "(no account)"', () => {
  const alone = messageOf('unmetered >= 10', { accounts: accounts.slice(0, 1), summary });
  const two = messageOf('unmetered >= 10', { kind: 'changed', accounts, summary });

  test('in the subject and the text message', () => {
    expect(alone.subject).toMatch(/^WARNING \(no account\): 30 events not billed/);
    expect(alone.sms).toContain('(no account)');
  });

  test('in the subject where they join', () => {
    expect(two.subject).toMatch(/^WARNING \(no account\), acme \(\(no account\) joined\): 42/);
  });

  test('in the email: whose, who joined, how much, and of whom the samples are', () => {
    expect(alone.email).toMatch(/^\(no account\): 30 events are not billed/);
    expect(two.email).toMatch(/^New: \(no account\)\.$/m);
    expect(two.email).toMatch(/^WHO {2}\(no account\) 30 · acme 12$/m);
    expect(two.email).toMatch(/^ {2}\(no account\): 30 of 40, since 11:25 UTC - new$/m);
    expect(two.email).toMatch(/event\.1, \S+Z, \(no account\), \(no schema\), INGESTION/);
  });

  test('in the chat', () => {
    expect(chatText(alone)).toContain('(no account): 30 events');
    expect(chatText(two)).toContain('(no account) 30 · acme 12');
  });

  test('in a list of the window, where nobody is named', () => {
    const { email } = messageOf('unmetered >= 10', { lost: 30, summary });
    expect(email).toMatch(/^ {2}\(no account\): 30 \+ 0 of 40$/m);
  });
});

describe('events without a schema are "(no schema)"', () => {
  const bySchema = messageOf('in_progress by schema >= 10%', { groups: [''], summary });

  test('in the subject', () => {
    expect(bySchema.subject).toMatch(/^WARNING \(no schema\): 0% of events/);
  });

  test('in the email and the chat', () => {
    expect(bySchema.email).toMatch(/^\(no schema\): 0% of events/);
    expect(bySchema.email).toMatch(/^Schemas that breach the limit\n {2}\(no schema\)$/m);
    expect(chatText(bySchema)).toContain('(no schema)');
  });
});

test('machines get the empty name', () => {
  const { json } = messageOf('unmetered >= 10', { accounts, summary });
  const { accounts: given, summary: found } = JSON.parse(json);
  expect(given[0].name).toBe('');
  expect(found.topAccounts[0].name).toBe('');
});
