/** The options of esbuild for the function. The benchmark bundles its variants with the same options. */
export const BUNDLING = {
  target: 'node24',
  mainFields: ['module', 'main'],
  // Lambda puts credentials into the environment. The SDK needs these providers only on other machines.
  external: [
    '@aws-sdk/credential-provider-http',
    '@aws-sdk/credential-provider-ini',
    '@aws-sdk/credential-provider-process',
    '@aws-sdk/credential-provider-sso',
    '@aws-sdk/credential-provider-web-identity',
    '@smithy/credential-provider-imds',
    // Loaded for streams of events only, which none of our calls has.
    '@smithy/core/event-streams',
  ],
  // A dependency calls `require`, which an ES module does not have.
  banner:
    "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
};
