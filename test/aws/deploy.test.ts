import { spawnSync } from 'node:child_process';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { findMonitor } from '../../cli/aws/find-monitor.ts';
import { surroundings } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';

/**
 * Deploys, changes and removes the stack on an emulator on this machine, never on AWS. An emulator knows only some of the
 * resources and deletion policies. So this shows that the commands work, not that AWS accepts each resource.
 */
const endpoint = new URL(process.env.AWS_ENDPOINT_URL ?? 'https://aws.invalid');
const onThisMachine = ['localhost', '127.0.0.1'].includes(endpoint.hostname);
// The emulator expects the bucket in the host name, and an IP address cannot have it.
endpoint.hostname = 'localhost';

function cdk(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(
    'node_modules/.bin/cdk',
    [...args, '--output', emptyFolder(), '--progress', 'events'],
    {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, AWS_ENDPOINT_URL: endpoint.href, NO_COLOR: '1' },
    },
  );
  expect(status, stdout + stderr).toBe(0);
  return stdout + stderr;
}

async function deployedFunction() {
  const { Functions = [] } = await new LambdaClient().send(new ListFunctionsCommand());
  return Functions.find(({ FunctionName }) => FunctionName?.startsWith('UnmeteredEventsMonitor'));
}

describe.runIf(onThisMachine)('the stack', () => {
  test('is deployed, found by its name, tuned by parameters that arrive unchanged, and removed', async () => {
    cdk('bootstrap');
    cdk('deploy', '--require-approval', 'never', '--parameters', 'AlertEmail1=oncall@example.com');
    const deployed = await deployedFunction();
    expect(Number(deployed?.Timeout)).toBe(240);
    const { functionName } = await findMonitor('UnmeteredEventsMonitor', surroundings());
    expect(functionName).toBe(deployed?.FunctionName);

    const thresholds = 'unmetered >= 20, failed >= 1% critical';
    const output = cdk(
      'deploy',
      '--require-approval',
      'never',
      // The emulator needs all values: it knows neither earlier ones nor that no change set is left.
      '--method=direct',
      '--no-previous-parameters',
      '--parameters',
      `Thresholds=${thresholds}`,
      '--parameters',
      'RunEveryMinutes=15',
    );
    const tuned = await deployedFunction();
    expect(Number(tuned?.Timeout)).toBe(840);
    expect(tuned?.Environment?.Variables?.THRESHOLDS).toBe(thresholds);
    expect(output).toMatch(/SetTokenCommand = \(S=\$\(stty -g\).* read -r TOKEN/);
    expect(output).toMatch(/Warning = Nobody is notified/);

    cdk('destroy', '--force');
    expect(await deployedFunction()).toBeUndefined();
  }, 240_000);
});
