import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { bundlePage } from '../cli/backtest/bundle-page.ts';
import { BUNDLING, bundleFunction } from '../infra/bundling.ts';
import { writeDeclarations } from './declarations.ts';
import { noticesOf } from './notices.ts';

/**
 * Builds the JavaScript of the package into `dist/`, or into the named folder: the construct with
 * its declarations, the function as it is uploaded, the command line, and the licences of their
 * code.
 */
const checkout = fileURLToPath(new URL('..', import.meta.url));
const dist = process.argv[2] ?? join(checkout, 'dist');

/** The oldest Node.js that the package runs on: `engines` of package.json. */
const TARGET = 'node22.12';

const OPTIONS = {
  absWorkingDir: checkout,
  bundle: true,
  platform: 'node',
  target: TARGET,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

/** The package has the bundles of the function and of the page. So an app needs neither esbuild nor our sources. */
const withReadyBundles: Plugin = {
  name: 'ready-bundles',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/(?:function-code|page-parts)\.ts$/ }, ({ path }) => ({
      path: join(checkout, 'package', path),
    }));
  },
};

rmSync(dist, { recursive: true, force: true });
const construct = await build({
  ...OPTIONS,
  entryPoints: ['infra/index.ts'],
  outfile: join(dist, 'construct', 'index.js'),
  // Jest, as `cdk init` sets it up, cannot load a package that is an ES module.
  format: 'cjs',
  external: ['aws-cdk-lib', 'constructs'],
  plugins: [withReadyBundles],
});
// Below a package.json with type "module", these files would count as ES modules.
writeFileSync(join(dist, 'construct', 'package.json'), '{ "type": "commonjs" }\n');
writeDeclarations(checkout, join(dist, 'construct'));

const deployed = bundleFunction(join(dist, 'function'));

const commandLine = await build({
  ...OPTIONS,
  entryPoints: ['cli/main.ts'],
  outdir: join(dist, 'cli'),
  format: 'esm',
  // A command loads its own code only.
  splitting: true,
  // An ES module cannot call `require`, which the other form of the AWS clients does.
  mainFields: BUNDLING.mainFields,
  // A dependency of the package, because it is loaded by `require` and only for wide characters.
  external: ['string-width'],
  plugins: [withReadyBundles],
});
const { inputs: inputsOfPage, ...page } = await bundlePage();
writeFileSync(join(dist, 'page.json'), JSON.stringify(page));
cpSync(join(checkout, 'docs', 'notification.schema.json'), join(dist, 'notification.schema.json'));

const inputs = [construct, deployed, commandLine].flatMap(({ metafile }) =>
  Object.keys(metafile.inputs),
);
const notices = noticesOf(checkout, [...inputs, ...inputsOfPage]);
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices);
