import { expect, test } from 'vitest';
import { tryOut } from '../../proving/trial.ts';
import { createWorld } from '../../proving/world.ts';

/** `npm run simulate` lives through as many as wanted. In the last of them Togai counts, for a time at least. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 25, 91, 133];

test.each(SEEDS)('the monitor keeps its promises in world %i', async (seed) => {
  const { violations } = await tryOut(createWorld(seed, 2));
  expect(violations).toEqual([]);
});

test('the same seed makes the same world, and the same happens in it', async () => {
  const [one, other] = [await tryOut(createWorld(5, 1)), await tryOut(createWorld(5, 1))];
  expect(other).toEqual(one);
});
