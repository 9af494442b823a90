import { expect, test } from 'vitest';
import { Backtest } from '../../cli/backtest/backtest.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { createRandom } from '../../simulator/random.ts';
import { historyOf, randomPieces, START } from './random-history.ts';

const RULES = [
  'unmetered >= 10, unmetered >= 5% critical, unmetered by account >= 50% critical, failed >= 10',
  'unmetered > 2, failed by schema >= 20% for 10m critical, total < 30, in_progress > 3%',
];
const CASES = RULES.flatMap((rules) => [1, 2, 3].map((seed) => [seed, rules] as const));
const MOVES = 25;

const backtestOf = (seed: number) =>
  new Backtest(historyOf(randomPieces(seed, 400, 12)), {
    minimumEvents: 20,
    repeatMs: 4 * 3_600_000,
    from: START,
  });

test.each(CASES)(
  'a limit that was moved many times finds what it finds at once, history %i, %s',
  (seed, text) => {
    const random = createRandom(seed);
    const moved = backtestOf(seed);
    let rules: readonly Threshold[] = parseThresholds(text);
    for (let move = 0; move < MOVES; move++) {
      const index = Math.floor(random() * rules.length);
      rules = rules.map((rule, at) => {
        if (at !== index) return rule;
        // Mostly to a neighbour, as a hand moves it.
        const limit = random() < 0.7 ? rule.limit + (random() < 0.5 ? 1 : -1) : random() * 60;
        return { ...rule, limit: Math.min(100, Math.max(1, Math.round(limit))) };
      });
      expect(moved.replay(rules)).toEqual(backtestOf(seed).replay(rules));
    }
  },
);
