import { beforeEach, expect, test, vi } from 'vitest';
import { cli } from '../../support/cli.ts';

beforeEach(() => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  return () => void vi.unstubAllEnvs();
});

test.each([
  ['status', /no AWS region is known; set AWS_REGION, or name a state file with --state FILE/],
  ['backtest', /ask Togai with --counting metrics, or name the state file .* --state/],
  ['lost --incident u-7k2f', /name the state file .* with --state, or give a range instead/],
])('without a region, %s names the ways that need none', async (command, ways) => {
  const { stderr, exitCode } = await cli(command.split(' '), { env: { TOGAI_API_TOKEN: 'x' } });
  expect(stderr).toMatch(ways);
  expect(exitCode).toBe(2);
});
