import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, TOKEN } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';
import { serveAnswers } from '../support/server.ts';

/** A setting from each place there is. */
async function said(command: readonly string[], ...args: readonly string[]) {
  const { url } = await serveAnswers({ body: { events: [], nextToken: null } });
  const folder = emptyFolder();
  writeFileSync(join(folder, '.env'), '\nTHRESHOLDS="unmetered >= 7"\nMINIMUM_EVENTS=3\n');
  const flags = ['--minimum-events', '5', '--togai-base-url', url];
  const state = join(folder, 'state.json');
  const words = command.map((word) => (word === 'STATE' ? state : word));
  const result = await cli([...words, ...flags, ...args], {
    env: { TOGAI_TOKEN: TOKEN, IGNORED_ACCOUNTS: 'acme, globex' },
    folder,
  });
  return { ...result, file: join(folder, '.env'), url };
}

/** The one line that names a setting, as a flag or as a variable. */
function lineAbout(stderr: string, flag: string, variable: string): string {
  const lines = stderr.split('\n').filter((line) => line.includes(flag) || line.includes(variable));
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe.each([
  ['check', ['check', '--since', '5m']],
  ['run', ['run', '--state', 'STATE']],
])('%s --verbose says where each setting came from', (_, command) => {
  test('a file .env, by its path', async () => {
    const { stderr, file } = await said(command, '--verbose');
    const line = lineAbout(stderr, '--thresholds', 'THRESHOLDS');
    expect(line).toContain('unmetered >= 7');
    expect(line).toContain(file);
  });

  test('the environment', async () => {
    const { stderr } = await said(command, '--verbose');
    const line = lineAbout(stderr, '--ignored-accounts', 'IGNORED_ACCOUNTS');
    expect(line).toMatch(/acme, globex.*environment/);
  });

  test('the command line', async () => {
    const { stderr, url } = await said(command, '--verbose');
    const minimum = lineAbout(stderr, '--minimum-events', 'MINIMUM_EVENTS');
    expect(minimum).toMatch(/\b5\b.*(command line|flag|--minimum-events)/);
    expect(minimum).not.toContain('.env');
    expect(lineAbout(stderr, '--togai-base-url', 'TOGAI_BASE_URL')).toContain(url);
  });

  test('a default', async () => {
    const { stderr } = await said(command, '--verbose');
    const line = lineAbout(stderr, '--max-requests-per-second', 'MAX_REQUESTS_PER_SECOND');
    expect(line).toMatch(/\b2\b.*default/);
  });

  test('the token, which it does not show', async () => {
    const { stderr, stdout } = await said(command, '--verbose');
    expect(lineAbout(stderr, '--token', 'TOGAI_TOKEN')).toContain('environment');
    expect(stderr + stdout).not.toContain(TOKEN);
  });

  test('and nothing of it without --verbose', async () => {
    const { stderr } = await said(command);
    expect(stderr).not.toMatch(/THRESHOLDS|--thresholds|MINIMUM_EVENTS|IGNORED_ACCOUNTS/);
  });
});

test('check --verbose --json still prints one object', async () => {
  const { stdout } = await said(['check', '--since', '5m'], '--verbose', '--json');
  expect(JSON.parse(stdout).evaluations[0].threshold).toBe('unmetered >= 7');
});

test('a value cannot move the cursor', async () => {
  const { url } = await serveAnswers({ body: { events: [], nextToken: null } });
  const args = ['check', '--since', '5m', '--verbose', '--togai-base-url', url];
  const env = { TOGAI_TOKEN: TOKEN, IGNORED_ACCOUNTS: 'evil\u001b[2J\u202e' };
  const { stderr } = await cli(args, { env });
  expect(stderr).toContain('evil\\u{1b}[2J\\u{202e}');
  expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
});
