import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { CONTEXT, examples } from '../support/hostile-notification.ts';
import { AT, chatText, MINUTE, messageOf } from '../support/messages.ts';

const RUNBOOK = 'https://example.com/runbook';
const RULE = 'unmetered by account >= 50% critical';
const ENDED = AT - 10 * MINUTE;
const ACME = { name: 'acme', lost: 412, total: 430, endedAt: ENDED };
const RESOLVED = {
  kind: 'resolved',
  accounts: [ACME],
  total: 430,
  endedAt: ENDED,
  since: 480,
  runbookUrl: RUNBOOK,
} as const;

describe('a message that a loss is over', () => {
  const resolved = messageOf(RULE, RESOLVED);

  test.each([
    ['who is mended since when', 'acme: mended. No event lost since 18 Nov 11:50 UTC.'],
    ['the proof', 'Proof: it sent 480 events since then, none of them lost.'],
    [
      'how much was lost from when to when',
      'Lost: 412 of 430 events (95.8%) in 25 minutes, 18 Nov 11:25 to 11:50 UTC.',
    ],
    ['that the events are not on the bill', 'These events are not billed yet.'],
    ['where the steps of the recovery are', RUNBOOK],
    ['which incident it is', 'Incident u-7k2f, message 2.'],
  ])('says %s', (_, expected) => {
    expect(resolved.email).toContain(expected);
    expect(chatText(resolved)).toContain(expected);
  });

  test('says what to do without a runbook, too', () => {
    const { email } = messageOf(RULE, { ...RESOLVED, runbookUrl: '' });
    expect(email).toMatch(
      /^ {5}2\. Then recover the rest\. Ask Togai, or the team that sends them/m,
    );
  });

  test('says why it was', () => {
    const { email } = renderMessage(examples.resolved, CONTEXT);
    expect(email).toMatch(/^WHY {2}These accounts had no price plan for these events,/m);
  });

  test('does not say that it goes on, or grows', () => {
    expect(resolved.email).not.toMatch(/going on|Steady|Growing|Falling|Not affected/);
  });

  test('claims no proof where nothing has come since', () => {
    expect(messageOf(RULE, { ...RESOLVED, since: 0 }).email).not.toContain('Proof');
  });

  test('does not claim that no event is lost where strays may be', () => {
    const { email } = messageOf(RULE, { ...RESOLVED, othersLost: 12 });
    expect(email).toMatch(/^acme and others: over since 18 Nov 11:50 UTC\.$/m);
    expect(email).not.toContain('No event lost');
  });

  test('names an account that is silent and not known to be mended', () => {
    const hooli = { name: 'hooli', lost: 3, stoppedAt: ENDED };
    const { email } = messageOf(RULE, { ...RESOLVED, accounts: [ACME, hooli] });
    expect(email).toContain(
      'hooli sends nothing any more. Nobody knows whether it is mended, and no message will tell.',
    );
  });

  test('says of such an account in every subject, and what to do about it', () => {
    const hooli = { name: 'hooli', lost: 3, stoppedAt: ENDED };
    const message = messageOf(RULE, { ...RESOLVED, accounts: [ACME, hooli] });
    expect(message.subject).toMatch(/^RESOLVED acme, hooli \(hooli silent\): /);
    expect(message.sms).toMatch(/RESOLVED acme, hooli \(hooli silent\): /);
    expect(chatText(message)).toMatch(/^⚪ RESOLVED acme, hooli \(hooli silent\): /);
    const step = 'Ask why hooli sends nothing. Look whether its next events are billed.';
    expect(message.email).toContain(step);
    expect(chatText(message)).toContain(step);
    expect(message.sms).toContain('Ask why it is silent.');
    expect(message.email).not.toContain('Why now');
  });

  test('says to wait for events that heal, and to recover the rest', () => {
    const message = messageOf(RULE, { ...RESOLVED, cycleEnd: AT + 72 * 60 * MINUTE });
    for (const text of [message.email, chatText(message)]) {
      expect(text).toContain('Wait a day: Togai may bill some of them late, by itself.');
      expect(text).toContain('Then recover the rest before 21 Nov 12:00 UTC: ');
    }
  });

  test('says to recover at once where the cycle closes before events can heal', () => {
    const message = messageOf(RULE, { ...RESOLVED, cycleEnd: AT + 30 * 60 * MINUTE });
    for (const text of [message.email, chatText(message)]) {
      expect(text).toContain('Recover them now, before 19 Nov 18:00 UTC: ');
      expect(text).not.toContain('Wait a day');
    }
  });

  test('says "began and ended" if nobody was notified before', () => {
    const message = messageOf(RULE, { ...RESOLVED, sequence: 1 });
    expect(message.subject).toMatch(/^BEGAN AND ENDED acme: 412 of 430 events lost/);
    expect(message.email).toMatch(/^acme: began and ended before a run of the monitor saw it\./);
    expect(chatText(message)).toContain('acme: began and ended');
  });
});

describe('a message that nobody asks any more', () => {
  const ended = { kind: 'closed', because: 'it has sent nothing for 24 hours' } as const;
  const closed = messageOf(RULE, { ...RESOLVED, kind: 'closed', ended });

  test('says why, and that it is not known to be mended', () => {
    const expected =
      'acme: closed because it has sent nothing for 24 hours. Nobody knows whether it is mended.';
    expect(closed.email).toContain(expected);
    expect(chatText(closed)).toContain(expected);
  });

  test('claims no proof', () => {
    expect(closed.email).not.toContain('Proof');
  });

  test('says that the lost events are not on the bill', () => {
    expect(closed.email).toContain('These events are not billed yet.');
  });
});

describe('a share of events, or a number', () => {
  const level = { value: 31.2, worst: 34.5, events: 1_778, percent: 31.2 };
  const { email } = messageOf('in_progress >= 25%', level);

  test('says what becomes of events in progress, and how many they are, in a chat and an SMS too', () => {
    const message = renderMessage(examples.level, CONTEXT);
    expect(message.email).toContain('It bills them once it has decided');
    expect(chatText(message)).toContain(
      'All accounts together: 31.2% of events are in progress, unbilled (5,622 of 18,020 events in 60 minutes).',
    );
    expect(message.sms).toContain('in progress, unbilled');
  });

  test('is shown with its value, its limit and its window', () => {
    expect(email).toMatch(
      /^All accounts together: 31\.2% of events are in progress, unbilled \(1,778 events in 60 minutes\)\. Which accounts it hits most is not known\.$/m,
    );
    expect(email).toContain(
      'Limit: at least 25% of all events in progress in 60 minutes. Now 31.2%.',
    );
    expect(email).toMatch(
      /^Window: 11:00 to 12:00 UTC\. Now 31\.2%, at worst 34\.5% in 60 minutes\.$/m,
    );
  });

  test('speaks of no loss', () => {
    expect(email).not.toMatch(/Lost|not billed|recover/);
  });

  test('names the accounts that breach the limit', () => {
    const told = { ...level, groups: ['acme', 'globex'] };
    const message = messageOf('in_progress by account >= 25%', told);
    expect(message.email).toMatch(/^Accounts that breach the limit\n {2}acme\n {2}globex$/m);
  });

  test('is "within the limit again" when it is over, with nothing to recover', () => {
    const told = { ...level, kind: 'resolved', value: 2, endedAt: ENDED } as const;
    const message = messageOf('in_progress >= 25%', told);
    expect(message.email).toMatch(
      /^All accounts together: within the limit again since 18 Nov 11:50 UTC\.$/m,
    );
    expect(message.email).toContain(
      'It lasted 25 minutes, 18 Nov 11:25 to 11:50 UTC; at worst it was 34.5% in 60 minutes.',
    );
    expect(message.email).not.toMatch(/not billed|recover/);
  });

  test('of several accounts is that of the worst', () => {
    const told = { ...level, groups: ['acme', 'globex'] };
    const message = messageOf('in_progress by account >= 25%', told);
    const expected = /^(WARNING )?acme, globex: up to 31\.2% of events (are )?in progress/;
    expect(message.subject).toMatch(expected);
    expect(message.email).toMatch(expected);
  });

  test('of too few events says so in words', () => {
    const message = messageOf('total < 1', { value: 0 });
    expect(message.email).toContain('Limit: fewer than 1 event in 60 minutes. Now 0 events.');
  });
});
