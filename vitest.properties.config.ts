import { defineConfig } from 'vitest/config';

/** Many cases of each property, and others every time: see `npm run properties`. */
export default defineConfig({
  test: {
    include: ['test/properties/**/*.test.ts'],
    env: { PROPERTY_CASES: process.env.PROPERTY_CASES ?? '100000' },
    // Each file counts its own cases.
    isolate: true,
    maxWorkers: '100%',
    testTimeout: 30 * 60_000,
  },
});
