import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { type CliOptions, cli } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';
import { serve } from '../support/server.ts';

const OF_ENVIRONMENT = 'tgi-of-the-environment';
const OF_FILE = 'tgi-of-the-file';

/** A Togai that remembers the tokens that it got. */
async function togai() {
  const tokens: string[] = [];
  const { url } = await serve((request, response) => {
    tokens.push(String(request.headers.authorization).replace('Bearer ', ''));
    response.end('{"events":[],"nextToken":null}');
  });
  return { url, tokens };
}

/** A folder for each path, some with a `.env`; a `.git` makes a repository. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = emptyFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    if (path.endsWith('/')) mkdirSync(join(root, path), { recursive: true });
    else writeFileSync(join(root, path), text);
  }
  return root;
}

const check = (options: CliOptions, ...args: readonly string[]) =>
  cli(['check', '--since', '5m', ...args], options);

describe('.env is looked for up to the root of the repository', () => {
  test.each([
    ['in the folder itself', 'repo/a/b/.env', { 'repo/.git/': '' }],
    ['in a folder above', 'repo/a/.env', { 'repo/.git/': '' }],
    ['at the root of the repository', 'repo/.env', { 'repo/.git/': '' }],
    ['at the root of a worktree, where .git is a file', 'repo/.env', { 'repo/.git': 'gitdir: x' }],
  ])('%s', async (_, file, git) => {
    const { url, tokens } = await togai();
    const text = `TOGAI_TOKEN=${OF_FILE}\nTOGAI_BASE_URL=${url}\n`;
    const root = tree({ 'repo/a/b/': '', ...git, [file]: text });
    const { exitCode, stderr } = await check({ env: {}, folder: join(root, 'repo/a/b') });
    expect(exitCode, stderr).toBe(0);
    expect(tokens).toEqual([OF_FILE]);
  });

  test('the nearest one counts', async () => {
    const { url, tokens } = await togai();
    const root = tree({
      'repo/.git/': '',
      'repo/.env': 'TOGAI_TOKEN=tgi-of-the-root\nTOGAI_BASE_URL=https://togai.invalid\n',
      'repo/a/.env': `TOGAI_TOKEN=${OF_FILE}\nTOGAI_BASE_URL=${url}\n`,
      'repo/a/b/': '',
    });
    await check({ env: {}, folder: join(root, 'repo/a/b') });
    expect(tokens).toEqual([OF_FILE]);
  });

  test('and not above it', async () => {
    const root = tree({ '.env': `TOGAI_TOKEN=${OF_FILE}\n`, 'repo/.git/': '', 'repo/a/': '' });
    const { exitCode, stderr } = await check({ env: {}, folder: join(root, 'repo/a') });
    expect(stderr).toMatch(/^unmetered: no token was found/);
    expect(exitCode).toBe(2);
  });

  test('outside of a repository it is looked for in the folder alone', async () => {
    const root = tree({ '.env': `TOGAI_TOKEN=${OF_FILE}\n`, 'a/': '' });
    const { stderr } = await check({ env: {}, folder: join(root, 'a') });
    expect(stderr).toMatch(/^unmetered: no token was found/);
  });

  test('one above that cannot be read is named by its path', async () => {
    const root = tree({ 'repo/.git/': '', 'repo/.env/': '', 'repo/a/': '' });
    const { exitCode, stderr } = await check({ env: {}, folder: join(root, 'repo/a') });
    expect(stderr).toContain(join(root, 'repo/.env'));
    expect(stderr).toContain('EISDIR');
    expect(exitCode).toBe(2);
  });
});

test('.env may begin with a byte order mark', async () => {
  const { url, tokens } = await togai();
  const folder = tree({ '.env': `\ufeffTOGAI_TOKEN=${OF_FILE}\r\nTOGAI_BASE_URL=${url}\r\n` });
  await check({ env: {}, folder });
  expect(tokens).toEqual([OF_FILE]);
});

describe('an address from .env is never used with a token from the environment', () => {
  const env = { TOGAI_TOKEN: OF_ENVIRONMENT };

  test.each([
    ['check', ['check', '--since', '5m']],
    ['check --counting metrics', ['check', '--since', '5m', '--counting', 'metrics']],
    ['run', ['run', '--state']],
  ])('%s says so, and sends nothing', async (_, command) => {
    const { url, tokens } = await togai();
    const folder = tree({ '.env': `TOGAI_BASE_URL=${url}\n` });
    const args = command[0] === 'run' ? [...command, join(folder, 'state.json')] : command;
    const { exitCode, stdout, stderr } = await cli(args, { env, folder });
    expect(tokens).toEqual([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(
      /^unmetered: TOGAI_BASE_URL\b[^\n]*\.env[^\n]*token[^\n]*environment[^\n]*; [^\n]*--togai-base-url[^\n]*\n$/,
    );
    expect(stderr).not.toContain(OF_ENVIRONMENT);
  });

  test('also where .env holds a token of its own', async () => {
    const { url, tokens } = await togai();
    const folder = tree({ '.env': `TOGAI_TOKEN=${OF_FILE}\nTOGAI_BASE_URL=${url}\n` });
    const { exitCode } = await check({ env, folder });
    expect({ tokens, exitCode }).toEqual({ tokens: [], exitCode: 2 });
  });

  test('also where .env lies at the root of the repository', async () => {
    const root = tree({ '.git/': '', '.env': 'TOGAI_BASE_URL=https://togai.invalid\n', 'a/': '' });
    // It is over before anything could be sent.
    const signal = AbortSignal.abort(new Interrupted(130));
    const { exitCode, stderr } = await check({ env, folder: join(root, 'a'), signal });
    expect(stderr).toMatch(/^unmetered: TOGAI_BASE_URL .*\.env/);
    expect(exitCode).toBe(2);
  });
});

describe('but these go together:', () => {
  const env = { TOGAI_TOKEN: OF_ENVIRONMENT };

  test('both from .env', async () => {
    const { url, tokens } = await togai();
    const folder = tree({ '.env': `TOGAI_TOKEN=${OF_FILE}\nTOGAI_BASE_URL=${url}\n` });
    await check({ env: {}, folder });
    expect(tokens).toEqual([OF_FILE]);
  });

  test('both from the environment, with any .env', async () => {
    const { url, tokens } = await togai();
    const folder = tree({ '.env': 'TOGAI_BASE_URL=https://togai.invalid\n' });
    await check({ env: { ...env, TOGAI_BASE_URL: url }, folder });
    expect(tokens).toEqual([OF_ENVIRONMENT]);
  });

  test('a token from .env and an address from the environment', async () => {
    const { url, tokens } = await togai();
    const folder = tree({ '.env': `TOGAI_TOKEN=${OF_FILE}\n` });
    await check({ env: { TOGAI_BASE_URL: url }, folder });
    expect(tokens).toEqual([OF_FILE]);
  });

  test.each([
    ['the environment', env, '', OF_ENVIRONMENT],
    ['.env', {}, `TOGAI_TOKEN=${OF_FILE}\n`, OF_FILE],
  ])('a flag and a token from %s', async (_, environment, text, expected) => {
    const { url, tokens } = await togai();
    const folder = tree({ '.env': `${text}TOGAI_BASE_URL=https://togai.invalid\n` });
    await check({ env: environment, folder }, '--togai-base-url', url);
    expect(tokens).toEqual([expected]);
  });
});
