import { expect, test } from 'vitest';
import { Backtest } from '../../cli/backtest/backtest.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { BUCKET_MS } from '../../functions/monitor/timeline/bucket.ts';
import { createRandom } from '../../simulator/random.ts';
import { pieceOf } from '../support/incident-play.ts';
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
  'a limit that was moved many times finds the same as at once, history %i, %s',
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

test('a rule "> 0" that is moved finds the same as its new limit alone', () => {
  // Many are lost at once, and then one every half hour: for "> 0" that is one incident.
  const pieces = Array.from({ length: 400 }, (_, index) => {
    const acme = index === 30 || index === 31 ? 35 : 0;
    const globex = index > 40 && index < 330 && index % 6 === 0 ? 1 : 0;
    const start = START + index * BUCKET_MS;
    const end = start + BUCKET_MS;
    const piece = { ...pieceOf(0, { acme: [acme, 200], globex: [globex, 40] }), start, end };
    return { piece, runEnd: end, notifiedAt: end, inProgress: undefined };
  });
  const settings = { minimumEvents: 20, repeatMs: 4 * 3_600_000, from: START };
  const moved = new Backtest(historyOf(pieces), settings);
  moved.replay(parseThresholds('unmetered > 0'));
  const rules = parseThresholds('unmetered > 0').map((rule) => ({ ...rule, limit: 10 }));
  expect(moved.replay(rules)).toEqual(new Backtest(historyOf(pieces), settings).replay(rules));
});
