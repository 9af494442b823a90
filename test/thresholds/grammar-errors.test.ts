import { describe, expect, test } from 'vitest';
import { SettingError } from '../../functions/monitor/errors.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';

describe('an error names the rule, the column and the expected words', () => {
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
      '"failed >= 10 for": column 17: expected minutes or hours, such as 15m or 1h, found the end of the rule',
    ],
    [
      'days',
      'failed >= 10 for 2d',
      '"failed >= 10 for 2d": column 18: expected minutes or hours from 1m to 24h after "for", found "2d"',
    ],
    [
      'too long',
      'failed >= 10 for 2000m',
      '"failed >= 10 for 2000m": column 18: expected minutes or hours from 1m to 24h after "for", found "2000m"',
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
      'a rule that is always true',
      'unmetered >= 0',
      '"unmetered >= 0": column 14: ">= 0" is always breached; write ">= 1" or "> 0"',
    ],
    [
      'a rule that is never true',
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

  test('a rule that is written twice in different spellings', () => {
    expect(() => parseThresholds('failed >= 1, failed>=1')).toThrow(
      '"failed >= 1" is written twice; remove one of the two',
    );
  });

  test('a long rule that is written twice is cut', () => {
    const rule = `${'A'.repeat(5_000)}* >= 1`;
    expect(() => parseThresholds(`${rule}, ${rule}`)).toThrow(/^"A{511}…" is written twice/);
  });

  test('a text with control characters shows them', () => {
    expect(() => parseThresholds('fai\u001b[31mled >= 1')).toThrow(/\\u\{1b\}/);
  });
});
