import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { examples } from '../support/hostile-notification.ts';
import { AT, MINUTE, messageOf } from '../support/messages.ts';

const LINKS = { dashboardUrl: '', runbookUrl: 'https://example.com/r' };
const smsOf = (name: keyof typeof examples) => renderMessage(examples[name], LINKS).sms;

describe.each(['opened', 'openedMany', 'escalated', 'changed', 'reminder'] as const)(
  'an SMS of a loss that goes on (%s) answers',
  (name) => {
    test.each([
      ['what happened', /not billed|failed/],
      ['how many of how many', /[\d,]+ of [\d,]+ events (not billed|failed)/],
      ['from whom it comes', /^Usage monitor (NOW |STILL )?CRITICAL/],
      ['whose', /acme|globex/],
      ['since when', /since \d\d:\d\d UTC/],
      ['why', /price plan|usage meter|refuses/],
      ['whether it grows', /Growing|Steady|Falling/],
      ['what to do', /Attach the price plan|Undo the last change|Ask the team/],
    ])('%s', (_, answer) => {
      expect(smsOf(name)).toMatch(answer);
    });
  },
);

describe('an SMS says', () => {
  test.each([
    ['level', /all accounts: .* unbilled .* Growing\. Look at Togai's status page\.$/],
    ['broken', /Put a new token into the secret TogaiToken\. Going on\.$/],
    ['works', /Nothing to do\. "Togai does not accept the token" is over\.$/],
    ['nothingArrives', /for 2 h 30 min\. Find out whether your systems still send events\.$/],
    ['closed', /end not known\. Check if it goes on\. No more messages\.$/],
    ['resolved', /Wait a day, then recover by 31 Mar\. No price plan\.$/],
    [
      'resolvedMany',
      /RESOLVED 24 of 25 accounts \(hooli silent\): .* Recover by 31 Mar\. globex \+24\.$/,
    ],
    ['gap', /all accounts: .* Why: not known\. Do: count that time by hand\.$/],
    [
      'digest',
      /^Usage monitor: Week to 9 Mar: .* globex and 24 more\)\. Mostly: No usage meter\. Recover by 31 Mar\.$/,
    ],
    ['watching', /You get this once: the monitor has begun to count\.$/],
  ] as const)('as much as there is room for: %s', (name, end) => {
    expect(smsOf(name)).toMatch(end);
  });
});

test('an SMS says who is hit most where it names nobody else', () => {
  expect(smsOf('openedMany')).toBe(
    'Usage monitor CRITICAL 25 accounts: 9,290 of 11,640 events not billed since 02:00 UTC. Growing. No usage meter. Undo the last change. globex +24.',
  );
});

test('an SMS says to recover the events, and until when', () => {
  const { sms } = messageOf('unmetered by account >= 50% critical', {
    kind: 'resolved',
    accounts: [{ name: 'acme', lost: 412, total: 430, endedAt: AT - 10 * MINUTE }],
    endedAt: AT - 10 * MINUTE,
    cycleEnd: AT + 72 * 60 * MINUTE,
  });
  expect(sms).toMatch(/Wait a day, then recover by 21 Nov\./);
});

test('a notice whose beginning is too long for an SMS shows that it is cut', () => {
  // One letter, which is four in the alphabet of SMS.
  const brief = [
    `Week to 9 Mar: 5 of 9 events not billed; ${'\u337f'.repeat(30)}.`,
    'Do: nothing.',
  ];
  const { sms } = renderMessage({ ...examples.digest, brief }, LINKS);
  expect(sms).toMatch(/^Usage monitor: Week to 9 Mar: .*\?\.\.\.$/);
});
