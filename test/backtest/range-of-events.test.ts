import { expect, test } from 'vitest';
import { Backtest } from '../../cli/backtest/backtest.ts';
import { compare } from '../../cli/backtest/compare-rule-sets.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { historyOf, randomPieces } from './random-history.ts';

const PIECES = randomPieces(3, 60, 5);
/** The pieces before it are the window of the first evaluation. */
const FIRST = 24;

/** A comparison that begins so long after the start of a piece. */
function comparedFrom(afterMs: number) {
  const history = historyOf(PIECES);
  const range = { start: startOf(FIRST) + afterMs, end: history.ends.at(-1) ?? 0 };
  const options = { minimumEvents: 20, repeatMs: 3_600_000, from: range.start };
  return compare(new Backtest(history, options), [parseThresholds('unmetered >= 1')], range, 'UTC');
}

function startOf(index: number): number {
  return PIECES[index]?.piece.start ?? 0;
}

test('the events are those of the range, without the window before it', () => {
  const inRange = PIECES.slice(FIRST).reduce((sum, { piece }) => sum + piece.counts.total, 0);
  expect(comparedFrom(0).events).toBe(inRange);
});

test('a range that begins within a piece is shown from the start of that piece', () => {
  expect(comparedFrom(60_000).range.start).toBe(startOf(FIRST));
});
