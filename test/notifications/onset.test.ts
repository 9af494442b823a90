import { describe, expect, test } from 'vitest';
import { AT, chatText, MINUTE, messageOf, type Told } from '../support/messages.ts';

const RULE = 'unmetered by account >= 50% critical';
/** The loss began in the hour from 10:00 on, which Togai counted as one; it is 12:00. */
const HOUR = { onset: AT - 120 * MINUTE, onsetUntil: AT - 60 * MINUTE };
const TOLD: Told = {
  ...HOUR,
  accounts: [{ name: 'acme', lost: 384, total: 622, ...HOUR }],
  total: 622,
};

describe('a loss that began in an hour counted as one', () => {
  const opened = messageOf(RULE, TOLD);

  test('has both ends of the hour in its subject, and no share', () => {
    expect(opened.subject).toBe('CRITICAL acme: 384 events not billed since 10:00-11:00 UTC');
  });

  test('has them in an SMS', () => {
    expect(opened.sms).toContain('384 events not billed since 10:00-11:00 UTC');
  });

  test.each([
    ['an email', opened.email],
    ['a chat', chatText(opened)],
  ])('says in %s that it began in it, and not how long ago', (_, text) => {
    expect(text).toContain('Began between 18 Nov 10:00 and 11:00 UTC. Still going on.');
    expect(text).not.toMatch(/ ago|61\.7%/);
  });

  test('has no events of before in the list of accounts', () => {
    expect(opened.email).toContain('Accounts (lost events)\n  acme: 384, since 10:00-11:00 UTC');
  });

  test('has them beside an account that joined then', () => {
    const { email } = messageOf(RULE, {
      ...TOLD,
      onset: AT - 180 * MINUTE,
      onsetUntil: undefined,
      accounts: [
        { name: 'globex', lost: 400, total: 622, onset: AT - 180 * MINUTE },
        { name: 'acme', lost: 384, total: 622, ...HOUR },
      ],
    });
    expect(email).toMatch(/^WHO .*acme 384 \(since 10:00-11:00 UTC\)/m);
  });

  test('has no duration when it is resolved', () => {
    const { email } = messageOf(RULE, { ...TOLD, kind: 'resolved', endedAt: AT });
    expect(email).toContain(
      'Lost: 384 events, 18 Nov 10:00 to 12:00 UTC. Began between 18 Nov 10:00 and 11:00 UTC.',
    );
  });

  test('is named so beside another incident', () => {
    const stillOpen = { count: 1, whose: 'globex', ...HOUR };
    const { email } = messageOf(RULE, { ...TOLD, kind: 'resolved', endedAt: AT, stillOpen });
    expect(email).toContain('(globex, since 18 Nov 10:00-11:00 UTC)');
  });

  test('is not said to have begun within minutes of another one', () => {
    const accounts = ['acme', 'globex'].map((name) => ({ name, lost: 9, ...HOUR }));
    expect(messageOf(RULE, { ...TOLD, accounts }).email).not.toContain('began within');
  });
});

test('no share is shown where one account of several began in an hour counted as one', () => {
  const accounts = [
    { name: 'acme', lost: 300, total: 400 },
    { name: 'globex', lost: 84, total: 222, ...HOUR },
  ];
  const { subject, email } = messageOf(RULE, { accounts, total: 622 });
  expect(subject).toContain('384 events not billed since 11:25 UTC');
  expect(email).toMatch(/^ {2}acme: 300 of 400, since 11:25 UTC$/m);
});

describe('a loss that may be older than the first count', () => {
  const SINCE = { onset: AT - 35 * MINUTE, onsetOrEarlier: true };
  const acme = { name: 'acme', lost: 300, total: 400, ...SINCE };
  const opened = messageOf(RULE, { ...SINCE, accounts: [acme], total: 400 });

  test('has that in its subject', () => {
    expect(opened.subject).toBe(
      'CRITICAL acme: 300 of 400 events not billed since 11:25 UTC or earlier',
    );
  });

  test.each([
    ['an email', opened.email],
    ['a chat', chatText(opened)],
  ])('has that in %s, which does not say how long ago', (_, text) => {
    expect(text).toContain('Began at 18 Nov 11:25 UTC or earlier. Still going on.');
    expect(text).not.toContain(' ago');
  });

  test('has that in an SMS', () => {
    expect(opened.sms).toContain('since 11:25 UTC or earlier');
  });

  test('has that in the list of accounts', () => {
    expect(opened.email).toContain('\n  acme: 300 of 400, since 11:25 UTC or earlier');
  });

  test('has the end of an hour counted as one, and not its beginning', () => {
    const { subject, email } = messageOf(RULE, { ...TOLD, onsetOrEarlier: true });
    expect(subject).toContain('since before 11:00 UTC');
    expect(email).toContain('Began before 18 Nov 11:00 UTC.');
  });
});
