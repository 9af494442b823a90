import { expect, test } from 'vitest';
import { Backtest } from '../../cli/backtest/backtest.ts';
import { compare } from '../../cli/backtest/compare-rule-sets.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { historyOf, randomPieces, START } from './random-history.ts';

/** Lost events that belong to no incident, with a rule. */
function unnoticedWith(rule: string): number {
  const history = historyOf(randomPieces(2, 400, 12));
  const options = { minimumEvents: 20, repeatMs: 4 * 3_600_000, from: START };
  const range = { start: START, end: history.ends.at(-1) ?? START };
  const { sets } = compare(new Backtest(history, options), [parseThresholds(rule)], range, 'UTC');
  return sets[0]?.numbers.unnoticed ?? 0;
}

const ALL = unnoticedWith('unmetered >= 100000');

test.each(['failed >= 3', 'INGESTION_FAILED_* >= 3', 'failed by account >= 20%'])(
  'a loss in an incident of %s does not go unnoticed',
  (rule) => {
    expect(unnoticedWith(rule)).toBeLessThan(0.9 * ALL);
  },
);

test.each(['total >= 1', 'total < 100000'])('an incident of %s notices no loss', (rule) => {
  expect(unnoticedWith(rule)).toBe(ALL);
});
