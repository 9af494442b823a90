import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, NOW } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { emptyFolder } from '../support/folder.ts';
import { serve } from '../support/server.ts';

const HOUR = 3_600_000;
const FAST = ['--max-requests-per-second', '100'];

/** A Togai with an event of each of these accounts in every range that it is asked for. */
async function togai(...accounts: readonly string[]): Promise<string> {
  const { url } = await serve((request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const createdAt = new Date(Number(query.get('start_time')) + 500).toISOString();
    const events = accounts.map((accountId) => wireEvent({ accountId, createdAt }));
    response.end(JSON.stringify({ events, nextToken: null }));
  });
  return url;
}

/** Everything that is said of an entry: in the report, on stderr, in notifications. */
function saidOf(entry: string, output: string): string[] {
  return output.split('\n').filter((line) => line.includes(entry));
}

async function check(url: string, ignored: string, ...args: readonly string[]) {
  const flags = ['--ignored-accounts', ignored, '--togai-base-url', url, ...FAST];
  const { stdout, stderr, exitCode } = await cli(['check', ...flags, ...args]);
  expect(exitCode, stderr).toBe(0);
  return `${stdout}\n${stderr}`;
}

describe('check says once of an ignore entry', () => {
  test('that it differs from a seen account only in case', async () => {
    const output = await check(await togai('acme'), 'ACME', '--since', '15m');
    expect(saidOf('ACME', output)).toEqual([expect.stringMatching(/"ACME".*"acme".*case/)]);
  });

  test('that it differs from a seen account only in blanks', async () => {
    const output = await check(await togai('acme corp '), 'acmecorp', '--since', '15m');
    expect(saidOf('acmecorp', output)).toEqual([
      expect.stringMatching(/"acmecorp".*"acme corp ".*blank/),
    ]);
  });

  test('that it has expired', async () => {
    const output = await check(await togai('acme'), 'acme@2026-11-17', '--since', '15m');
    expect(saidOf('2026-11-17', output)).toEqual([
      expect.stringMatching(/acme.*2026-11-17.*(expired|over|ended)/),
    ]);
  });

  test('that it matches nothing in a day', async () => {
    const output = await check(await togai('acme'), 'umbrella', '--since', '24h');
    expect(saidOf('umbrella', output)).toEqual([
      expect.stringMatching(/"umbrella".*(no event|nothing|none)/),
    ]);
  });

  test('also of schemas', async () => {
    const flags = ['--ignored-schemas', 'API_CALL', '--since', '15m'];
    const output = await check(await togai('acme'), 'globex@2026-11-17', ...flags);
    expect(saidOf('API_CALL', output)).toEqual([
      expect.stringMatching(/"API_CALL".*"api_call".*case/),
    ]);
  });

  test.each(['--json', '--quiet'])('on stderr with %s', async (flag) => {
    const args = ['check', '--since', '15m', '--ignored-accounts', 'ACME', flag, ...FAST];
    const { stderr } = await cli([...args, '--togai-base-url', await togai('acme')]);
    expect(saidOf('ACME', stderr)).toHaveLength(1);
  });
});

describe('check says nothing of an ignore entry', () => {
  test.each([
    ['that matches', 'acme', '24h'],
    ['that matches in another normal form of Unicode', 'Cafe\u0301', '24h'],
    ['that matches nothing in less than a day', 'umbrella', '6h'],
    ['that is another word', 'acme2', '15m'],
  ])('%s', async (_, ignored, since) => {
    const output = await check(
      await togai('acme', 'globex', 'Caf\u00e9'),
      ignored,
      '--since',
      since,
    );
    expect(saidOf(ignored, output)).toEqual([]);
  });
});

/** A run every hour, and everything that each says; a notification is one line. */
async function runs(count: number, url: string, ignored: string): Promise<string[]> {
  const state = join(emptyFolder(), 'state.json');
  const outputs: string[] = [];
  for (let run = 0; run < count; run++) {
    const at = new Date(NOW - (count - run) * HOUR).toISOString();
    const flags = ['--state', state, '--at', at, '--print', 'json', ...FAST];
    const settings = ['--ignored-accounts', ignored, '--togai-base-url', url];
    const { stdout, stderr, exitCode } = await cli(['run', ...flags, ...settings]);
    expect(exitCode, stderr).toBe(0);
    outputs.push(`${stdout}\n${stderr}`);
  }
  return outputs;
}

describe('run says once of an ignore entry', () => {
  test('that it matches nothing seen in a day', async () => {
    const outputs = await runs(30, await togai('acme'), 'umbrella, acme');
    expect(saidOf('umbrella', outputs.slice(0, 23).join('\n'))).toEqual([]);
    expect(saidOf('umbrella', outputs.join('\n'))).toEqual([
      expect.stringMatching(/umbrella.*(no event|nothing|none)/),
    ]);
    expect(saidOf('acme', outputs.join('\n').replaceAll(/umbrella.*/g, ''))).toEqual([]);
  });

  test('that it differs from a seen account only in case', async () => {
    const outputs = await runs(3, await togai('acme'), 'ACME');
    expect(saidOf('ACME', outputs.join('\n'))).toEqual([expect.stringMatching(/ACME.*acme.*case/)]);
  });

  test('that it has expired', async () => {
    const outputs = await runs(3, await togai('acme'), 'acme@2026-11-16');
    expect(saidOf('2026-11-16', outputs.join('\n'))).toEqual([
      expect.stringMatching(/acme.*2026-11-16.*(expired|over|ended)/),
    ]);
  });
});

test('an account that comes once a day is not said to match nothing', async () => {
  const { url } = await serve((request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const createdAt = new Date(Number(query.get('start_time')) + 500).toISOString();
    const accountId = createdAt.includes('T05:') ? 'nightly' : 'acme';
    response.end(
      JSON.stringify({ events: [wireEvent({ accountId, createdAt })], nextToken: null }),
    );
  });
  const outputs = await runs(30, url, 'nightly');
  expect(saidOf('nightly', outputs.join('\n'))).toEqual([]);
});
