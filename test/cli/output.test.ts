import { describe, expect, test } from 'vitest';
import { sparkline } from '../../functions/monitor/notifications/formats/sparkline.ts';
import { cli } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { serveAnswers } from '../support/server.ts';

const RANGE = ['--from', '2026-11-18T11:30', '--to', '2026-11-18T11:35'];
const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

/** Fifteen events of acme that nobody is billed for, and five of globex that are metered. */
function incident(account = 'acme') {
  return [
    ...Array.from({ length: 15 }, () => wireEvent({ status: UNMETERED, accountId: account })),
    ...Array.from({ length: 5 }, () => wireEvent({ accountId: 'globex' })),
  ];
}

async function check(
  events: readonly unknown[],
  args: readonly string[] = [],
  terminal?: number,
  env = {},
) {
  const { url } = await serveAnswers({ body: { events } });
  const options = { env: { TOGAI_TOKEN: 'secret', ...env } };
  return cli(
    ['check', ...RANGE, '--togai-base-url', url, ...args],
    terminal === undefined ? options : { ...options, terminalColumns: terminal },
  );
}

describe('without a terminal', () => {
  test('the report is plain text', async () => {
    const { stdout, stderr } = await check(incident());
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
    expect(stderr).toBe('');
  });

  test('it says how many, whose, and what breached', async () => {
    const { stdout } = await check(incident());
    expect(stdout).toContain('20 events from 2026-11-18 11:30 to 2026-11-18 11:35 UTC (5 min)');
    expect(stdout).toMatch(/unmetered +INGESTION_COMPLETED_EVENT_NOT_METERED +15 +75\.0% +█+/);
    expect(stdout).toMatch(/BREACHED +warning +unmetered >= 10 +15 events/);
    expect(stdout).toMatch(/acme +15 +0 +15 +100\.0%/);
    expect(stdout).toContain(
      '2 of 5 thresholds breached.\n15 unmetered events: 15 of account acme, 15 of schema api_call.\n',
    );
  });

  test('text from events cannot move the cursor or break a line', async () => {
    const { stdout } = await check(incident('evil\u001b[2J\r\nOK\u202e'));
    expect(stdout).toContain('evil\\u{1b}[2J\\u{d}\\u{a}OK\\u{202e}');
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('columns stay aligned with wide characters', async () => {
    const { stdout } = await check([
      ...incident('株式会社'),
      ...Array.from({ length: 3 }, () => wireEvent({ status: UNMETERED, accountId: 'ab' })),
    ]);
    expect(stdout).toContain('株式会社             15');
    expect(stdout).toContain('ab                    3');
  });

  test('an account without a name is called that', async () => {
    const { stdout } = await check(incident(''));
    expect(stdout).toMatch(/^\(no account\) +15/m);
  });

  test('an empty range says so', async () => {
    const { stdout, exitCode } = await check([]);
    expect(stdout).toContain('No events.');
    expect(exitCode).toBe(0);
  });
});

describe('on a terminal', () => {
  test('there are colours, and a bar while it counts', async () => {
    const { stdout, stderr } = await check(incident(), [], 100);
    expect(stdout).toContain('\u001b[');
    expect(stderr).toMatch(/─{24}.* 0 of 1 bucket.*20 events.*requests\/s/s);
  });

  test('it shows no more requests a second than are allowed', async () => {
    const { url } = await serveAnswers({ body: {} });
    const { stderr } = await cli(['check', '--togai-base-url', url], { terminalColumns: 100 });
    const rates = [...stderr.matchAll(/([\d.]+) requests\/s/g)].map(([, rate]) => Number(rate));
    expect(rates.length).toBeGreaterThan(5);
    expect(Math.max(...rates)).toBe(2);
  });

  test('the bar is erased in the end', async () => {
    const { stderr } = await check(incident(), [], 100);
    const afterTheBar = stderr.slice(stderr.lastIndexOf('requests/s'));
    expect(afterTheBar).toContain('\u001b[2K');
  });

  test('NO_COLOR takes the colours away', async () => {
    const { stdout } = await check(incident(), [], 100, { NO_COLOR: '1' });
    expect(stdout).not.toContain('\u001b[');
  });

  test('--quiet takes the bar away', async () => {
    const { stderr } = await check(incident(), ['--quiet'], 100);
    expect(stderr).toBe('');
  });
});

describe('--quiet', () => {
  test('prints what breached, a line each', async () => {
    const { stdout, exitCode } = await check(incident(), [
      '--quiet',
      '--thresholds',
      'unmetered by account >= 10 critical, failed >= 1',
    ]);
    expect(stdout).toBe(
      'critical: "unmetered by account >= 10 critical" is breached with 15 events from 2026-11-18T11:30:00.000Z to 2026-11-18T11:35:00.000Z: acme 15 events\n',
    );
    expect(exitCode).toBe(3);
  });

  test('prints nothing when all is well', async () => {
    const { stdout, exitCode } = await check([wireEvent({})], ['--quiet']);
    expect([stdout, exitCode]).toEqual(['', 0]);
  });
});

test('--json prints exactly one object, of the documented shape', async () => {
  const { stdout } = await check(incident(), ['--json', '--minimum-events', '15']);
  expect(stdout.endsWith('}\n')).toBe(true);
  expect(JSON.parse(stdout)).toEqual({
    version: 2,
    window: { start: '2026-11-18T11:30:00.000Z', end: '2026-11-18T11:35:00.000Z' },
    complete: true,
    counting: 'events',
    total: 20,
    byStatus: { [UNMETERED]: 15, INGESTION_COMPLETED_EVENT_METERED: 5 },
    groups: {
      metered: 5,
      unmetered: 15,
      failed: 0,
      duplicate: 0,
      in_progress: 0,
      reverted: 0,
      unknown: 0,
    },
    ignored: 0,
    malformed: 0,
    evaluations: [
      {
        threshold: 'unmetered >= 10',
        state: 'breached',
        value: 15,
        limit: 10,
        unit: 'events',
        severity: 'warning',
        groups: [],
      },
      {
        threshold: 'unmetered >= 5% critical',
        state: 'breached',
        value: 75,
        limit: 5,
        unit: 'percent',
        severity: 'critical',
        groups: [],
      },
      {
        threshold: 'unmetered by account >= 50% critical',
        state: 'breached',
        value: 100,
        limit: 50,
        unit: 'percent',
        severity: 'critical',
        groups: [{ name: 'acme', value: 100, events: 15 }],
      },
      {
        threshold: 'failed >= 10',
        state: 'ok',
        value: 0,
        limit: 10,
        unit: 'events',
        severity: 'warning',
        groups: [],
      },
      {
        threshold: 'in_progress >= 25% for 15m',
        state: 'ok',
        value: 0,
        limit: 25,
        unit: 'percent',
        severity: 'warning',
        groups: [],
      },
    ],
    topAccounts: [
      { name: 'acme', unmetered: 15, failed: 0, total: 15 },
      { name: 'globex', unmetered: 0, failed: 0, total: 5 },
    ],
    topSchemas: [{ name: 'api_call', unmetered: 15, failed: 0, total: 20 }],
    requests: 1,
    throttled: 0,
    retries: 0,
    durationMs: expect.any(Number),
  });
});

test.each([
  ['--json', (stdout: string) => JSON.parse(stdout).topAccounts.length],
  ['a report', (stdout: string) => stdout.match(/^(?:acme|globex|initech|hooli)\b/gm)?.length],
])('%s lists as many accounts as --top says', async (kind, listed) => {
  const flags = kind === '--json' ? ['--json'] : [];
  const { stdout } = await check(incident(), [...flags, '--top', '1']);
  expect(listed(stdout)).toBe(1);
});

test('--json escapes what would move a cursor, and changes no data', async () => {
  const name = 'evil\u009b2J\u202e\u007f';
  const { stdout } = await check(incident(name), ['--json']);
  expect(stdout).not.toMatch(/[\p{Cc}\p{Cf}](?!$)/u);
  expect(JSON.parse(stdout).topAccounts[0].name).toBe(name);
});

test('the last lines name the account with most unmetered events, not with most problems', async () => {
  const failures = Array.from({ length: 30 }, () =>
    wireEvent({ status: 'INGESTION_FAILED', accountId: 'noisy' }),
  );
  const { stdout } = await check([...incident(), ...failures]);
  expect(stdout).toContain('15 unmetered events: 15 of account acme');
  expect(stdout).toContain('30 failed events: 30 of account noisy');
});

test.each([['--json'], ['--quiet']])('%s says on stderr what could not be read', async (flag) => {
  const { stderr } = await check([...incident(), {}], [flag]);
  expect(stderr).toMatch(/^1 event could not be read and is in no other number/);
});

test('ignored accounts are counted apart, as long as their ignore entry lasts', async () => {
  const ignored = async (ignoreEntry: string) => {
    const { stdout } = await check(incident(), ['--json', '--ignored-accounts', ignoreEntry]);
    const { total, ignored: apart } = JSON.parse(stdout);
    return [total, apart];
  };
  expect(await ignored('acme')).toEqual([5, 15]);
  expect(await ignored('acme@2026-11-18')).toEqual([5, 15]);
  expect(await ignored('acme@2026-11-17')).toEqual([20, 0]);
});

test.each([
  ['check', /--thresholds <'RULE, RULE'>[\s\S]*Examples:[\s\S]*Exit codes:.* 3 .*--reconcile/],
  ['simulate', /--time-filter[\s\S]*Examples:/],
  ['demo', /simulated Togai/],
])('%s --help explains itself', async (command, expected) => {
  const { stdout, exitCode } = await cli([command, '--help']);
  expect(stdout).toMatch(expected);
  expect(exitCode).toBe(0);
});

test('--version prints the version of the package', async () => {
  const { stdout, exitCode } = await cli(['--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(exitCode).toBe(0);
});

test('a sparkline is scaled to its largest value and shows nothing as a dot', () => {
  expect(sparkline([0, 1, 50, 100])).toBe('·▁▄█');
  expect(sparkline([0, 0])).toBe('··');
});
