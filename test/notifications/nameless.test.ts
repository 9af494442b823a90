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
const groups = [
  { name: '', value: 30, events: 30 },
  { name: 'acme', value: 12, events: 12 },
];
const top = { name: '', unmetered: 30, failed: 0, total: 40 };
const summary = { topAccounts: [top], topSchemas: [top], samples: [SAMPLE] };

describe('events without an account are "(no account)"', () => {
  const byAccount = messageOf('unmetered by account >= 10', { events: 42, groups, summary });
  const inAll = messageOf('unmetered >= 10', { value: 30, events: 30, summary });

  test('in the subject and the text message of a threshold by account', () => {
    expect(byAccount.subject).toMatch(
      /^WARNING: (account )?\(no account\): 30 unmetered events in 60 min, and 1 more$/,
    );
    expect(byAccount.sms).toContain('(no account)');
  });

  test('in the subject of any other threshold', () => {
    expect(inAll.subject).toMatch(/, 30 of them (account )?\(no account\)$/);
  });

  test('in the subject where they join', () => {
    const told = { kind: 'grew', joined: ['', 'acme'], events: 42, groups } as const;
    const { subject, email } = messageOf('unmetered by account >= 10', told);
    const last = messageOf('unmetered by account >= 10', { ...told, joined: ['acme', ''] });
    expect(last.subject).toMatch(/^WARNING, GROWING: also account acme, \(no account\), 42 /);
    expect(subject).toMatch(/^WARNING, GROWING: also (account )?\(no account\), acme, 42 /);
    expect(email).toMatch(/^ {2}\(no account\): 30 events \(30 events\) - new$/m);
  });

  test('in the email: who breached, who is worst, and of whom the samples are', () => {
    expect(byAccount.email).toMatch(/^ {2}\(no account\): 30 events/m);
    expect(inAll.email).toMatch(/^ {2}\(no account\): 30 \+ 0 of 40$/m);
    expect(inAll.email).toMatch(/event\.1, \S+Z, \(no account\), \(no schema\), INGESTION/);
  });

  test('in the email of an alert that was about them', () => {
    const told = { kind: 'resolved', earlierGroups: ['', 'acme'] } as const;
    const { email } = messageOf('unmetered by account >= 10', told);
    expect(email).toMatch(/^Was about: (account )?\(no account\), acme$/m);
  });

  test('in Slack', () => {
    expect(chatText(byAccount)).toMatch(/• (account )?`\(no account\)`: \*30 events\*/);
    expect(chatText(inAll)).toMatch(/• (account )?`\(no account\)`: 30 unmetered/);
    expect(chatText(byAccount)).not.toContain('(none)');
  });
});

describe('events without a schema are "(no schema)"', () => {
  const bySchema = messageOf('unmetered by schema >= 10', { events: 42, groups, summary });

  test('in the subject', () => {
    expect(bySchema.subject).toMatch(/^WARNING: (schema )?\(no schema\): 30 unmetered events/);
  });

  test('in the email and in Slack', () => {
    expect(bySchema.email).toMatch(/^ {2}\(no schema\): 30 events/m);
    expect(chatText(bySchema)).toMatch(/• (schema )?`\(no schema\)`: \*30 events\*/);
  });
});

test('machines get the empty name', () => {
  const { json } = messageOf('unmetered by account >= 10', { events: 42, groups, summary });
  const { groups: told, summary: found } = JSON.parse(json);
  expect(told[0].name).toBe('');
  expect(found.topAccounts[0].name).toBe('');
});
