import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';

test.each([
  ['check', /--thresholds <'RULE, RULE'>[\s\S]*Examples:[\s\S]*Exit codes:[\s\S]* 3 .*breached/],
  ['lost', /--with-payload[\s\S]*Examples:[\s\S]*Exit codes:/],
  ['simulate', /--time-filter[\s\S]*Examples:/],
  ['demo', /simulated Togai/],
])('%s --help explains the command', async (command, expected) => {
  const { stdout, exitCode } = await cli([command, '--help']);
  expect(stdout).toMatch(expected);
  expect(exitCode).toBe(0);
});

test('--version prints the version of the package', async () => {
  const { stdout, exitCode } = await cli(['--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(exitCode).toBe(0);
});
