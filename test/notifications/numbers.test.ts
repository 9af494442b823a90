import { describe, expect, test } from 'vitest';
import { chatText, messageOf } from '../support/messages.ts';

describe('a number never contradicts its evaluation', () => {
  const rare = messageOf('unmetered >= 0.02%', { value: 0.04, events: 2 });

  test('2 of 5,000 events is 0.04% in the subject, the text message, the email and Slack', () => {
    expect(rare.subject).toContain('2 unmetered events in 60 min (0.04%)');
    expect(rare.sms).toContain('(0.04%)');
    expect(rare.email).toMatch(/^Value: +0\.04%, limit 0\.02% \(2 unmetered events, 0\.04%\)$/m);
    expect(chatText(rare)).toContain('*0.04%* (limit 0.02%): 2 unmetered events, 0.04%');
  });

  test('124 of 2,500 events is 4.96% where the alert has resolved', () => {
    const resolved = messageOf('unmetered >= 5%', {
      kind: 'resolved',
      value: 4.96,
      events: 124,
      peak: 6.4,
    });
    expect(resolved.email).toMatch(/^Value: +4\.96%, limit 5% \(124 unmetered events, 4\.96%\)$/m);
    expect(chatText(resolved)).toContain('*4.96%* (limit 5%)');
  });

  test('an account that breaches "> 50%" by a little is shown with more than 50%', () => {
    const groups = [{ name: 'acme', value: 50.04, events: 5_004 }];
    const told = { value: 50.04, percent: 12.5, events: 5_004, groups };
    const message = messageOf('unmetered by account > 50%', told);
    expect(message.subject).toBe(
      'WARNING: account acme: 5,004 unmetered events in 60 min (50.04%)',
    );
    expect(message.email).toMatch(/^ {2}acme: 50\.04% \(5,004 events\)$/m);
    expect(chatText(message)).toMatch(/acme`: \*50\.04%\* \(5,004 events\)/);
  });

  test('the worst of an alert is worse than its limit', () => {
    const told = { kind: 'resolved', value: 3, events: 30, peak: 50.04 } as const;
    const resolved = messageOf('unmetered > 50%', told);
    expect(resolved.subject).toContain('(at worst 50.04%)');
    expect(resolved.email).toMatch(/^Over: .* at worst 50\.04%$/m);
    expect(chatText(resolved)).toContain('at worst 50.04%');
  });
});

test('a share that is far from its limit stays short', () => {
  const { subject } = messageOf('unmetered >= 5%', { value: 6.0571, events: 412 });
  expect(subject).toContain('(6.1%)');
});

test('machines get the number as it is', () => {
  const { json } = messageOf('unmetered >= 5%', { value: 4.96, events: 124 });
  expect(JSON.parse(json)).toMatchObject({ value: 4.96, limit: 5, percent: 4.96 });
});
