import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AT, chatText, messageOf, type Told } from '../support/messages.ts';

const MANY = 1_234_567;
const LONG = 'customer-of-the-emea-region-with-a-very-long-name-0001';
const LONG_STATUS = 'INGESTION_FAILED_INVALID_NAMED_LICENSE_EVENT';
const accountsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `${name}${index}`, lost: MANY - index }));

function subjectOf(rule: string, told: Told): string {
  const { subject } = messageOf(rule, told);
  expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  return subject;
}

describe('a subject that is cut for length keeps its numbers', () => {
  const rule = `${LONG_STATUS} by account >= 10 critical`;
  const yesterday = { minutes: 24 * 60 };
  const loss = { lost: MANY, total: 9_876_543, ...yesterday };

  test.each<[string, Told]>([
    ['when it opens', {}],
    ['when it is back', { isAgain: true }],
    ['when it escalates', { kind: 'escalated' }],
    ['when it goes on', { kind: 'reminder' }],
    ['when nobody can tell any more', { kind: 'closed' }],
  ])('%s', (_, told) => {
    const accounts = accountsOf(LONG, 25);
    const subject = subjectOf(rule, {
      ...loss,
      accounts,
      moreAccounts: 475,
      othersLost: 9,
      ...told,
    });
    expect(subject).toContain('500 accounts and others: 1,234,567 of 9,876,543 events');
  });

  test.each([1, 2])('when it has ended, by message %i', (sequence) => {
    const accounts = [{ name: LONG, lost: MANY }];
    const told = { kind: 'resolved', sequence, endedAt: AT, othersLost: 1 } as const;
    expect(subjectOf(rule, { ...loss, accounts, ...told })).toMatch(
      /: 1,234,567 (of 9,876,543 )?events lost 17 Nov 12:00-18 Nov 12:00 UTC/,
    );
  });

  test('when accounts join', () => {
    const accounts = accountsOf(LONG, 25).map((account) => ({ ...account, isNews: true }));
    expect(subjectOf('unmetered >= 10', { ...loss, kind: 'changed', accounts })).toMatch(
      /^WARNING 25 accounts \(25 joined\): 1,234,567 of 9,876,543 events/,
    );
  });

  test('where they are lower bounds', () => {
    const told = { ...loss, accounts: accountsOf(LONG, 1), summary: { incomplete: true } };
    expect(subjectOf(rule, told)).toMatch(/: at least 1,234,567 events/);
  });

  test('of a share by account', () => {
    const told = { ...yesterday, value: 99.1, groups: [LONG] };
    expect(
      subjectOf(`${LONG_STATUS} by account >= 50% critical`, { ...told, nature: 'level' }),
    ).toMatch(/99\.1%.*\(limit 50%\)$/);
  });

  test('for any names and numbers', () => {
    const told = fc.record({
      kind: fc.constantFrom(
        'opened' as const,
        'reminder' as const,
        'changed' as const,
        'resolved' as const,
        'closed' as const,
      ),
      minutes: fc.integer({ min: 1, max: 60 * 24 * 9 }),
      name: fc.string({ unit: 'grapheme-ascii', maxLength: 120 }),
      count: fc.integer({ min: 1, max: 25 }),
      lost: fc.integer({ min: 1_000, max: 9_999_999 }),
      subject: fc.constantFrom('unmetered', 'failed', LONG_STATUS, 'INGESTION_FAILED_*'),
      incomplete: fc.boolean(),
      isNews: fc.boolean(),
    });
    fc.assert(
      fc.property(told, ({ subject, name, count, incomplete, isNews, ...rest }) => {
        const accounts = accountsOf(name, count).map((account) => ({ ...account, isNews }));
        const facts = { ...rest, total: 2 * rest.lost, accounts, summary: { incomplete } };
        const text = subjectOf(`${subject} >= 10`, facts);
        expect(text).toContain(rest.lost.toLocaleString('en-US'));
        if (count > 3) expect(text).toContain(`${count} accounts`);
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});

test('the title in a chat keeps them, too, where escapes make it long', () => {
  const accounts = [{ name: '&'.repeat(60), lost: MANY }];
  const [title = ''] = chatText(messageOf('unmetered >= 10', { accounts })).split('\n');
  expect(title).toMatch(/&\.\.\.: 1,234,567 events/);
});

test('a few accounts are named as long as their names fit', () => {
  const accounts = ['acme', 'globex', 'initech'].map((name) => ({ name, lost: 10 }));
  expect(subjectOf('unmetered >= 10', { accounts })).toMatch(/^WARNING acme, globex, initech: 30 /);
});
