import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundlePage } from '../../cli/backtest/bundle-page.ts';
import { bundleFunction } from '../../infra/bundling.ts';
import manifest from '../../package.json' with { type: 'json' };
import { dependsOn } from '../support/depends-on.ts';
import { emptyFolder } from '../support/folder.ts';
import { resourcesOf, UNCHECKED } from './synthesized.ts';

dependsOn(() =>
  Promise.all([
    import('../../infra/index.ts'),
    import('../../functions/monitor/handler.ts'),
    import('../../cli/main.ts'),
  ]),
);

/** A folder like that of an app which installed the package beside the libraries that it takes from the app. */
const app = mkdtempSync(join(tmpdir(), 'unmetered-packed-'));
afterAll(() => rmSync(app, { recursive: true }));
const installed = join(app, 'package');
beforeAll(() => {
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', app], {
      encoding: 'utf8',
    }),
  );
  execFileSync('tar', ['-xf', join(app, filename), '-C', app]);
  symlinkSync(resolve('node_modules'), join(app, 'node_modules'));
});

const read = (...path: string[]) => readFileSync(join(installed, ...path), 'utf8');

function filesIn(folder: string): string[] {
  return readdirSync(join(installed, folder), { recursive: true, encoding: 'utf8' });
}

test('no file of the package needs a compiler: beside JavaScript there are only declarations', () => {
  const sources = filesIn('.').filter((file) => /(?<!\.d)\.ts$/.test(file));
  expect(sources).toEqual([]);
});

test('an app that loads CommonJS synthesises the construct with the ready function', () => {
  const { UnmeteredEventsMonitor } = createRequire(join(app, 'app.js'))('./package');
  const outdir = emptyFolder();
  const theirs = new App({ ...UNCHECKED, outdir });
  new UnmeteredEventsMonitor(new Stack(theirs, 'Theirs'), 'Monitor');
  const { template } = theirs.synth().getStackArtifact('Theirs');
  const [{ Properties }] = resourcesOf(template, 'AWS::Lambda::Function');
  const [key] = Properties.Code.S3Key.split('.');
  expect(readdirSync(join(outdir, `asset.${key}`)).sort()).toEqual(['index.mjs', 'index.mjs.map']);
});

test('its function has the bytes that the checkout deploys', () => {
  const here = emptyFolder();
  bundleFunction(here);
  for (const file of ['index.mjs', 'index.mjs.map']) {
    expect(read('dist', 'function', file) === readFileSync(join(here, file), 'utf8')).toBe(true);
  }
});

test('its page of a backtest has the program that the checkout bundles', async () => {
  const { program } = await bundlePage();
  expect(JSON.parse(read('dist', 'page.json')).program === program).toBe(true);
});

test('each declaration imports JavaScript, and every file that it names is there', () => {
  const declarations = filesIn('dist/construct').filter((file) => file.endsWith('.d.ts'));
  const missing = declarations.flatMap((file) => {
    const names = read('dist', 'construct', file).matchAll(/["'](\.{1,2}\/[^"']+)["']/g);
    return [...names]
      .map(([, name = '']) => join(file, '..', name))
      .filter((name) => !declarations.includes(name.replace(/\.js$/, '.d.ts')));
  });
  expect(missing).toEqual([]);
});

test('the command line runs under the name of the package', () => {
  const program = join(installed, manifest.bin['unmetered-events-monitor']);
  const version = execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8' });
  expect(version.trim()).toBe(manifest.version);
});

test('the command line brings the AWS clients that it asks the function of a stack with', () => {
  const program = join(installed, manifest.bin['unmetered-events-monitor']);
  const env = {
    ...process.env,
    // Nobody answers there.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  expect(() => execFileSync(process.execPath, [program, 'status'], { env, stdio: 'pipe' })).toThrow(
    /the stack UnmeteredEventsMonitor could not be read: .*ECONNREFUSED/,
  );
});

test('a Node.js that is too old ends in one sentence', () => {
  const program = join(installed, manifest.bin['unmetered-events-monitor']);
  const asOld = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); await import(${JSON.stringify(program)});`;
  expect(() =>
    execFileSync(process.execPath, ['--input-type=module', '-e', asOld], { stdio: 'pipe' }),
  ).toThrow(/is too old; use Node\.js 22\.12 or newer/);
});

test('the notices name the code of others in the bundles, and its licences', () => {
  const notices = read('dist', 'THIRD-PARTY-NOTICES.txt');
  for (const name of ['@middy/core', '@aws-sdk/client-sns', 'commander', 'uplot', 'valibot']) {
    expect(notices).toMatch(new RegExp(`^${name} [\\d.]+: (MIT|Apache-2.0)$`, 'm'));
  }
});
