import { expect, test } from 'vitest';
import { addPieces, noFacts } from '../../functions/monitor/incidents/loss-facts.ts';
import type { Loss, LossPiece } from '../../functions/monitor/incidents/losses.ts';
import { isTrafficProof } from '../../functions/monitor/incidents/when-loss-ends.ts';

const BUCKET = 300_000;

/** The losses of an account in one bucket after another. */
function factsOf(losses: readonly Loss[]) {
  const pieces = losses.map(
    (_, index) => ({ start: index * BUCKET, end: (index + 1) * BUCKET }) as LossPiece,
  );
  return addPieces(noFacts(0), pieces, ({ start }) => ({
    ...(losses[start / BUCKET] ?? { lost: 0, total: 0 }),
    proves: true,
  }));
}

/** Before an account is followed, only its lost events are known. */
const unknown = (lost: number): Loss => ({ lost, total: lost, withoutTotal: lost });
const known = (lost: number, total: number): Loss => ({ lost, total });

test('a leak goes on with events of an unknown share', () => {
  const { lastLoss } = factsOf([unknown(1), known(1, 100), known(0, 100), known(1, 100)]);
  expect(lastLoss).toBe(4 * BUCKET);
});

test('a stray event is no part of a loss of an unknown share', () => {
  const { lastLoss } = factsOf([unknown(100), known(1, 1_000), known(0, 1_000), known(1, 1_000)]);
  expect(lastLoss).toBe(BUCKET);
});

test('the proof of an end is taken of the events that are known', () => {
  const leak = [unknown(5), known(1, 100), known(1, 100)];
  expect(isTrafficProof(factsOf([...leak, known(0, 900)]))).toBe(false);
  expect(isTrafficProof(factsOf([...leak, known(0, 1_000)]))).toBe(true);
});

test('ten events prove the end of a loss without any known share', () => {
  expect(isTrafficProof(factsOf([unknown(5), known(0, 9)]))).toBe(false);
  expect(isTrafficProof(factsOf([unknown(5), known(0, 10)]))).toBe(true);
});
