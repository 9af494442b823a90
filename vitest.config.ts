import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These need an endpoint: see vitest.aws.config.ts.
    exclude: ['test/aws/**'],
    // A test takes down everything that it sets up, so files can share a process. Each module is loaded once in it.
    isolate: false,
    restoreMocks: true,
    maxWorkers: '100%',
    // Tests read these files, and import statements do not show that.
    forceRerunTriggers: [
      ...configDefaults.forceRerunTriggers,
      '**/{biome,cdk}.json',
      '**/docs/{operations.md,notification.schema.json}',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
