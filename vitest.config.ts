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
      '**/docs/{reference.md,notification.schema.json}',
    ],
    // Long, because a busy machine takes ten times as long. A test that waits for something by mistake ends, too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
