/** How the function is bundled, by esbuild; the bench bundles what it compares with in the same way. */
export const BUNDLING = {
  target: 'node24',
  mainFields: ['module', 'main'],
  // Lambda hands credentials over in the environment; the SDK asks these only on other machines.
  external: [
    '@aws-sdk/credential-provider-ini',
    '@aws-sdk/credential-provider-process',
    '@aws-sdk/credential-provider-sso',
    '@aws-sdk/credential-provider-web-identity',
  ],
  // A dependency calls require.
  banner:
    "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
};
