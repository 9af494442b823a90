import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These need an endpoint: see vitest.aws.config.ts.
    exclude: ['test/aws/**'],
    // What a test sets up it takes down; nothing is shared between files.
    restoreMocks: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
