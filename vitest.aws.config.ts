import { defineConfig } from 'vitest/config';

/** The adapters against the AWS-compatible endpoint in `AWS_ENDPOINT_URL`; see `npm run test:aws`. */
export default defineConfig({
  test: { include: ['test/aws/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 90_000 },
});
