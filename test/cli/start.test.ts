import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { emptyFolder } from '../support/folder.ts';
import { runNode, startProgram } from '../support/program.ts';
import { serveAnswers } from '../support/server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The files that `npx unmetered` and `npm start` run. */
const ENTRIES = [
  ...new Set([manifest.bin.unmetered, /\bnode\s+(\S+)/.exec(manifest.scripts.start)?.[1] ?? '']),
];
const BIN = join(ROOT, manifest.bin.unmetered);
const LEFT_OUT = ['node_modules', '.git', 'test', 'docs', 'cdk.out'];

/** The project as it is cloned, before `npm ci`. */
function clone(): string {
  const folder = emptyFolder();
  for (const entry of readdirSync(ROOT).filter((name) => !LEFT_OUT.includes(name))) {
    cpSync(join(ROOT, entry), join(folder, entry), { recursive: true });
  }
  return folder;
}

/** The project after `npm ci --ignore-scripts`: all packages, and not the Node.js that one of them brings. */
function cloneWithoutNode(): string {
  const folder = clone();
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name === 'node' || name.startsWith('.')) continue;
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return folder;
}

/** A Node.js of this machine that knows no TypeScript, if there is one. */
const OLD_NODE = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((file) => {
    const version = spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout ?? '';
    return Number(/^v(\d+)/.exec(version)?.[1] ?? 99) < 22;
  });

describe.each(ENTRIES)('%s without npm ci', (entry) => {
  test.each([['check'], ['run'], ['demo'], ['--help']])(
    '%s names the next step',
    async (command) => {
      const folder = clone();
      const { exitCode, stdout, stderr } = await runNode([join(folder, entry), command], {
        cwd: folder,
        env: { TOGAI_TOKEN: 'secret' },
      });
      expect(stderr).toMatch(/^unmetered: [^\n]*\bnpm ci\b[^\n]*\n$/);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    },
  );

  test('says nothing of npm ci where a file of its own is missing', async () => {
    const folder = cloneWithoutNode();
    writeFileSync(join(folder, 'cli', 'program.ts'), "import './no-such-file.ts';\n");
    const { exitCode, stderr } = await runNode([join(folder, entry), 'check'], { cwd: folder });
    expect(stderr).toContain('no-such-file');
    expect(stderr).not.toContain('npm ci');
    expect(exitCode).not.toBe(0);
  });
});

describe.each(ENTRIES)('%s on a Node.js that knows no TypeScript', (entry) => {
  const SENTENCE = /^unmetered: [^\n]*\bNode(\.js)?\b[^\n]*\bnpm ci\b[^\n]*\n$/;

  test('says that npm ci brings one that does', async () => {
    const folder = cloneWithoutNode();
    const args = ['--no-experimental-strip-types', join(folder, entry), 'check'];
    const { exitCode, stdout, stderr } = await runNode(args, { cwd: folder });
    expect(stderr).toMatch(SENTENCE);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test.skipIf(!OLD_NODE)('says so on Node.js 20', async () => {
    const folder = cloneWithoutNode();
    const args = [join(folder, entry), 'check'];
    const { exitCode, stdout, stderr } = await startProgram(OLD_NODE ?? '', args, { cwd: folder })
      .ended;
    expect(stderr).toMatch(SENTENCE);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test.skipIf(!OLD_NODE)('and on Node.js 20 without npm ci', async () => {
    const folder = clone();
    const args = [join(folder, entry), 'check'];
    const { exitCode, stderr } = await startProgram(OLD_NODE ?? '', args, { cwd: folder }).ended;
    expect(stderr).toMatch(/^unmetered: [^\n]*\bnpm ci\b[^\n]*\n$/);
    expect(exitCode).toBe(2);
  });
});

/** Runs before the program, and writes down every file that is loaded. */
const RECORDER = `
  import { appendFileSync } from 'node:fs';
  import { getCompileCacheDir, registerHooks } from 'node:module';
  const write = (line) => appendFileSync(process.env.RECORD, line + '\\n');
  registerHooks({ load(url, context, next) { write(url); return next(url, context); } });
  process.on('exit', () => write('cache ' + (getCompileCacheDir() ?? '')));
`;

/** How the program ends, the files that it loads, and where it keeps compiled code. */
async function recorded(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const record = join(emptyFolder(), 'record');
  const preload = `--import=data:text/javascript,${encodeURIComponent(RECORDER)}`;
  const result = await runNode([BIN, ...args], {
    env: { TMPDIR: emptyFolder(), NODE_OPTIONS: preload, RECORD: record, ...env },
  });
  const lines = readFileSync(record, 'utf8').split('\n');
  return {
    ...result,
    loaded: lines.filter((line) => line.startsWith('file:')),
    cache: lines.find((line) => line.startsWith('cache /')),
  };
}

const AWS = /\/node_modules\/@(aws-sdk|smithy|aws-lambda-powertools)\//;
const TERMINAL = /\/node_modules\/log-update\//;
const SIMULATOR = /\/simulator\/[^/]+\.ts$/;
const SCHEMAS = /\/node_modules\/valibot\//;
const BUNDLER = /\/node_modules\/(esbuild|aws-cdk-lib)\//;

describe('nothing is loaded that is not needed', () => {
  test.each([
    [['--version'], /^\d+\.\d+\.\d+\n$/],
    [['--help'], /^Usage: unmetered/],
    [['check', '--help'], /^Usage: unmetered check/],
    [['run', '--help'], /^Usage: unmetered run/],
  ])('by %j', async (args, expected) => {
    const { exitCode, stdout, stderr, loaded } = await recorded(args);
    expect(stdout).toMatch(expected);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const heavy = [AWS, TERMINAL, SIMULATOR, SCHEMAS, BUNDLER];
    expect(loaded.filter((url) => heavy.some((files) => files.test(url)))).toEqual([]);
  });

  test('by a check without a terminal', async () => {
    const { url } = await serveAnswers({ body: { events: [], nextToken: null } });
    const args = ['check', '--since', '5m', '--togai-base-url', url];
    const { exitCode, stdout, loaded } = await recorded(args, { TOGAI_TOKEN: 'secret' });
    expect(stdout).toContain('No events.');
    expect(exitCode).toBe(0);
    const heavy = [AWS, TERMINAL, SIMULATOR, BUNDLER];
    expect(loaded.filter((file) => heavy.some((files) => files.test(file)))).toEqual([]);
  });

  test('by a check that is refused', async () => {
    const { exitCode, loaded } = await recorded(['check', '--thresholds', 'unmeterd >= 1']);
    expect(exitCode).toBe(2);
    const heavy = [AWS, TERMINAL, SIMULATOR, BUNDLER];
    expect(loaded.filter((file) => heavy.some((files) => files.test(file)))).toEqual([]);
  });
});

test('simulate --help still lists the scenarios', async () => {
  const { stdout } = await recorded(['simulate', '--help']);
  expect(stdout).toMatch(/"quiet",\s+"incident", "schema"/);
});

describe('compiled code', () => {
  test('is kept for the next start', async () => {
    expect((await recorded(['--version'])).cache).toBeDefined();
  });

  test('that cannot be kept keeps nobody from starting', async () => {
    const nowhere = join(emptyFolder(), 'file');
    writeFileSync(nowhere, '');
    const { exitCode, stderr } = await recorded(['--version'], { TMPDIR: nowhere });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});

test('--version is that of package.json', async () => {
  const result = await runNode([BIN, '--version']);
  expect(result).toEqual({ exitCode: 0, stdout: `${manifest.version}\n`, stderr: '' });
});
