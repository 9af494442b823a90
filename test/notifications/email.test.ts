import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { RUNBOOK_URL } from '../../functions/monitor/notifications/formats/message-settings.ts';
import { CONTEXT, examples } from '../support/hostile-notification.ts';
import { AT, MINUTE, messageOf } from '../support/messages.ts';

const RUNBOOK = 'https://example.com/runbook';
const LINKS = { ...CONTEXT, runbookUrl: RUNBOOK };
const RULE = 'unmetered by account >= 50% critical';
const ACME = { name: 'acme', lost: 412, total: 430 };

const emailOf = (name: keyof typeof examples) => renderMessage(examples[name], LINKS).email;

/** The blocks before the details. */
const firstScreenOf = (email: string) => email.split(/\n\n(?=Why now: |Rule: )/)[0] ?? '';

describe('the first screen of an email about one account says', () => {
  const screen = firstScreenOf(emailOf('opened'));

  test.each([
    [
      'who lost how much, first of all',
      /^acme: 412 of 430 events are not billed \(95\.8% since it began\)\.\n/,
    ],
    [
      'since when, and that it goes on',
      /^Since 2 Mar 10:05 UTC, 35 minutes ago\. Still going on\.$/m,
    ],
    ['whether it grows', /^Steady: 118 lost in the last 10 minutes, 117 in the 10 before\.$/m],
    ['why', /^WHY {2}acme has no price plan for these events, .* Schema: api_calls\.$/m],
    ['what to do', /^DO {3}1\. Togai > Accounts > acme > Pricing: attach the price plan\./m],
    ['what is not affected', /^Not affected: 36 other accounts \(17,283 events, none lost\)\.$/m],
    [
      'the limit as a rule in words',
      /^Limit: at least 50% of an account's events not billed in 60 minutes\. Now 55\.9% in that time\.$/m,
    ],
    ['until when', /^BY {3}31 Mar 18:30 UTC: billing cycle closes\.$/m],
    ['what it is worth', /^Worth about 400 \(estimate in base currency\)\.$/m],
    ['which incident it is', /^Incident u-7k2f, message 1\.$/m],
  ])('%s', (_, answer) => {
    expect(screen).toMatch(answer);
  });

  test('all of that in the order in which people ask', () => {
    const starts = [
      'acme:',
      'Since',
      'Steady',
      'WHY',
      'DO',
      'Steps',
      'Not affected',
      'Limit',
      'Incident',
    ];
    const at = starts.map((start) => `\n${screen}`.indexOf(`\n${start}`));
    expect(at).not.toContain(-1);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  test('no more than fits: sixteen lines', () => {
    expect(screen.split('\n').length).toBeLessThanOrEqual(16);
  });
});

describe('the first screen of an email about many accounts', () => {
  const screen = firstScreenOf(emailOf('openedMany'));

  test('says what they share', () => {
    expect(screen).toContain(
      'All 25 began within 10 minutes and lose only events of schema api_calls: look for one cause.',
    );
  });

  test('names the greatest, and sums up the others', () => {
    expect(screen).toMatch(
      /^WHO {2}globex 4,102 · initech 1,880 · hooli 990 · 22 more 2,318 \(names below\)$/m,
    );
  });

  test('does not say that accounts share what they do not', () => {
    const accounts = [ACME, { name: 'globex', lost: 9, onset: AT - 300 * MINUTE }];
    const topSchemas = ['calls', 'rides'].map((name) => ({
      name,
      unmetered: 1,
      failed: 0,
      total: 1,
    }));
    const { email } = messageOf(RULE, { accounts, summary: { topSchemas } });
    expect(email).not.toContain('look for one cause');
  });
});

const NOTHING = { now: 0, before: 0 };

describe('whether a loss grows', () => {
  test.each([
    [{ now: 118, before: 117 }, 'Steady: 118 lost in the last 10 minutes, 117 in the 10 before.'],
    [{ now: 200, before: 117 }, 'Growing: 200 lost in the last 10 minutes, 117 in the 10 before.'],
    [{ now: 50, before: 117 }, 'Falling: 50 lost in the last 10 minutes, 117 in the 10 before.'],
    [{ now: 9, before: 0 }, 'Growing: 9 lost in the last 10 minutes, 0 in the 10 before.'],
  ])('of %j', (lately, expected) => {
    expect(messageOf(RULE, { accounts: [ACME], lately }).email).toContain(expected);
  });

  test('is left out where it is not known', () => {
    const { email } = messageOf(RULE, { accounts: [ACME], lately: undefined });
    expect(email).not.toMatch(/Steady|Growing|Falling/);
  });

  test('is left out where nothing is lost any more', () => {
    const { email } = messageOf(RULE, { accounts: [ACME], lately: NOTHING, goesOn: false });
    expect(email).not.toMatch(/Steady|Growing|Falling/);
    expect(email).toContain(
      'Nothing lost in the last 10 minutes. Nobody knows yet whether it is over.',
    );
  });
});

describe('an email of an incident that goes on', () => {
  test('goes by the most frequent status where Togai was not asked why', () => {
    const byStatus = [
      ['INGESTION_COMPLETED_EVENT_METERED', 900],
      ['INGESTION_COMPLETED_NO_MATCHING_METERS', 400],
    ] as const;
    const { email } = messageOf(RULE, { accounts: [ACME], summary: { byStatus } });
    expect(email).toMatch(
      /^WHY {2}No usage meter matches these events\. Status: INGESTION_COMPLETED_NO_MATCHING_METERS\.$/m,
    );
    expect(email).toMatch(/^DO {3}1\. Togai > Usage meters: /m);
  });

  test('has a reason and a next step whatever it is about', () => {
    for (const subject of ['unmetered', 'failed', 'unknown', 'duplicate', 'INGESTION_NEW*']) {
      const { email } = messageOf(`${subject} >= 10`, { accounts: [ACME], why: [] });
      expect(email).toMatch(/^WHY {2}\S.*\nDO {3}\S/m);
    }
  });

  test('says how to be quiet, and where the steps are', () => {
    const { email } = messageOf(RULE, { accounts: [ACME], runbookUrl: RUNBOOK });
    expect(email).toContain(`Steps and silence: ${RUNBOOK}`);
  });

  test('links to the section of our own runbook', () => {
    const { email } = messageOf(RULE, { accounts: [ACME], runbookUrl: RUNBOOK_URL });
    expect(email).toContain(`Steps and silence: ${RUNBOOK_URL}#not-metered`);
  });

  test('says why in a reminder, too', () => {
    expect(emailOf('reminder')).toMatch(
      /^WHY {2}These accounts have no price plan for these events, /m,
    );
    expect(emailOf('reminder')).toMatch(/^DO {3}1\. /m);
  });

  test('has the deadline and the worth, with two digits', () => {
    const worth = { amount: 2_134.56, accounts: 18, of: 25 };
    const told = { accounts: [ACME], worth, cycleEnd: AT + 3 * 24 * 60 * MINUTE };
    const { email, subject, sms } = messageOf(RULE, told);
    expect(email).toContain('Worth about 2,100 for 18 of the 25 accounts (estimate');
    expect(email).toMatch(/^BY {3}21 Nov 12:00 UTC: billing cycle closes\.$/m);
    expect(`${subject}${sms}`).not.toContain('2,1');
    expect(sms).toMatch(/Bill closes 21 Nov\.$/);
  });

  test('says that nobody is unaffected', () => {
    const unaffected = { accounts: 0, events: 0 };
    expect(messageOf(RULE, { accounts: [ACME], unaffected }).email).toContain(
      'Not affected: nobody. Every account that sent events lost some.',
    );
  });

  test('says nothing about others where nobody knows', () => {
    const { email } = messageOf(RULE, { accounts: [ACME], unaffected: null });
    expect(email).not.toContain('Not affected');
  });

  test('names the settings of a stack only where there is a stack', () => {
    expect(emailOf('opened')).toContain('Tune it: stack parameters');
    expect(messageOf(RULE, { accounts: [ACME] }).email).not.toContain('Tune it');
  });

  test('says that it is back', () => {
    expect(messageOf(RULE, { accounts: [ACME], isAgain: true }).email).toContain('It is back');
  });

  test('says that it has become critical', () => {
    expect(emailOf('escalated')).toContain('It is critical now. The message before was a warning.');
  });

  test('names who joined, and marks them in the list', () => {
    expect(emailOf('changed')).toMatch(/^New: umbrella\.$/m);
    expect(emailOf('changed')).toMatch(/^WHO {2}acme 766 · umbrella 31 \(since 10:50 UTC\)$/m);
    expect(emailOf('changed')).toMatch(/^ {2}umbrella: 31 of 34, since 10:50 UTC - new$/m);
  });

  test('names who is mended', () => {
    const accounts = [{ ...ACME, isNews: true, endedAt: AT }, { name: 'globex' }];
    expect(messageOf(RULE, { kind: 'changed', accounts }).email).toMatch(/^Mended: acme\.$/m);
  });

  test('says of an account that is silent that nobody knows whether it is mended', () => {
    const accounts = [{ ...ACME, stoppedAt: AT }];
    const { email } = messageOf(RULE, { accounts, lately: NOTHING, goesOn: false });
    expect(email).toContain(
      'No event of it is seen any more, so nobody knows whether it is mended.',
    );
    expect(email).toMatch(/^ {2}acme: 412 of 430, 11:25 to 12:00 UTC, sends nothing any more$/m);
  });

  test('names one that is silent while others go on', () => {
    const accounts = [ACME, { name: 'hooli', stoppedAt: AT }];
    expect(messageOf(RULE, { accounts }).email).toMatch(
      /^hooli sends nothing any more\. Nobody knows whether it is mended\.$/m,
    );
  });
});

test('the details have the accounts, schemas, statuses, words of Togai and samples', () => {
  const email = emailOf('opened');
  expect(email).toMatch(/^ {2}acme: 412 of 430, since 10:05 UTC$/m);
  expect(email).toMatch(/^ {2}api_calls: 412 \+ 0 of 15,240$/m);
  expect(email).toMatch(/^ {5}412 {2}INGESTION_COMPLETED_EVENT_NOT_METERED$/m);
  expect(email).toContain('412 x "The event was ingested, but its account has no price plan."');
  expect(email).toMatch(/^ {2}event\.1\.tb9n2o\.0 \(id e-tb9n2o-0\), 2026-03-02T10:39:\S+, acme/m);
});

test('accounts that are not listed stand as a number and a sum', () => {
  const told = { accounts: [ACME], moreAccounts: 475, moreLost: 2_318, othersLost: 9 };
  const { email } = messageOf(RULE, told);
  expect(email).toMatch(/^ {2}475 more: 2,318$/m);
  expect(email).toMatch(/^ {2}others, a few events each: 9$/m);
});

test.each([
  ['incomplete', true, /the numbers are lower bounds/],
  ['healed', 3, /^3 events that had been lost earlier are metered now\.$/m],
  ['lacksLate', true, /those that came late are in no number/],
  ['truncated', true, /There were more accounts or schemas than these/],
  ['malformed', 2, /^2 events could not be read/m],
  ['ignored', 7, /^7 events of ignored accounts and schemas/m],
  ['sampled', 50, /are of 50 events that were looked at/],
  ['sampled', 0, /^No samples: .* "unmetered lost" finds these\.$/m],
] as const)('a remark says what limits the numbers: %s', (name, value, expected) => {
  const { email } = messageOf(RULE, { accounts: [ACME], summary: { [name]: value } });
  expect(email).toMatch(expected);
  expect(messageOf(RULE, { accounts: [ACME] }).email).not.toMatch(expected);
});
