import { describe, expect, test } from 'vitest';
import type { RevenueAnswer } from '../../functions/monitor/events/revenue-answer.ts';
import { noFacts } from '../../functions/monitor/incidents/loss-facts.ts';
import {
  daysBefore,
  isWorthMoney,
  perEventIn,
  worthOf,
} from '../../functions/monitor/notifications/revenue-per-event.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { subjectMatcher } from '../../functions/monitor/thresholds/threshold.ts';

const DAY = 86_400_000;

/** An answer about acme: metered events a day, and revenue a day. */
function answer(events: readonly number[], revenue: readonly number[], points = 14): RevenueAnswer {
  const series = (values: readonly number[]) => [
    { group: 'acme', hours: new Map(values.map((value, day) => [day * DAY, value])) },
  ];
  return { metered: series(events), revenue: series(revenue), points };
}

const perEvent = (of: RevenueAnswer) => perEventIn(of, ['acme']).get('acme');

describe('the average revenue of a metered event', () => {
  test('is the revenue of some days by their metered events', () => {
    expect(perEvent(answer([50, 30, 20], [20, 20, 10]))).toBe(0.5);
  });

  test.each<[string, RevenueAnswer]>([
    ['fewer than 100 events', answer([50, 30, 19], [20, 20, 10])],
    ['events on two days only', answer([50, 50, 0], [20, 20, 10])],
    ['no revenue', answer([50, 30, 20], [0, 0, 0])],
    ['more credit than revenue', answer([50, 30, 20], [20, -30, 0])],
  ])('is not known with %s', (_, of) => {
    expect(perEvent(of)).toBeNull();
  });

  test('is not known of an account that the answer lacks', () => {
    expect(perEventIn(answer([50, 30, 20], [1, 1, 1]), ['globex']).get('globex')).toBeNull();
  });

  test('is still unknown after an answer that may have been cut', () => {
    expect(perEventIn(answer([50, 30, 20], [1, 1, 1], 300), ['acme']).has('acme')).toBe(false);
  });

  test('is of days 2 to 8 back', () => {
    const range = daysBefore(Date.UTC(2026, 10, 18, 10, 5));
    expect(range).toEqual({ start: Date.UTC(2026, 10, 10), end: Date.UTC(2026, 10, 17) });
  });
});

describe('lost events are worth money', () => {
  const isMoney = (subject: string) => {
    const [rule] = parseThresholds(`${subject} >= 1`);
    return rule !== undefined && isWorthMoney(subjectMatcher(rule.subject));
  };

  test.each(['unmetered', 'INGESTION_COMPLETED_NO_MATCHING_METERS'])(
    'if they are %s',
    (subject) => {
      expect(isMoney(subject)).toBe(true);
    },
  );

  test.each([
    'failed',
    'duplicate',
    'unknown',
    'total',
    'INGESTION_FAILED_INSUFFICIENT_CREDITS',
    'INGESTION_COMPLETED_*',
  ])('but not if they are %s', (subject) => {
    expect(isMoney(subject)).toBe(false);
  });
});

test('the worth of an incident says of how many of its accounts it is', () => {
  const of = (name: string, lost: number, perEvent: number | null | undefined) => ({
    account: { name, onset: 0, joinedAt: 0, facts: noFacts(0), perEvent },
    facts: { lost },
  });
  const accounts = [of('acme', 100, 0.5), of('globex', 10, 2), of('hooli', 7, null)];
  expect(worthOf([...accounts, of('stark', 3, undefined)])).toEqual({
    amount: 70,
    accounts: 2,
    of: 4,
  });
});

test('nothing is said of worth where no average is known', () => {
  expect(worthOf([])).toBeUndefined();
});
