import { basename } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';

/** In `npm test` few cases, always the same. In `npm run properties` many, always others. */
const CASES = Number(process.env.PROPERTY_CASES ?? 150);
const MANY = process.env.PROPERTY_CASES !== undefined;
const FEWEST = 12;

/** The seed and the path that fast-check prints for a failure repeat it. */
const replay = {
  ...(process.env.PROPERTY_SEED && { seed: Number(process.env.PROPERTY_SEED) }),
  ...(process.env.PROPERTY_PATH && { path: process.env.PROPERTY_PATH }),
};

let held = 0;
afterAll(() => {
  const file = basename(expect.getState().testPath ?? '');
  if (MANY) process.stdout.write(`${file}: ${held.toLocaleString('en-US')} cases held\n`);
});

/**
 * Tries a property.
 *
 * @param cost of one case, compared with a cheap one. The number of cases is divided by it
 * @throws Error with the smallest failing case, its seed and its path
 */
export async function holdsAlways<T>(
  property: fc.IProperty<T> | fc.IAsyncProperty<T>,
  cost = 1,
): Promise<void> {
  const numRuns = Math.max(FEWEST, Math.round(CASES / cost));
  await fc.assert(property, { numRuns, ...(!MANY && { seed: 1 }), ...replay });
  held += numRuns;
}
