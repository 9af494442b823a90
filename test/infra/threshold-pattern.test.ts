import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KNOWN_STATUSES, STATUS_GROUPS } from '../../functions/monitor/events/status-groups.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { printThreshold } from '../../functions/monitor/thresholds/threshold.ts';
import { parses, takes } from './accepted-values.ts';

describe('every threshold', () => {
  const limit = fc.oneof(
    fc.integer({ min: 1, max: 999_999_999 }).map(String),
    fc.integer({ min: 1, max: 99 }).map((share) => `${share}%`),
    fc.double({ min: 0.001, max: 99, noNaN: true }).map((share) => `${share.toFixed(3)}%`),
  );
  const rule = fc
    .record({
      subject: fc.constantFrom('total', ...STATUS_GROUPS, ...KNOWN_STATUSES, 'INGESTION_FAILED_*'),
      by: fc.constantFrom('', ' by account', ' by schema'),
      operator: fc.constantFrom('>=', '>', '<=', '<'),
      limit,
      minutes: fc.option(fc.integer({ min: 1, max: 1_440 })),
      severity: fc.constantFrom('', ' critical'),
    })
    .map(
      ({ subject, by, operator, limit: text, minutes, severity }) =>
        `${subject}${by} ${operator} ${text}${minutes === null ? '' : ` for ${minutes}m`}${severity}`,
    );

  test('that the function reads and prints is accepted by CloudFormation', () => {
    fc.assert(
      fc.property(rule, (text) => {
        fc.pre(parses('thresholds', text));
        const printed = parseThresholds(text).map(printThreshold).join(', ');
        expect(takes('Thresholds', printed)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('that CloudFormation accepts is read by the function, even with a typing mistake in it', () => {
    const slip = fc.record({
      text: rule,
      at: fc.nat(60),
      remove: fc.nat(2),
      insert: fc.oneof(fc.constant(''), fc.constantFrom(...' ,%0159.<>=m*_ABbytor')),
    });
    fc.assert(
      fc.property(slip, ({ text, at, remove, insert }) => {
        const slipped = text.slice(0, at) + insert + text.slice(at + remove);
        if (takes('Thresholds', slipped)) expect(parses('thresholds', slipped), slipped).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  // A pattern that backtracks without bounds would not end.
  test.each([
    ['spaces', ' '.repeat(1_000)],
    ['spaces behind a rule', `unmetered >= 1${' '.repeat(900)}!`],
    ['letters', 'A'.repeat(1_000)],
    ['asterisks', '*'.repeat(1_000)],
    ['rules', `${'unmetered >= 1,'.repeat(66)}x`],
  ])('is checked in bounded time: %s', (_, text) => {
    expect(takes('Thresholds', text)).toBe(false);
  });
});
