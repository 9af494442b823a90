import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, buildSync } from 'esbuild';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));

/** The options of esbuild for the function. The benchmark bundles its variants with the same options. */
export const BUNDLING = {
  absWorkingDir: CHECKOUT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // The lock file pins the SDK, and a bundled SDK loads faster than that of the runtime. Lambda puts credentials into the
  // environment: the SDK needs these providers only on other machines.
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
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  // A dependency calls `require`, which an ES module does not have.
  banner: {
    js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
  },
} satisfies BuildOptions;

/**
 * Writes the function as it is uploaded into a folder: `index.mjs`, and the map for the traces of
 * its errors. The map names the sources as seen from `dist/function`, for any folder. So a checkout
 * and the package deploy the same bytes.
 */
export function bundleFunction(folder: string): BuildResult<{ metafile: true }> {
  const bundle = buildSync({
    ...BUNDLING,
    entryPoints: ['functions/monitor/handler.ts'],
    outfile: 'dist/function/index.mjs',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of bundle.outputFiles) {
    writeFileSync(join(folder, basename(path)), contents);
  }
  return bundle;
}
