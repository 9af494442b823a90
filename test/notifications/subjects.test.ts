import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { CONTEXT, examples } from '../support/hostile-notification.ts';
import { AT, MINUTE, messageOf } from '../support/messages.ts';

const RULE = 'unmetered by account >= 50% critical';
const ACME = { accounts: [{ name: 'acme', lost: 412 }], total: 430 };

describe('the subject of a message', () => {
  test.each([
    ['opened', 'CRITICAL acme: 412 of 430 events not billed since 10:05 UTC'],
    ['openedMany', 'CRITICAL 25 accounts: 9,290 of 11,640 events not billed since 02:00 UTC'],
    ['escalated', 'NOW CRITICAL globex: 1,240 of 3,750 events failed since 10:10 UTC'],
    [
      'changed',
      'CRITICAL acme, umbrella (umbrella joined): 797 of 833 events not billed since 10:05 UTC',
    ],
    ['reminder', 'STILL CRITICAL acme, umbrella: 3,969 of 4,153 events not billed since 10:05 UTC'],
    ['resolved', 'RESOLVED acme, umbrella: 4,101 of 4,291 events lost 10:05-15:20 UTC, not billed'],
    [
      'beganAndEnded',
      'BEGAN AND ENDED initech: 2,430 of 2,700 events lost 13:10-13:55 UTC, not billed',
    ],
    [
      'resolvedMany',
      'RESOLVED 24 of 25 accounts (hooli silent): 12,190 of 14,550 events lost 02:00-02:50 UTC, not billed',
    ],
    ['closed', 'CLOSED globex: 4,568 of 13,750 events failed since 10:10 UTC, end not known'],
    [
      'level',
      'WARNING all accounts: 31.2% of events are in progress, unbilled since 10:00 UTC (limit 25%)',
    ],
    ['broken', 'CRITICAL Monitoring is broken since 10:25 UTC: Togai does not accept the token'],
    [
      'nothingArrives',
      'CRITICAL No event arrives since 19:10 UTC: Togai shows no usage event for 2 h 30 min',
    ],
    ['works', 'RESOLVED Monitoring works again: it was broken 10:25-14:40 UTC'],
    [
      'gap',
      'NOTICE Events not counted for 11 h 35 min, all accounts: 6 Mar 22:00 to 7 Mar 09:35 UTC',
    ],
    [
      'test',
      'TEST: Messages of the unmetered events monitor reach you here. There is nothing to do.',
    ],
  ] as const)('%s', (name, expected) => {
    const { subject } = renderMessage(examples[name], CONTEXT);
    if (typeof expected === 'string') expect(subject).toBe(expected);
    else expect(subject).toMatch(expected);
  });

  test('says that an incident is back', () => {
    expect(messageOf(RULE, { ...ACME, isAgain: true }).subject).toMatch(/^CRITICAL AGAIN acme: /);
  });

  test('has the day of an onset that was not today', () => {
    const { subject } = messageOf(RULE, { ...ACME, kind: 'reminder', minutes: 24 * 60 });
    expect(subject).toMatch(/since 17 Nov 12:00 UTC$/);
  });

  test('has both days of a loss around midnight', () => {
    const told = {
      kind: 'resolved',
      minutes: 12 * 60 + 10,
      endedAt: AT - 11 * 60 * MINUTE,
    } as const;
    expect(messageOf(RULE, { ...ACME, ...told }).subject).toContain(
      'lost 17 Nov 23:50-18 Nov 01:00 UTC',
    );
  });

  test('says who is mended', () => {
    const accounts = [
      { name: 'acme', lost: 412, isNews: true, endedAt: AT },
      { name: 'globex', lost: 30 },
    ];
    const { subject } = messageOf(RULE, { accounts, total: 500, kind: 'changed' });
    expect(subject).toMatch(/^CRITICAL acme, globex \(acme mended\): 442 of 500 events/);
  });

  test('does not say that others lost what only a few lost', () => {
    const { subject } = messageOf('unmetered >= 10', {
      ...ACME,
      lost: 430,
      total: 900,
      othersLost: 18,
    });
    expect(subject).toMatch(/^WARNING acme and others: 430 of 900 events not billed/);
  });

  test('without known accounts has the numbers alone', () => {
    const { subject } = messageOf('unmetered >= 10', { lost: 430, total: 900 });
    expect(subject).toMatch(/^WARNING: 430 of 900 events not billed since/);
  });

  test('leaves out a total that is not known', () => {
    const { subject } = messageOf(RULE, { ...ACME, total: 0 });
    expect(subject).toMatch(/^CRITICAL acme: 412 events not billed/);
  });

  test.each([
    ['INGESTION_FAILED_* >= 10', '412 of 430 events with status INGESTION_FAILED_* since'],
    ['unknown >= 10', '412 of 430 events of unknown status since'],
  ])('of %s', (rule, expected) => {
    expect(messageOf(rule, ACME).subject).toContain(expected);
  });

  test('of too few events has the number, the window and the limit', () => {
    const { subject } = messageOf('total < 1 critical', { value: 0 });
    expect(subject).toBe('CRITICAL all accounts: 0 events in 60 minutes since 11:25 UTC (limit 1)');
  });

  test('of a share by schema has the schema', () => {
    const told = { value: 31.25, groups: ['rides'] };
    const { subject } = messageOf('in_progress by schema >= 25%', told);
    expect(subject).toMatch(/^WARNING rides: 31\.3% of events are in progress, unbilled since/);
  });

  test('of a share that is within its limit again has the worst', () => {
    const told = { kind: 'resolved', value: 2, worst: 31.2, endedAt: AT } as const;
    const { subject } = messageOf('in_progress >= 25%', told);
    expect(subject).toBe(
      'RESOLVED all accounts: 31.2% of events in progress at worst, 11:25-12:00 UTC',
    );
  });

  test('of a failure never speaks of incidents or alerts', () => {
    for (const name of ['broken', 'works'] as const) {
      const { subject, email, sms, chat } = renderMessage(examples[name], CONTEXT);
      expect(`${subject}${email}${sms}${chat}`).not.toMatch(/monitor incident|alert|failing/i);
    }
  });
});
