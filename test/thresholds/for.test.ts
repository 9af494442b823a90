import { describe, expect, test } from 'vitest';
import { THRESHOLDS_PATTERN } from '../../functions/monitor/settings/parameter-patterns.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { printThreshold } from '../../functions/monitor/thresholds/threshold.ts';

const isAccepted = (rules: string) => new RegExp(THRESHOLDS_PATTERN).test(rules);

describe('how long a rule must hold may be written in hours', () => {
  test.each([
    ['15m', 15],
    ['1h', 60],
    ['24h', 1_440],
    ['1h30m', 90],
    ['1d', 1_440],
    ['1 h', 60],
  ])('for %s', (text, minutes) => {
    const [rule] = parseThresholds(`unmetered >= 10 for ${text} critical`);
    expect(rule?.forMinutes).toBe(minutes);
    expect(rule?.severity).toBe('critical');
  });

  test('and is printed in minutes, so that its alert keeps its name', () => {
    const [rule] = parseThresholds('unmetered >= 10 for 1h');
    expect(rule && printThreshold(rule)).toBe('unmetered >= 10 for 60m');
  });

  test('so the same rule in minutes is written twice', () => {
    expect(() => parseThresholds('failed >= 1 for 1h, failed >= 1 for 60m')).toThrow(/twice/);
  });

  test.each(['25h', '2d', '1441m', '0h', '90s', '1.5h', 'h', '1h30'])('but not for %s', (text) => {
    expect(() => parseThresholds(`unmetered >= 10 for ${text}`)).toThrow(
      /column 21: expected .*1m.*(1440m|24h).* after "for"/,
    );
  });
});

test.each([
  ['unmetered >= 10 for 1h', true],
  ['unmetered >= 10 for 24h critical', true],
  ['unmetered >= 10 for 15m', true],
  ['unmetered >= 10 for 25h', false],
  ['unmetered >= 10 for 0h', false],
])('the parameter of the stack takes "%s": %s', (rules, expected) => {
  expect(isAccepted(rules)).toBe(expected);
});
