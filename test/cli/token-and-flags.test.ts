import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, TOKEN } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';
import { check, RANGE, refusal } from '../support/refused-check.ts';
import { serve } from '../support/server.ts';

describe('the token', () => {
  test('there is none', async () => {
    const result = await check('http://127.0.0.1:1', RANGE, { env: {} });
    expect(refusal(result)).toMatch(
      /no token was found; put Togai's API token into the variable TOGAI_TOKEN or into a file \.env/,
    );
  });

  test('it is empty', async () => {
    const result = await check('http://127.0.0.1:1', RANGE, { env: { TOGAI_TOKEN: '' } });
    expect(refusal(result)).toMatch(
      /the token in TOGAI_TOKEN is empty; put Togai's API token there/,
    );
  });

  test('it holds a line break', async () => {
    const result = await check('http://127.0.0.1:1', RANGE, {
      env: { TOGAI_TOKEN: 'secret\nsecret' },
    });
    expect(refusal(result)).toMatch(/characters that no token has; copy it again/);
  });

  test('.env cannot be read', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, '.env'));
    const result = await check('http://127.0.0.1:1', RANGE, { env: {}, folder });
    expect(refusal(result)).toMatch(
      /the file \.env could not be read \(EISDIR\); make it readable/,
    );
  });

  test('a .env file is read, and the environment comes first', async () => {
    const folder = emptyFolder();
    const tokens: (string | undefined)[] = [];
    const { url } = await serve((request, response) => {
      tokens.push(request.headers.authorization);
      response.end('{}');
    });
    writeFileSync(join(folder, '.env'), `TOGAI_TOKEN="from-file"\nTOGAI_BASE_URL=${url}\n`);
    await cli(['check', ...RANGE], { env: {}, folder });
    const address = ['--togai-base-url', url];
    await cli(['check', ...RANGE, ...address], { env: { TOGAI_TOKEN: 'from-env' }, folder });
    expect(tokens).toEqual(['Bearer from-file', 'Bearer from-env']);
  });
});

describe('flags', () => {
  const TYPO = 'unmeterd >= 10';
  test.each([
    [
      'a base URL that is neither https nor this machine',
      ['--togai-base-url', 'http://api.togai.com'],
      '--togai-base-url: "http://api.togai.com" would send the token unencrypted; write an https address (http is accepted for this machine only: localhost, 127.0.0.1)',
    ],
    [
      'a base URL that only looks like this machine',
      ['--togai-base-url', 'http://127.0.0.1.example.com'],
      '--togai-base-url: "http://127.0.0.1.example.com" would send the token unencrypted; write an https address (http is accepted for this machine only: localhost, 127.0.0.1)',
    ],
    [
      'a base URL with a password',
      ['--togai-base-url', 'https://me:secret@togai.example'],
      '--togai-base-url: the address at togai.example holds a user, a password, a query or a fragment; write only scheme, host and path',
    ],
    [
      'a base URL that is none',
      ['--togai-base-url', 'togai'],
      '--togai-base-url: "togai" is not an address; write production, sandbox, or a URL such as https://api.togai.com',
    ],
    [
      'thresholds that do not parse',
      ['--thresholds', TYPO],
      '--thresholds: "unmeterd >= 10": column 1: "unmeterd" is no status, group or pattern; did you mean "unmetered"?',
    ],
    [
      'no thresholds',
      ['--thresholds', ''],
      '--thresholds: no threshold was given; write at least one, such as "unmetered >= 10" (<subject> [by account|by schema] <op> <limit>[%] [for <n>m] [critical])',
    ],
    [
      '--from after --to',
      ['--from', '2026-11-18T10:00', '--to', '2026-11-18T09:00'],
      '--from is not before --to; swap them, or choose a later --to',
    ],
    [
      '--from at --to',
      ['--from', '2026-11-18T10:00', '--to', '2026-11-18T10:00'],
      '--from is not before --to; swap them, or choose a later --to',
    ],
    [
      '--to in the future',
      ['--from', '2026-11-18T10:00', '--to', '2027-01-01'],
      '--to is in the future; leave it out to count up to now',
    ],
    [
      '--from in the future',
      ['--from', '2027-01-01T05:00'],
      '--from is in the future; choose a time in the past',
    ],
    [
      'a range of centuries',
      ['--since', '999999d'],
      'the range is longer than 31 days; count it in shorter pieces',
    ],
    [
      '--to alone',
      ['--to', '2026-11-18T10:00'],
      '--to is the end of the range; give its start with --from',
    ],
    [
      '--from in words',
      ['--from', 'yesterday'],
      '--from: "yesterday" is not a time; write it like 2026-11-21T09:00 (UTC) or 2026-11-21T10:00+01:00',
    ],
    [
      '--since without a unit',
      ['--since', '60'],
      '--since: "60" is not a duration; write minutes, hours or days: 90m, 6h, 2d',
    ],
    [
      '--since together with --from',
      ['--since', '1h', '--from', '2026-11-18'],
      "option '--since <duration>' cannot be used with option '--from <ISO>'; see unmetered check --help",
    ],
    [
      'a rate of nothing',
      ['--max-requests-per-second', '0'],
      '--max-requests-per-second: "0" is not a number from 0.2 to 100',
    ],
    [
      'half a minimum',
      ['--minimum-events', '0.5'],
      '--minimum-events: "0.5" is not a number from 1 to 1000000',
    ],
    [
      'an ignore entry to a day that is none',
      ['--ignored-accounts', 'acme@2027-02-30'],
      '--ignored-accounts: "acme@2027-02-30": "2027-02-30" is not a calendar date; write the last day as YYYY-MM-DD',
    ],
    [
      'a flag that does not exist',
      ['--threshold', 'failed >= 1'],
      "unknown option '--threshold' (did you mean --thresholds?); see unmetered check --help",
    ],
  ])('%s', async (_, args, sentence) => {
    const result = await cli(['check', ...args]);
    expect(refusal(result)).toBe(`unmetered: ${sentence}`);
    expect(result.stderr).toMatch(/^[^\n]+\n$/);
  });

  test('a TOGAI_BASE_URL with the same mistake', async () => {
    const env = { TOGAI_TOKEN: TOKEN, TOGAI_BASE_URL: 'http://api.togai.com' };
    expect(refusal(await cli(['check'], { env }))).toMatch(
      /^unmetered: TOGAI_BASE_URL: .* unencrypted/,
    );
  });

  test('a command that does not exist', async () => {
    const { exitCode, stderr } = await cli(['chek']);
    expect([exitCode, stderr]).toEqual([
      2,
      "unmetered: unknown command 'chek' (did you mean check?); see unmetered --help\n",
    ]);
  });
});
