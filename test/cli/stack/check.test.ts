import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { scenarios } from '../../../simulator/scenarios.ts';
import { startSimulator } from '../../../simulator/server.ts';
import { startStacks } from '../../support/aws-stack.ts';
import { type CliOptions, cli, NOW } from '../../support/cli.ts';
import { emptyFolder } from '../../support/folder.ts';

/** Of a stack: settings as texts, by their parameters. */
const DEPLOYED = {
  Thresholds: 'total < 1, unmetered by account >= 77% critical',
  WindowMinutes: '30',
  MinimumEvents: '3',
  IgnoredAccounts: 'acme',
  IgnoredSchemas: '',
  MaxRequestsPerSecond: '90',
  Counting: 'auto',
};

/** A check by a stack, against a simulated Togai at the end of the morning. */
async function checkBy(
  settings: Readonly<Record<string, string>>,
  args: readonly string[],
  options: CliOptions = {},
) {
  const aws = await startStacks();
  const scenario = scenarios(NOW - 10 * 3_600_000).incident;
  if (!scenario) throw new Error('no such scenario');
  const togai = await startSimulator({ scenario, now: () => NOW, quota: 1e6 });
  onTestFinished(() => togai.close());
  aws.answer = () => ({ version: 1, settings: { TogaiBaseUrl: togai.url, ...settings } });
  const env = { TOGAI_TOKEN: togai.token };
  const all = ['check', '--stack', 'UnmeteredEventsMonitor', ...args];
  return { aws, togai, result: await cli(all, { env, ...options }) };
}

const rulesOf = ({ stdout }: { readonly stdout: string }): string[] =>
  JSON.parse(stdout).evaluations.map(({ threshold }: { threshold: string }) => threshold);

describe('check --stack', () => {
  test('evaluates by the rules and the window of the stack, without its ignored accounts', async () => {
    const { result, aws } = await checkBy(DEPLOYED, ['--json']);
    expect(JSON.parse(result.stdout)).toMatchObject({
      stack: 'UnmeteredEventsMonitor',
      window: { start: '2026-11-18T11:30:00.000Z', end: '2026-11-18T12:00:00.000Z' },
      ignored: expect.toSatisfy((ignored: number) => ignored > 0),
    });
    expect(rulesOf(result)).toEqual(['total < 1', 'unmetered by account >= 77% critical']);
    expect(aws.invoked.map(({ payload }) => payload)).toEqual([{ status: true }]);
  });

  test('says so', async () => {
    const { result } = await checkBy(DEPLOYED, []);
    expect(result.stdout).toContain(
      'The settings are those of the stack UnmeteredEventsMonitor.\n',
    );
  });

  test('takes other flags first, and says which', async () => {
    const args = ['--since', '10m', '--thresholds', 'total >= 1'];
    const { result } = await checkBy(DEPLOYED, args);
    expect(result.stdout).toContain('11:50 to 2026-11-18 12:00 UTC');
    expect(result.stdout).toContain('of the stack UnmeteredEventsMonitor, but for --thresholds.\n');
    expect(result.exitCode).toBe(3);
  });

  test('takes the environment and .env only for settings that the stack does not have', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, '.env'), 'MINIMUM_EVENTS=7\n');
    const { IgnoredAccounts: _, MinimumEvents: __, ...settings } = DEPLOYED;
    const { result, togai } = await checkBy(settings, ['--json', '--verbose'], { folder });
    expect(rulesOf(result)[0]).toBe('total < 1');
    expect(result.stderr).toContain(
      `TogaiBaseUrl of the stack UnmeteredEventsMonitor: ${togai.url}`,
    );
    expect(result.stderr).toMatch(/MINIMUM_EVENTS: 7 \(from .*\.env\)/);
    expect(result.stderr).toMatch(/--ignored-accounts: nothing \(the default\)/);
  });

  test('sends no token to an address from a .env where the stack names one', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, '.env'), 'TOGAI_BASE_URL=https://elsewhere.example.com\n');
    const { result } = await checkBy(DEPLOYED, [], { folder });
    expect([result.stderr.includes('elsewhere'), result.exitCode]).toEqual([false, 0]);
  });

  test('names a setting of the stack that this version cannot use', async () => {
    const settings = { ...DEPLOYED, Thresholds: 'unmeterd >= 1' };
    const { result } = await checkBy(settings, []);
    expect(result.stderr).toMatch(
      /^unmetered: Thresholds of the stack UnmeteredEventsMonitor: .*did you mean "unmetered"/,
    );
    expect(result.exitCode).toBe(2);
  });
});
