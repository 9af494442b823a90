import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Switches } from '../../simulator/behaviour-switches.ts';
import { scenarios } from '../../simulator/scenarios.ts';
import { startSimulator } from '../../simulator/server.ts';
import { truthOf } from '../../simulator/truth.ts';
import { cli, NOW } from '../support/cli.ts';
import { serve, serveAnswers } from '../support/server.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The start of the scripted day. NOW is in the middle of its incident. */
const ORIGIN = NOW - (9 * 60 + 45) * MINUTE;

async function simulate(switches: Partial<Switches> = {}) {
  const scenario = scenarios(ORIGIN).incident;
  if (!scenario) throw new Error('no such scenario');
  const simulator = await startSimulator({ scenario, now: () => NOW, quota: 1e6, switches });
  onTestFinished(() => simulator.close());
  return {
    simulator,
    checked: (...args: readonly string[]) =>
      checkedAt(simulator.url, simulator.token, ['--max-requests-per-second', '100', ...args]),
  };
}

const checkedAt = (url: string, token: string, args: readonly string[]) =>
  cli(['check', '--togai-base-url', url, ...args], { env: { TOGAI_TOKEN: token } });

/** The events of these statuses. */
function eventsOf(byStatus: ReadonlyMap<string, number> | undefined, statuses = /./): number {
  return [...(byStatus ?? [])].reduce(
    (sum, [status, events]) => sum + (statuses.test(status) ? events : 0),
    0,
  );
}

describe('check --counting metrics', () => {
  test.each([
    ['90m', 90 * MINUTE],
    ['24h', 24 * HOUR],
  ])('equals the real events of %s', async (since, lengthMs) => {
    const { simulator, checked } = await simulate();
    const { stdout, exitCode } = await checked('--counting', 'metrics', '--json', '--since', since);
    const start = NOW - lengthMs;
    const truth = truthOf(simulator.traffic, { start, end: NOW }, 'createdAt', NOW);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      source: 'metrics',
      window: { start: new Date(start).toISOString(), end: new Date(NOW).toISOString() },
      total: truth.total,
      byStatus: Object.fromEntries(truth.byStatus),
    });
    for (const { name, unmetered, failed } of result.topAccounts) {
      const byStatus = truth.byAccount.get(name);
      expect([name, unmetered]).toEqual([name, eventsOf(byStatus, /NOT_METERED|NO_MATCHING/)]);
      expect([name, failed]).toEqual([name, eventsOf(byStatus, /FAILED_(?!DUPLICATE)/)]);
    }
    expect(result.topAccounts[0].name).toBe('acme');
    expect(exitCode).toBe(3);
  });

  test('takes a few requests, however many events there are', async () => {
    const { checked } = await simulate();
    const { stdout } = await checked('--counting', 'metrics', '--json', '--since', '3h');
    expect(JSON.parse(stdout).requests).toBeLessThanOrEqual(6);
  });

  test('counts whole hours where Togai counts nothing shorter, and says so', async () => {
    const { simulator, checked } = await simulate({ metricsRange: 'widened' });
    const args = ['--counting', 'metrics', '--since', '30m'];
    const { stdout } = await checked(...args);
    const truth = truthOf(simulator.traffic, { start: NOW - HOUR, end: NOW }, 'createdAt', NOW);
    expect(stdout).toMatch(new RegExp(`^${truth.total.toLocaleString('en')} events`));
    expect(stdout).toMatch(
      /the range is 2026-11-18 11:00 to .*, not 2026-11-18 11:30 to .*\nThe extra 30 min .* lower/,
    );
  });

  test.each([
    ['within one hour has one column', ['11:15', '12:00'], /one column is 45 min, the highest/],
    [
      'that begins within an hour says that columns are cut',
      ['10:30', '12:00'],
      /columns are Togai's hours, cut at the ends of the range; the highest \d+ events/,
    ],
    ['of whole hours has columns of an hour', ['10:00', '12:00'], /one column is 1 h, the highest/],
  ])('the chart of a range %s', async (_, [from, to], expected) => {
    const { checked } = await simulate();
    const range = ['--from', `2026-11-18T${from}`, '--to', `2026-11-18T${to}`];
    const { stdout } = await checked('--counting', 'metrics', ...range);
    expect(stdout).toMatch(expected);
  });

  test.each([
    ['accounts', 'acme', 'byAccount'],
    ['schemas', 'api_call', 'bySchema'],
  ] as const)('counts ignored %s apart', async (list, name, truthBy) => {
    const { simulator, checked } = await simulate();
    const args = ['--counting', 'metrics', '--json', `--ignored-${list}`, name];
    const result = JSON.parse((await checked(...args)).stdout);
    const truth = truthOf(simulator.traffic, { start: NOW - HOUR, end: NOW }, 'createdAt', NOW);
    const ignored = eventsOf(truth[truthBy].get(name));
    expect([result.ignored, result.total]).toEqual([ignored, truth.total - ignored]);
    const top = list === 'accounts' ? result.topAccounts : result.topSchemas;
    expect(top.map((group: { name: string }) => group.name)).not.toContain(name);
  });

  test('counts the events of an ignored account with an ignored schema once', async () => {
    const { simulator, checked } = await simulate();
    const args = ['--ignored-accounts', 'acme', '--ignored-schemas', 'api_call'];
    const result = JSON.parse((await checked('--counting', 'metrics', '--json', ...args)).stdout);
    const truth = truthOf(simulator.traffic, { start: NOW - HOUR, end: NOW }, 'createdAt', NOW);
    expect(result.total + result.ignored).toBe(truth.total);
  });

  test('is the choice for a list without a filter, and says that a quick list could miss events', async () => {
    const { checked } = await simulate({ timeFilter: 'ignored' });
    const { stdout } = await checked();
    expect(stdout).toContain(
      'This Togai does not filter its list by time, so a quick count by list could miss late events. So Togai counted',
    );
  });

  test('says in the report that no single events are named, and where to get some', async () => {
    const { checked } = await simulate();
    const { stdout } = await checked('--counting', 'metrics');
    expect(stdout).toMatch(/So Togai counted \(POST \/metrics\), and it names no single events\./);
    expect(stdout).toMatch(
      /Next: list them, with reference ids: npx unmetered lost --from \S+ --to \S+ --togai-base-url http\S+$/m,
    );
  });

  test('leaves out columns that it knows of no schema', async () => {
    const { checked } = await simulate();
    const { stdout } = await checked('--counting', 'metrics');
    expect(stdout).toMatch(/^TOP ACCOUNTS +UNMETERED +FAILED +TOTAL +LOST$/m);
    expect(stdout).toMatch(/^TOP SCHEMAS +UNMETERED +FAILED$/m);
  });

  test('takes three ignored schemas at most, and sends no request for more', async () => {
    const { url, requests } = await serveAnswers({ body: {} });
    const args = ['--counting', 'metrics', '--ignored-schemas', 'a, b, c, d'];
    const { stderr } = await checkedAt(url, 'token', args);
    expect(stderr).toMatch(/^unmetered: --ignored-schemas: 4 schemas are ignored/);
    expect(requests).toEqual([]);
  });

  test.each([
    ['knows no such grouping', 400],
    ['has no such address', 404],
  ])('quotes the answer if Togai %s', async (_, status) => {
    const { url } = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end('{"message":"no"}');
    });
    const { stdout, stderr, exitCode } = await checkedAt(url, 'token', ['--counting', 'metrics']);
    expect(stderr).toMatch(`/metrics was answered with ${status}`);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });

  const reverted = {
    groupedBy: { fieldName: 'x', fieldValue: 'REVERTED' },
    timestamps: ['2026-11-18T10:00:00Z'],
    metricValues: [3],
  };
  test.each([
    ['a list of series', [reverted], { REVERTED: 3 }],
    ['a single object', reverted, { REVERTED: 3 }],
    ['a list and nothing in it', [], {}],
  ])('reads results that are %s', async (_, data, byStatus) => {
    const { url } = await serveStatuses(data);
    const range = ['--from', '2026-11-18T10:00', '--to', '2026-11-18T11:00'];
    const { stdout } = await checkedAt(url, 'token', ['--counting', 'metrics', '--json', ...range]);
    expect(JSON.parse(stdout).byStatus).toEqual(byStatus);
  });
});

/** A Togai that counts events by status, and none by account or schema. */
function serveStatuses(data: unknown) {
  return serve((request, response) => {
    text(request).then(
      (body) => {
        const { metricQueries } = JSON.parse(body);
        const results = metricQueries.map(({ id }: { id: string }) => ({
          id,
          name: 'EVENTS',
          data: id === 'all' ? data : [],
        }));
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ results }));
      },
      () => response.destroy(),
    );
  });
}
