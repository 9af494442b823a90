import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SettingError } from '../../functions/monitor/errors.ts';
import { KNOWN_STATUSES, STATUS_GROUPS } from '../../functions/monitor/events/status-groups.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { shareBase } from '../../functions/monitor/thresholds/share.ts';
import {
  printThreshold,
  subjectMatcher,
  type Threshold,
} from '../../functions/monitor/thresholds/threshold.ts';

const parseOne = (rule: string) => parseThresholds(rule)[0] as Threshold;

test.each([
  ['a count', 'unmetered >= 10'],
  ['a share', 'unmetered >= 5% critical'],
  ['a share with decimals', 'failed > 0.25%'],
  ['by account', 'unmetered by account >= 50% critical'],
  ['by schema', 'failed by schema > 3'],
  ['a duration', 'failed >= 10 for 10m'],
  ['a duration and a severity', 'in_progress >= 25% for 15m critical'],
  ['the total', 'total < 1 for 30m'],
  ['at most', 'metered <= 100'],
  ['a status', 'INGESTION_COMPLETED_NO_MATCHING_METERS >= 1'],
  ['a pattern', 'INGESTION_FAILED_* >= 10'],
])('reads and prints %s: %s', (_, rule) => {
  expect(printThreshold(parseOne(rule))).toBe(rule);
});

test.each([
  ['no spaces', 'unmetered>=10', 'unmetered >= 10'],
  ['many spaces', '  unmetered   >=   10  ', 'unmetered >= 10'],
  ['a space before %', 'unmetered >= 5 %', 'unmetered >= 5%'],
  ['a space before m', 'failed >= 1 for 15 m', 'failed >= 1 for 15m'],
  ['zeros too many', 'unmetered >= 05.50%', 'unmetered >= 5.5%'],
  ['stars too many', 'INGESTION_FAILED_** >= 1', 'INGESTION_FAILED_* >= 1'],
])('forgives %s', (_, rule, expected) => {
  expect(printThreshold(parseOne(rule))).toBe(expected);
});

describe('an error names the rule, the column and what was expected', () => {
  test.each([
    [
      'a misspelt group',
      'unmeterd >= 10',
      '"unmeterd >= 10": column 1: "unmeterd" is no status, group or pattern; did you mean "unmetered"?',
    ],
    [
      'a misspelt status',
      'INGESTION_FAILD >= 10',
      '"INGESTION_FAILD >= 10": column 1: "INGESTION_FAILD" is no status, group or pattern; did you mean "INGESTION_FAILED"?',
    ],
    [
      'a status of the future',
      'INGESTION_PAUSED_BY_OPERATOR >= 1',
      '"INGESTION_PAUSED_BY_OPERATOR >= 1": column 1: "INGESTION_PAUSED_BY_OPERATOR" is no status, group or pattern; a status that this version does not know is written as a pattern, "INGESTION_PAUSED_BY_OPERATOR*"',
    ],
    [
      'no operator',
      'unmetered 10',
      '"unmetered 10": column 11: expected ">=", ">", "<=" or "<" (or "by account", "by schema"), found "10"',
    ],
    [
      'a wrong operator',
      'unmetered == 10',
      '"unmetered == 10": column 11: expected ">=", ">", "<=" or "<" (or "by account", "by schema"), found "=="',
    ],
    [
      'a wrong grouping',
      'unmetered by customer >= 1',
      '"unmetered by customer >= 1": column 14: expected "account" or "schema" after "by", found "customer"',
    ],
    [
      'a misspelt grouping',
      'unmetered by acount >= 1',
      '"unmetered by acount >= 1": column 14: expected "account" or "schema" after "by", found "acount"; did you mean "account"?',
    ],
    [
      'no limit',
      'unmetered >=',
      '"unmetered >=": column 13: expected a limit, such as 10 or 5%, found the end of the rule',
    ],
    [
      'a limit in words',
      'unmetered >= ten',
      '"unmetered >= ten": column 14: expected a limit, a count such as 10 or a share such as 5%, found "ten"',
    ],
    [
      'a negative limit',
      'unmetered >= -5',
      '"unmetered >= -5": column 14: expected a limit, a count such as 10 or a share such as 5%, found "-5"',
    ],
    [
      'half an event',
      'unmetered >= 1.5',
      '"unmetered >= 1.5": column 14: a count of events is a whole number, found "1.5"',
    ],
    [
      'more than everything',
      'unmetered >= 150%',
      '"unmetered >= 150%": column 14: a share is at most 100%, found "150%"',
    ],
    [
      'a huge count',
      'unmetered >= 9999999999',
      '"unmetered >= 9999999999": column 14: a count is at most 1000000000, found "9999999999"',
    ],
    [
      'no minutes',
      'failed >= 10 for',
      '"failed >= 10 for": column 17: expected minutes, such as 15m, found the end of the rule',
    ],
    [
      'hours',
      'failed >= 10 for 2h',
      '"failed >= 10 for 2h": column 18: expected minutes from 1m to 1440m after "for", found "2h"',
    ],
    [
      'too long',
      'failed >= 10 for 2000m',
      '"failed >= 10 for 2000m": column 18: expected minutes from 1m to 1440m after "for", found "2000m"',
    ],
    [
      'a wrong severity',
      'failed >= 10 urgent',
      '"failed >= 10 urgent": column 14: expected "for <n>m", "critical" or the end of the rule, found "urgent"',
    ],
    [
      'a misspelt severity',
      'failed >= 10 critcal',
      '"failed >= 10 critcal": column 14: expected "for <n>m", "critical" or the end of the rule, found "critcal"; did you mean "critical"?',
    ],
    [
      'something behind the end',
      'failed >= 10 critical now',
      '"failed >= 10 critical now": column 23: expected the end of the rule (a comma separates rules), found "now"',
    ],
    [
      'fewer than, by account',
      'metered by account < 1',
      '"metered by account < 1": column 20: "by account" goes with ">=" or ">" only: nobody knows the accounts that sent nothing',
    ],
    [
      'a share of the total',
      'total >= 5%',
      '"total >= 5%": column 10: "total" is the whole; give it a count, or a share to another subject',
    ],
    [
      'what is always true',
      'unmetered >= 0',
      '"unmetered >= 0": column 14: ">= 0" is always breached; write ">= 1" or "> 0"',
    ],
    [
      'what is never true',
      'total < 0',
      '"total < 0": column 9: "< 0" is never breached; write "< 1"',
    ],
    [
      'emoji, counted as one column',
      '🚕 unmetered >= 1',
      '"🚕 unmetered >= 1": column 1: "🚕" is no status, group or pattern',
    ],
  ])('%s', (_, rule, message) => {
    expect(() => parseThresholds(rule)).toThrow(new SettingError(message));
  });

  test('an empty text', () => {
    expect(() => parseThresholds('  ')).toThrow(/no threshold was given; write at least one/);
  });

  test('an empty rule among others', () => {
    expect(() => parseThresholds('failed >= 1, , unmetered >= 1')).toThrow(/rule 2 of 3 is empty/);
  });

  test('a rule that is there twice in other words', () => {
    expect(() => parseThresholds('failed >= 1, failed>=1')).toThrow(
      '"failed >= 1" is written twice; remove one of the two',
    );
  });

  test('a long rule that is there twice is cut', () => {
    const rule = `${'A'.repeat(5_000)}* >= 1`;
    expect(() => parseThresholds(`${rule}, ${rule}`)).toThrow(/^"A{511}…" is written twice/);
  });

  test('a text with control characters shows them', () => {
    expect(() => parseThresholds('fai\u001b[31mled >= 1')).toThrow(/\\u\{1b\}/);
  });
});

describe('any threshold', () => {
  const name = fc.stringMatching(/^[A-Z_]{0,8}$/);
  const subject = fc.oneof(
    fc.constantFrom(...STATUS_GROUPS).map((group) => ({ kind: 'group', group }) as const),
    fc.constantFrom(...KNOWN_STATUSES).map((status) => ({ kind: 'status', status }) as const),
    fc.tuple(name, name).map(([a, b]) => ({ kind: 'pattern', pattern: `${a}*${b}` }) as const),
  );
  const limit = fc.oneof(
    fc.record({ unit: fc.constant('events' as const), limit: fc.integer({ min: 1, max: 1e9 }) }),
    fc.record({
      unit: fc.constant('percent' as const),
      limit: fc.integer({ min: 1, max: 99_999 }).map((thousandths) => thousandths / 1_000),
    }),
  );
  const threshold: fc.Arbitrary<Threshold> = fc
    .record({
      subject,
      by: fc.constantFrom(undefined, 'account' as const, 'schema' as const),
      operator: fc.constantFrom('>=' as const, '>' as const),
      forMinutes: fc.integer({ min: 0, max: 1440 }),
      severity: fc.constantFrom('warning' as const, 'critical' as const),
      limit,
    })
    .map(({ limit: { limit, unit }, ...rest }) => ({ ...rest, limit, unit }));

  test('is the same after being printed and read again', () => {
    fc.assert(
      fc.property(threshold, (original) => {
        expect(parseThresholds(printThreshold(original))).toEqual([original]);
      }),
    );
  });

  test('text either parses or is refused in one line of words', () => {
    const word = fc.constantFrom(
      'unmetered',
      'by',
      'account',
      '>=',
      '<',
      '5',
      '%',
      'for',
      'm',
      'critical',
      ',',
      '*',
      'é',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (rules) => {
        try {
          parseThresholds(rules);
        } catch (error) {
          expect((error as Error).name).toBe('SettingError');
          expect((error as Error).message).not.toMatch(/[\n\r]/);
        }
      }),
    );
  });
});

test.each([
  ['INGESTION_FAILED_*', 'INGESTION_FAILED_UNITS_INVALID', true],
  ['INGESTION_FAILED_*', 'INGESTION_FAILED', false],
  ['*_INVALID', 'INGESTION_FAILED_UNITS_INVALID', true],
  ['INGESTION_*_INVALID', 'INGESTION_FAILED_UNITS_INVALID', true],
  ['*', 'ANYTHING at all', true],
  ['A*A', 'A', false],
  ['A*B*C', 'A-B-C', true],
  ['A*B*C', 'A-C-B', false],
])('the pattern %s on %s: %s', (pattern, status, expected) => {
  expect(subjectMatcher({ kind: 'pattern', pattern })(status)).toBe(expected);
});

test.each([
  ['unmetered >= 5%', 'settled'],
  ['failed >= 5%', 'settled'],
  ['in_progress >= 5%', 'all'],
  ['reverted >= 5%', 'all'],
  ['INGESTION_FAILED_* >= 5%', 'settled'],
  ['INGESTION_* >= 5%', 'all'],
])('the share of %s is of %s events', (rule, base) => {
  expect(shareBase(parseOne(rule).subject)).toBe(base);
});
