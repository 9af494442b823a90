import { describe, expect, test } from 'vitest';
import { Backtest } from '../../cli/backtest/backtest.ts';
import { PiecesOfHistory } from '../../cli/backtest/pieces-of-history.ts';
import { shapeOf, valuesOf } from '../../cli/backtest/values.ts';
import { evaluate } from '../../functions/monitor/thresholds/evaluate.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import {
  breaches,
  printSubject,
  subjectMatcher,
} from '../../functions/monitor/thresholds/threshold.ts';
import { windowAt } from '../../functions/monitor/thresholds/window.ts';
import { plainReplay } from './plain-replay.ts';
import { historyOf, randomPieces, START, WINDOW } from './random-history.ts';

const REPEAT = 4 * 3_600_000;
const RULES = [
  'unmetered >= 10, unmetered >= 5% critical, unmetered by account >= 50% critical, failed >= 10, in_progress >= 25% for 15m',
  'unmetered >= 2, failed by schema >= 20% for 10m critical, total < 1',
  'unmetered by schema >= 1%, INGESTION_FAILED_* >= 3, in_progress >= 3%, total by account >= 40',
];
const CASES = RULES.flatMap((rules) => [1, 2, 3, 4].map((seed) => [seed, rules] as const));

const notificationsOf = (seed: number, rules: string): string[] => {
  const history = historyOf(randomPieces(seed, 400, 12));
  const options = { minimumEvents: 20, repeatMs: REPEAT, from: START };
  const { notifications } = new Backtest(history, options).replay(parseThresholds(rules));
  return notifications
    .map(({ at, incidentId, kind, severity }) => `${at} ${incidentId} ${kind} ${severity}`)
    .sort();
};

describe('a backtest', () => {
  test.each(CASES)(
    'finds in history %i the same as every run would have found, by %s',
    (seed, rules) => {
      const plain = plainReplay(randomPieces(seed, 400, 12), parseThresholds(rules), REPEAT);
      expect(notificationsOf(seed, rules)).toEqual(plain);
    },
  );

  test('is tried with histories in which people are notified of every kind', () => {
    const kinds = CASES.flatMap(([seed, rules]) => notificationsOf(seed, rules)).map(
      (text) => text.split(' ')[2],
    );
    expect(new Set(kinds)).toEqual(
      new Set(['opened', 'escalated', 'changed', 'reminder', 'resolved']),
    );
  });
});

test.each(RULES)('the values of a rule say for any limit whether it is breached: %s', (rules) => {
  const pieces = randomPieces(7, 300, 12);
  const history = historyOf(pieces);
  const wrong: string[] = [];
  for (const rule of parseThresholds(rules)) {
    const reduced = new PiecesOfHistory(history, subjectMatcher(rule.subject));
    const values = valuesOf([{ pieces: reduced, rules: [rule] }], 20).get(shapeOf(rule)) ?? [];
    for (const [index, { piece }] of pieces.entries()) {
      const list = pieces.slice(0, index + 1).map((each) => each.piece);
      const window = windowAt({ list, inProgressIn: () => undefined }, piece.end, WINDOW);
      for (const limit of [1, 3, 10, 40]) {
        const limited = { ...rule, limit };
        const { state } = evaluate(limited, window, { minimumEvents: 20 });
        const isBreached = breaches(values[index] ?? Number.NaN, limited);
        if (isBreached !== (state === 'breached')) {
          wrong.push(`${printSubject(rule.subject)} ${limit} at ${index}: ${state}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});
