import { describe, expect, test } from 'vitest';
import {
  classesOf,
  needsTotals,
} from '../../../functions/monitor/counting/metrics/status-classes.ts';
import { parseThresholds } from '../../../functions/monitor/thresholds/grammar.ts';

const names = (rules: string) => classesOf(parseThresholds(rules)).map(({ name }) => name);
const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

describe('names are asked for', () => {
  test('by each group of problems', () => {
    expect(names('unmetered >= 10')).toEqual([UNMETERED, 'INGESTION_FAILED', 'UNKNOWN']);
  });

  test('of a group in one question', () => {
    const [, failed] = classesOf(parseThresholds('unmetered >= 10'));
    expect(failed?.statuses).toContain('INGESTION_FAILED_EVENT_INVALID');
  });

  test('by the status that a rule by account is about', () => {
    expect(names('INGESTION_FAILED_EVENT_INVALID by account >= 10')).toEqual([
      UNMETERED,
      'INGESTION_FAILED',
      'INGESTION_FAILED_EVENT_INVALID',
      'UNKNOWN',
    ]);
  });

  test('of duplicates where a rule by account is about them', () => {
    expect(names('duplicate by account >= 10')).toContain('INGESTION_FAILED_DUPLICATE_EVENT');
  });

  test('of no status that a rule without accounts is about', () => {
    expect(names('duplicate >= 10')).not.toContain('INGESTION_FAILED_DUPLICATE_EVENT');
  });

  test('of no event in progress', () => {
    expect(names('total by account >= 10')).not.toContain('INGESTION_IN_PROGRESS');
  });

  test('of metered events apart from lost ones', () => {
    expect(names('total by account >= 10').slice(0, 2)).toEqual([
      'INGESTION_COMPLETED_EVENT_METERED',
      UNMETERED,
    ]);
  });

  test('each status in one question only', () => {
    const all = classesOf(
      parseThresholds('failed by account >= 10, INGESTION_FAILED by schema >= 5%'),
    ).flatMap(({ statuses }) => statuses);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('all events of an account are needed', () => {
  const needs = (rules: string) =>
    (['account', 'schema'] as const).map((by) => needsTotals(parseThresholds(rules), by));

  test('with any rules, to say how many of how many it lost', () => {
    expect(needs('failed >= 5')).toEqual([true, false]);
  });

  test('and those of a schema for a share by schema', () => {
    expect(needs('unmetered by schema >= 10%')).toEqual([true, true]);
  });

  test('but not for a number by schema', () => {
    expect(needs('unmetered by schema >= 10')).toEqual([true, false]);
  });
});
