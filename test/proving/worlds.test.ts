import { expect, test } from 'vitest';
import { proveWorld } from '../../proving/prove-world.ts';
import { shrink } from '../../proving/report/shrink.ts';
import { createWorld } from '../../proving/world/create-world.ts';

/** `npm run prove` takes as many seeds as wanted. They count by the listing, by Togai metrics, and by both. */
const SEEDS = [1, 5, 8, 13, 15, 17];

test.each(SEEDS)('no invariant breaks in world %i', async (seed) => {
  const { violations } = await proveWorld(createWorld(seed, 2));
  expect(violations).toEqual([]);
});

test('the same seed makes the same world and the same history', async () => {
  const [one, other] = [await proveWorld(createWorld(5, 1)), await proveWorld(createWorld(5, 1))];
  expect(other).toEqual(one);
});

test('a world that breaks nothing is not made smaller', async () => {
  const world = createWorld(5, 2);
  expect(await shrink(world, 'cause-notified')).toBe(world);
});
