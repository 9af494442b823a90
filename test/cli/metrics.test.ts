import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { scenarios } from '../../simulator/scenario.ts';
import { startSimulator } from '../../simulator/server.ts';
import { truthOf } from '../../simulator/truth.ts';
import { cli, NOW } from '../support/cli.ts';
import { serve, serveAnswers } from '../support/server.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The start of the scripted day. NOW is in the middle of its incident. */
const ORIGIN = NOW - (9 * 60 + 45) * MINUTE;

async function simulate() {
  const scenario = scenarios(ORIGIN).incident;
  if (!scenario) throw new Error('no such scenario');
  const simulator = await startSimulator({ scenario, now: () => NOW, quota: 1e6 });
  onTestFinished(() => simulator.close());
  return {
    simulator,
    checked: (...args: readonly string[]) =>
      checkedAt(simulator.url, simulator.token, ['--max-requests-per-second', '100', ...args]),
  };
}

const checkedAt = (url: string, token: string, args: readonly string[]) =>
  cli(['check', '--togai-base-url', url, ...args], { env: { TOGAI_TOKEN: token } });

describe('check --counting metrics', () => {
  test.each([
    ['90m', ['--since', '90m'], NOW - 90 * MINUTE],
    ['a day', ['--since', '24h'], NOW - 24 * HOUR],
  ])(
    'equals the real events in the hours of %s, with one request an hour',
    async (_, range, from) => {
      const { simulator, checked } = await simulate();
      const { stdout, exitCode } = await checked('--counting', 'metrics', '--json', ...range);
      const start = Math.floor(from / HOUR) * HOUR;
      const truth = truthOf(simulator.traffic, { start, end: NOW }, 'createdAt', NOW);
      const result = JSON.parse(stdout);
      expect(result).toMatchObject({
        counting: 'metrics',
        window: { start: new Date(start).toISOString(), end: new Date(NOW).toISOString() },
        total: truth.total,
        byStatus: Object.fromEntries(truth.byStatus),
        requests: Math.ceil((NOW - start) / HOUR),
      });
      const lostBy = (name: string) =>
        [...(truth.byAccount.get(name) ?? [])].reduce(
          (sum, [status, events]) => sum + (/NOT_METERED|NO_MATCHING/.test(status) ? events : 0),
          0,
        );
      for (const { name, unmetered } of result.topAccounts) expect(unmetered).toBe(lostBy(name));
      expect(result.topAccounts[0]).toMatchObject({ name: 'acme', failed: null });
      expect(exitCode).toBe(3);
    },
  );

  test('counts ignored accounts apart', async () => {
    const { simulator, checked } = await simulate();
    const args = ['--counting', 'metrics', '--json', '--ignored-accounts', 'acme'];
    const { ignored, total, topAccounts } = JSON.parse((await checked(...args)).stdout);
    const start = Math.floor((NOW - HOUR) / HOUR) * HOUR;
    const truth = truthOf(simulator.traffic, { start, end: NOW }, 'createdAt', NOW);
    const acme = [...(truth.byAccount.get('acme')?.values() ?? [])].reduce((sum, n) => sum + n, 0);
    expect([ignored, total]).toEqual([acme, truth.total - acme]);
    expect(topAccounts.map(({ name }: { name: string }) => name)).not.toContain('acme');
  });

  test('says in the report which numbers are unknown', async () => {
    const { checked } = await simulate();
    const { stdout } = await checked('--counting', 'metrics');
    expect(stdout).toMatch(
      /Togai counted by the hour.*accounts and schemas of the failed events are not known/,
    );
    expect(stdout).toMatch(/^acme +\d+ +\? .* ≥ \d+\.\d%$/m);
    expect(stdout).toMatch(/^\d+ failed events?\.$/m);
    expect(stdout).toMatch(/Next: get reference ids with a short range: .*--since 5m/);
  });

  test('calls its buckets hours', async () => {
    const { checked } = await simulate();
    const { stdout } = await checked('--counting', 'metrics', '--since', '3h');
    expect(stdout).toMatch(/ · 3 hours, 3 requests, /);
  });

  test('says when it began, if that is earlier than --since', async () => {
    const { checked } = await simulate();
    const { stdout } = await checked('--counting', 'metrics', '--since', '30m');
    expect(stdout).toMatch(
      /: at 2026-11-18 11:00, not at 2026-11-18 11:30\.\nThe extra 30 min .* lower the share/,
    );
  });

  test('knows the accounts of failed events if a threshold needs them', async () => {
    const { checked } = await simulate();
    const rule = ['--thresholds', 'failed by account >= 1'];
    const { stdout } = await checked('--counting', 'metrics', '--since', '24h', ...rule);
    expect(stdout).not.toMatch(/\?/);
    expect(stdout).toMatch(/failed events: \d+ of account/);
  });

  test.each([
    ['ignored schemas', ['--ignored-schemas', 'api_call'], '--ignored-schemas: schemas cannot be'],
  ])('names the flag of %s, and sends no request', async (_, args, reason) => {
    const { url, requests } = await serveAnswers({ body: {} });
    for (const how of [['--counting', 'metrics'], ['--reconcile']]) {
      const { stderr } = await checkedAt(url, 'token', [...how, ...args]);
      expect(stderr.startsWith(`unmetered: ${reason}`)).toBe(true);
    }
    expect(requests).toEqual([]);
  });

  test.each([
    [
      'knows no such grouping',
      400,
      /POST .*\/metrics was answered with 400 .*count events instead/,
    ],
    ['has no such address', 404, /POST .*\/metrics was answered with 404/],
  ])('explains the next step if Togai %s', async (_, status, reason) => {
    const { url } = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end('{"message":"no"}');
    });
    const { stdout, stderr, exitCode } = await checkedAt(url, 'token', ['--counting', 'metrics']);
    expect(stderr).toMatch(reason);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });

  test.each([
    [
      'a list of series',
      [
        {
          groupedBy: { fieldName: 'x', fieldValue: 'REVERTED' },
          timestamps: [],
          metricValues: [3],
        },
      ],
    ],
    [
      'a single object',
      {
        groupedBy: { fieldName: 'x', fieldValue: 'REVERTED' },
        timestamps: [],
        metricValues: [1, 2],
      },
    ],
    ['a list and nothing in it', []],
  ])('reads results that are %s', async (_, data) => {
    const { url } = await serveStatuses(data);
    const args = [
      '--counting',
      'metrics',
      '--json',
      '--from',
      '2026-11-18T10:00',
      '--to',
      '2026-11-18T11:00',
    ];
    const { stdout } = await checkedAt(url, 'token', args);
    const empty = Array.isArray(data) && data.length === 0;
    expect(JSON.parse(stdout).byStatus).toEqual(empty ? {} : { REVERTED: 3 });
  });
});

describe('check --reconcile', () => {
  test('finds no difference if both sources count the same', async () => {
    const { checked } = await simulate();
    const { stdout, exitCode } = await checked('--reconcile', '--since', '3h');
    expect(stdout).toMatch(
      /events counted one by one, .* by metrics, from .*\nBoth counts agree\.\n$/,
    );
    expect(exitCode).toBe(0);
  });

  test('shows the differences, the largest first', async () => {
    const series = (fieldValue: string, value: number) => ({
      groupedBy: { fieldName: 'RAW_EVENT_STATUS', fieldValue },
      timestamps: [],
      metricValues: [value],
    });
    const { url } = await serveStatuses([series('REVERTED', 2), series('UNKNOWN', 7)]);
    const range = ['--from', '2026-11-18T10:00', '--to', '2026-11-18T11:30'];
    const { stdout, exitCode } = await checkedAt(url, 'token', [
      '--reconcile',
      ...range,
      '--max-requests-per-second',
      '100',
    ]);
    expect(stdout).toMatch(
      /^0 events counted one by one, 9 by metrics, from 2026-11-18 10:00 to 2026-11-18 11:00 UTC/,
    );
    expect(stdout).toMatch(
      /UNKNOWN: 0 one by one, 7 by metrics \(\+7\)\n {2}REVERTED: 0 one by one, 2 by metrics/,
    );
    expect(stdout).toMatch(/They differ:\n {2}/);
    expect(stdout).toMatch(/\nUsual causes: .* If that differs too, use --counting events\.\n$/);
    expect(exitCode).toBe(3);
  });

  test('needs a closed hour', async () => {
    const { stderr, exitCode } = await checkedAt('http://127.0.0.1:9', 'token', [
      '--reconcile',
      '--from',
      '2026-11-18T10:10',
      '--to',
      '2026-11-18T10:50',
    ]);
    // The hour ends after the range.
    expect(stderr).toMatch(/there is none in the range; choose a longer --since/);
    expect(exitCode).toBe(2);
  });
});

/** A Togai that counts events by status, none by account or schema, and lists none. */
function serveStatuses(data: unknown) {
  return serve((request, response) => {
    text(request).then(
      (body) => {
        const { metricQueries = [] } = JSON.parse(body || '{}');
        const results = metricQueries.map(({ id }: { id: string }) => ({
          id,
          name: 'EVENTS',
          data: id === 'by-status' ? data : [],
        }));
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(request.method === 'POST' ? { results } : { events: [] }));
      },
      () => response.destroy(),
    );
  });
}
