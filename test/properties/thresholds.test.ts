import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SettingError } from '../../functions/monitor/errors.ts';
import { KNOWN_STATUSES, STATUS_GROUPS } from '../../functions/monitor/events/status-groups.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import {
  printSubject,
  printThreshold,
  type Subject,
  type Threshold,
} from '../../functions/monitor/thresholds/threshold.ts';
import { holdsAlways } from './cases.ts';
import { gap, MAX_MESSAGE, thrownBy } from './refusals.ts';
import { anyLength, anyText, BREAKS_LINES } from './texts.ts';

/** A long word is compared with every word that it could mean. */
const COST_OF_SUGGESTIONS = 5;

const nameOfPattern = fc.stringMatching(/^[A-Z0-9_]{0,8}$/);
const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.constant({ kind: 'total' } as const),
  fc.constantFrom(...STATUS_GROUPS).map((group) => ({ kind: 'group', group }) as const),
  fc.constantFrom(...KNOWN_STATUSES).map((status) => ({ kind: 'status', status }) as const),
  fc
    .array(nameOfPattern, { minLength: 2, maxLength: 4 })
    .map((names) => ({ kind: 'pattern', pattern: names.join('*').replace(/\*+/g, '*') }) as const),
);
const limit = fc.oneof(
  fc.record({ unit: fc.constant('events' as const), limit: fc.nat(1_000_000_000) }),
  fc.record({
    unit: fc.constant('percent' as const),
    limit: fc.nat(100_000_000).map((millionths) => millionths / 1_000_000),
  }),
);

/** Any valid rule. */
const threshold: fc.Arbitrary<Threshold> = fc
  .record({
    subject,
    by: fc.constantFrom(undefined, 'account' as const, 'schema' as const),
    operator: fc.constantFrom('>=' as const, '>' as const, '<=' as const, '<' as const),
    limit,
    forMinutes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_440 })),
    severity: fc.constantFrom('warning' as const, 'critical' as const),
  })
  .map(({ limit: { limit, unit }, ...rest }) => ({ ...rest, limit, unit }))
  .filter(({ subject, by, operator, limit, unit }) => {
    const atLeast = operator === '>=' || operator === '>';
    const alwaysOrNever =
      (limit === 0 && (operator === '>=' || operator === '<')) ||
      (limit === 100 && unit === 'percent' && (operator === '>' || operator === '<='));
    return (!by || atLeast) && !(unit === 'percent' && subject.kind === 'total') && !alwaysOrNever;
  });
const space = gap.filter((text) => text !== '');

/** A rule in any of its spellings. */
function spellings({
  subject,
  by,
  operator,
  limit,
  unit,
  forMinutes,
  severity,
}: Threshold): fc.Arbitrary<string> {
  const star = fc.constantFrom('*', '**');
  return fc
    .record({
      wide: fc.array(space, { minLength: 6, maxLength: 6 }),
      narrow: fc.array(gap, { minLength: 6, maxLength: 6 }),
      star,
      zeros: fc.constantFrom('', '0'),
    })
    .map(({ wide, narrow, star, zeros }) =>
      [
        narrow[0],
        printSubject(subject).replaceAll('*', star),
        by ? `${wide[0]}by${wide[1]}${by}` : '',
        narrow[1],
        operator,
        narrow[2],
        limit < 1_000_000_000 ? zeros : '',
        limit,
        unit === 'percent' ? `${narrow[3]}%` : '',
        forMinutes > 0 ? `${wide[2]}for${wide[3]}${forMinutes}${narrow[4]}m` : '',
        severity === 'critical' ? `${wide[4]}critical` : '',
        narrow[5],
      ].join(''),
    );
}

describe('any thresholds', () => {
  const several = fc.uniqueArray(threshold, {
    minLength: 1,
    maxLength: 8,
    selector: printThreshold,
  });

  test('are the same after they were printed and read again', () =>
    holdsAlways(
      fc.property(several, (thresholds) => {
        expect(parseThresholds(thresholds.map(printThreshold).join(','))).toEqual(thresholds);
      }),
    ));

  test('are the same in every spelling', () => {
    const spelt = threshold.chain((rule) => fc.tuple(fc.constant(rule), spellings(rule)));
    return holdsAlways(
      fc.property(spelt, ([rule, text]) => {
        expect(parseThresholds(text)).toEqual([rule]);
      }),
    );
  });

  test('are refused with one letter in the wrong case', () => {
    const rule = threshold.map(printThreshold).filter((text) => /[a-z]/i.test(text));
    const withOtherCase = fc.tuple(rule, fc.nat()).map(([text, choice]) => {
      const letters = [...text.matchAll(/[a-z]/gi)];
      const index = letters[choice % letters.length]?.index ?? 0;
      const letter = text.charAt(index);
      const other = /[a-z]/.test(letter) ? letter.toUpperCase() : letter.toLowerCase();
      return text.slice(0, index) + other + text.slice(index + 1);
    });
    return holdsAlways(
      fc.property(withOtherCase, (text) => {
        expect(() => parseThresholds(text)).toThrow(SettingError);
      }),
    );
  });
});

describe('any text instead of thresholds', () => {
  const word = fc.oneof(
    fc.constantFrom(...STATUS_GROUPS, 'total', 'by', 'account', 'schema', '>=', '<', '>', '=', '!'),
    fc.constantFrom('5', '%', '5%', '0', '1.5', 'for', 'm', '15m', 'critical', ',', '*', 'A*'),
    anyText,
  );
  const text = fc.oneof(
    anyLength,
    fc
      .array(fc.tuple(word, gap), { maxLength: 12 })
      .map((words) => words.map(([a, b]) => a + b).join('')),
    fc
      .tuple(threshold.map(printThreshold), anyLength, fc.nat(40))
      .map(([rule, more, at]) => rule.slice(0, at) + more + rule.slice(at)),
    // The same long rule twice.
    fc.nat(2_000).map((length) =>
      Array(2)
        .fill(`${'A'.repeat(length)}* >= 1`)
        .join(),
    ),
  );

  test('is read, or refused in one line of bounded length', () =>
    holdsAlways(
      fc.property(text, (rules) => {
        const error = thrownBy(() => parseThresholds(rules));
        if (error === undefined) return;
        expect(error).toBeInstanceOf(SettingError);
        const { message } = error as SettingError;
        expect(message).not.toMatch(BREAKS_LINES);
        expect(Array.from(message).length).toBeLessThan(MAX_MESSAGE);
      }),
      COST_OF_SUGGESTIONS,
    ));

  test('is refused with the rule and the column of the mistake', () =>
    holdsAlways(
      fc.property(text, (rules) => {
        const error = thrownBy(() => parseThresholds(rules));
        if (error === undefined) return;
        const { message } = error as SettingError;
        if (/^no threshold was given|^rule \d+ of \d+ is empty|is written twice; /.test(message)) {
          return;
        }
        const column = Number(/": column (\d+): /.exec(message)?.[1]);
        const blamed = rules
          .split(',')
          .map((rule) => rule.trim())
          .filter((rule) => message.startsWith(`"${printable(rule)}": column ${column}: `));
        expect(blamed).not.toEqual([]);
        const longest = Math.max(...blamed.map((rule) => Array.from(rule).length));
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual(longest + 1);
      }),
      COST_OF_SUGGESTIONS,
    ));

  test('is refused at the column of the word in the message', () =>
    holdsAlways(
      fc.property(text, (rules) => {
        const error = thrownBy(() => parseThresholds(rules));
        const said = /": column (\d+): .* found "(.+)"(?:; did you mean "\w+"\?)?$/.exec(
          (error as SettingError | undefined)?.message ?? '',
        );
        if (!said) return;
        const [, column, found = ''] = said;
        const standing = rules.split(',').map((rule) => {
          const rest = Array.from(rule.trim()).slice(Number(column) - 1);
          return printable(rest.join('').replace(/\s+/g, ''), Number.POSITIVE_INFINITY);
        });
        const word = found.replace(/…$/, '');
        expect(standing.filter((rest) => rest.startsWith(word))).not.toEqual([]);
      }),
      COST_OF_SUGGESTIONS,
    ));
});
