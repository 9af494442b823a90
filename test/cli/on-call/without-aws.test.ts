import { expect, onTestFinished, test, vi } from 'vitest';
import { cli } from '../../support/cli.ts';

test('without a region, the state file is named as the other way', async () => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { stderr, exitCode } = await cli(['status'], { env: {} });
  expect(stderr).toMatch(
    /no AWS region is known; set AWS_REGION, or name a state file with --state FILE/,
  );
  expect(exitCode).toBe(2);
});

test('without a region, a backtest names Togai and the state file as other ways', async () => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { stderr, exitCode } = await cli(['backtest'], { env: {} });
  expect(stderr).toMatch(/ask Togai with --counting metrics, or name the state file .* --state/);
  expect(exitCode).toBe(2);
});
