import { describe, expect, test } from 'vitest';
import { chatText, messageOf } from '../support/messages.ts';

describe('a number never contradicts its evaluation', () => {
  const rare = messageOf('in_progress >= 0.02%', { value: 0.04, events: 2 });

  test('2 of 5,000 events is 0.04% in the subject, the text message, the email and the chat', () => {
    expect(rare.subject).toContain('0.04% of events are in progress, unbilled since');
    expect(rare.sms).toContain('0.04% of events');
    expect(rare.email).toMatch(
      /^All accounts together: 0\.04% of events are in progress, unbilled \(2 events in 60 minutes\)\. /m,
    );
    expect(rare.email).toMatch(/^Limit: at least 0\.02% .* Now 0\.04%\.$/m);
    expect(chatText(rare)).toContain('Now 0.04%.');
  });

  test('124 of 2,500 events is 4.96% beside a limit of 5%', () => {
    const told = { kind: 'reminder', value: 4.96, worst: 6.4 } as const;
    const reminder = messageOf('unmetered >= 5%', told);
    expect(reminder.email).toMatch(/^Window: .* Now 4\.96%, at worst 6\.4% in \d+ minutes\.$/m);
  });

  test('an account that breaches "> 50%" by a little is shown with more than 50%', () => {
    const told = { value: 50.04, accounts: [{ name: 'acme', lost: 5_004 }], total: 10_000 };
    const message = messageOf('unmetered by account > 50%', told);
    expect(message.email).toContain(
      "more than 50% of an account's events not billed in 60 minutes. Now 50.04% in that time.",
    );
    expect(chatText(message)).toContain('Now 50.04% in');
  });

  test('the worst of an incident is worse than its limit', () => {
    const told = { kind: 'resolved', value: 3, worst: 50.04 } as const;
    const resolved = messageOf('in_progress > 50%', told);
    expect(resolved.subject).toContain('50.04% of events in progress at worst');
    expect(resolved.email).toContain('at worst it was 50.04%');
    expect(chatText(resolved)).toContain('at worst it was 50.04%');
  });

  test('the share of all settled events is not 100% unless each is lost', () => {
    const told = { accounts: [{ name: 'acme', lost: 99_999 }], total: 100_000 };
    expect(messageOf('unmetered >= 10', told).email).toContain('are not billed (99.999% since');
  });
});

test('a share that is far from its limit stays short', () => {
  const { subject } = messageOf('in_progress >= 5%', { value: 6.0571 });
  expect(subject).toContain('6.1% of events');
});

test('one event is one event', () => {
  const told = { accounts: [{ name: 'acme', lost: 1 }], total: 1, since: 1 };
  expect(messageOf('unmetered >= 1', told).email).toMatch(/^acme: 1 of 1 event is not billed/);
});

test('machines get the number as it is', () => {
  const { json } = messageOf('unmetered >= 5%', { value: 4.96, percent: 4.96 });
  expect(JSON.parse(json)).toMatchObject({ value: 4.96, limit: 5, percent: 4.96 });
});
