import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Installs the packed package in copies of the examples, outside the checkout, and runs their
 * tests. It needs the registry of npm. The examples run on the Node.js of the machine. Examples for
 * the oldest Node.js and the oldest `aws-cdk-lib` run on these too.
 */
const OLDEST_NODE = '22.12.0';
const OLDEST_CDK = ['aws-cdk-lib@2.195.0', 'constructs@10.4.2'];

const checkout = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'unmetered-examples-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Without the programs of the checkout: `npm run` puts them first on the path. */
const path = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((place) => !place.startsWith(checkout))
  .join(delimiter);

function inFolder(place: string, command: string, args: readonly string[], before = ''): void {
  process.stdout.write(`\n${place}: ${command} ${args.join(' ')}\n`);
  execFileSync(command, args, {
    cwd: join(folder, place),
    stdio: 'inherit',
    env: { ...process.env, PATH: before === '' ? path : `${before}${delimiter}${path}` },
  });
}

const install = (place: string, ...packages: readonly string[]) =>
  inFolder(place, 'npm', ['install', '--no-audit', '--no-fund', '--silent', ...packages]);

function example(name: string): string {
  cpSync(join(checkout, 'examples', name), join(folder, name), { recursive: true });
  install(name, packed);
  return name;
}

execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
  cwd: checkout,
  stdio: 'inherit',
});
const packed = join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '');

const commonJs = example('cdk-app');
inFolder(commonJs, 'npm', ['test']);
inFolder(commonJs, 'npx', ['cdk', 'synth', '--quiet']);
sameFunction(join(folder, commonJs, 'cdk.out'));
install(commonJs, ...OLDEST_CDK);
inFolder(commonJs, 'npx', ['tsc']);
inFolder(commonJs, 'npx', ['tsx', 'bin/my-app.ts']);

const esModules = example('esm-app');
inFolder(esModules, 'npm', ['test']);
inFolder(esModules, 'npx', ['cdk', 'synth', '--quiet']);

const withoutAws = example('cron');
install('.', '--prefix', 'oldest', `node@${OLDEST_NODE}`);
inFolder(withoutAws, 'npm', ['test'], join(folder, 'oldest', 'node_modules', '.bin'));

/** @throws Error if the app would deploy another function than the checkout */
function sameFunction(cloudAssembly: string): void {
  const asset = readdirSync(cloudAssembly).find((name) => name.startsWith('asset.')) ?? '';
  for (const file of ['index.mjs', 'index.mjs.map']) {
    const theirs = readFileSync(join(cloudAssembly, asset, file));
    const ours = readFileSync(join(checkout, 'dist', 'function', file));
    if (!theirs.equals(ours)) throw new Error(`${asset}/${file} is not that of the package`);
  }
}
