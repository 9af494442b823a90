import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KNOWN_STATUSES, STATUS_GROUPS } from '../../functions/monitor/events/status-groups.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { shareBase } from '../../functions/monitor/thresholds/share.ts';
import {
  printThreshold,
  subjectMatcher,
  type Threshold,
} from '../../functions/monitor/thresholds/threshold.ts';
import { anyCharacter } from '../support/any-character.ts';

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
])('accepts %s', (_, rule, expected) => {
  expect(printThreshold(parseOne(rule))).toBe(expected);
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

  test('text is read, or is refused in one line of words', () => {
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
      fc.string({ unit: anyCharacter, maxLength: 60 }),
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
