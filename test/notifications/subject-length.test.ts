import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatText, messageOf, type Told } from '../support/messages.ts';

const MANY = 1_234_567;
const LONG = 'customer-of-the-emea-region-with-a-very-long-name-0001';
const LONG_STATUS = 'INGESTION_FAILED_INVALID_NAMED_LICENSE_EVENT';
const groupsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `${name}${index}`,
    value: MANY - index,
    events: MANY - index,
  }));

function subjectOf(rule: string, told: Told): string {
  const { subject } = messageOf(rule, told);
  expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  return subject;
}

describe('a subject that is cut for length keeps the number and how many there are', () => {
  const groups = groupsOf(LONG, 50);
  const summary = { incomplete: true };

  test.each<[string, Told]>([
    ['when it fires', {}],
    ['when it still fires', { kind: 'reminder', minutes: 1_439 }],
    ['when it is over before anybody heard of it', { over: true, minutes: 1_439 }],
  ])('%s', (_, told) => {
    const rule = `${LONG_STATUS} by account >= 10 critical`;
    const subject = subjectOf(rule, { ...told, events: MANY, groups, summary });
    expect(subject).toMatch(/1,234,567.*\b49 more/);
  });

  test('by the share of an account', () => {
    const shares = groups.map((group) => ({ ...group, value: 99.1 }));
    const told = { kind: 'reminder', minutes: 265, events: MANY, groups: shares } as const;
    expect(subjectOf('unmetered by account >= 50% critical', told)).toMatch(
      /1,234,567.*99\.1%.*\b49 more/,
    );
  });

  test('when accounts join', () => {
    const joined = groups.slice(0, 10).map(({ name }) => name);
    const told = { kind: 'grew', joined, events: MANY, groups } as const;
    const subject = subjectOf('unmetered by account >= 10 critical', told);
    expect(subject).toMatch(/1,234,567 unmetered events/);
    expect(subject).toMatch(/\b9 more|\b10 accounts/);
  });

  test('when it has resolved', () => {
    const rule =
      'INGESTION_COMPLETED_NO_MATCHING_METERS by account >= 999999999 for 1440m critical';
    const told = { kind: 'resolved', minutes: 1_439, peak: MANY } as const;
    expect(subjectOf(rule, told)).toMatch(/^RESOLVED .*at worst 1,234,567 events/);
  });

  test('where one account has most of the loss', () => {
    const topAccounts = [{ name: LONG, unmetered: 1_200_345, failed: 0, total: MANY }];
    const told = { kind: 'reminder', minutes: 1_439, value: 99.87, events: MANY } as const;
    const rule = 'unmetered >= 5% critical';
    const subject = subjectOf(rule, { ...told, summary: { incomplete: true, topAccounts } });
    expect(subject).toMatch(/1,234,567 unmetered events.*99\.9%.*1,200,345 of them/);
  });

  test('for any names and numbers', () => {
    const told = fc.record({
      kind: fc.constantFrom('fired' as const, 'reminder' as const, 'grew' as const),
      minutes: fc.integer({ min: 1, max: 60 * 24 * 9 }),
      name: fc.string({ unit: 'grapheme-ascii', maxLength: 120 }),
      count: fc.integer({ min: 2, max: 50 }),
      events: fc.integer({ min: 1_000, max: 9_999_999 }),
      subject: fc.constantFrom('unmetered', 'in_progress', LONG_STATUS, 'INGESTION_FAILED_*'),
      by: fc.constantFrom('account', 'schema'),
      incomplete: fc.boolean(),
    });
    fc.assert(
      fc.property(told, ({ subject, by, name, count, events, incomplete, ...rest }) => {
        const groups = groupsOf(name, count).map((group) => ({ ...group, value: events, events }));
        const joined = groups.slice(0, 10).map((group) => group.name);
        const facts = { ...rest, events, groups, joined, summary: { incomplete } };
        const text = subjectOf(`${subject} by ${by} >= 10`, facts);
        expect(text).toContain(events.toLocaleString('en-US'));
        const grew = rest.kind === 'grew';
        const others = (grew ? joined.length : count) - 1;
        if (!grew || !joined.every((one) => text.includes(one)))
          expect(text).toMatch(new RegExp(`\\b(${others} more|${others + 1} \\w+s)\\b`));
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

test('the title in Slack keeps them, too, where escapes make it long', () => {
  const groups = groupsOf('&'.repeat(60), 50);
  const [title = ''] = chatText(
    messageOf('unmetered by account >= 10', { events: MANY, groups }),
  ).split('\n');
  expect(title).toMatch(/1,234,567.*\b49 more/);
});

test('a subject that is short enough is not cut', () => {
  const told = { events: 12, groups: [{ name: 'acme', value: 12, events: 12 }] };
  expect(subjectOf('unmetered by account >= 10', told)).toBe(
    'WARNING: account acme: 12 unmetered events in 60 min',
  );
});
