import { describe, expect, test } from 'vitest';
import { SETTINGS, type SettingKey } from '../../functions/monitor/settings/all-settings.ts';
import { readFunctionEnvironment } from '../../functions/monitor/settings/read-for-function.ts';
import { Deployment } from '../support/cloudformation.ts';
import { longestReferences, Parameters, template } from './accepted-values.ts';
import { BOUNDS } from './parameter-values.ts';

const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:monitor';

describe('the environment', () => {
  const [resource] = Object.values(template.Resources).filter(
    ({ Type }) => Type === 'AWS::Lambda::Function',
  );
  const { Variables } = resource.Properties.Environment;
  const environmentOf = (given: Record<string, string> = {}): Record<string, string> => {
    const deployment = new Deployment(template, given);
    return Object.fromEntries(
      Object.entries(Variables).map(([name, value]) => [name, deployment.text(value)]),
    );
  };

  test('hands every setting to the function unchanged', () => {
    const given = Object.fromEntries(
      Object.values(SETTINGS).map(({ name }) => [name, BOUNDS[name]?.pass.at(-1) ?? '']),
    );
    const { textOf } = readFunctionEnvironment(environmentOf(given), FUNCTION);
    const read = Object.entries(SETTINGS).map(([key, { name }]) => [
      name,
      textOf(key as SettingKey),
    ]);
    expect(Object.fromEntries(read)).toEqual(given);
  });

  test('names the table, the secret, the topic and the dashboard of the stack', () => {
    const made = (type: string) => `<${new Deployment(template).made(type)[0]}>`;
    expect(readFunctionEnvironment(environmentOf(), FUNCTION)).toMatchObject({
      tableName: made('AWS::DynamoDB::Table'),
      secretId: made('AWS::SecretsManager::Secret'),
      topicArn: made('AWS::SNS::Topic'),
      dashboardUrl:
        'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/UnmeteredEventsMonitor-eu-central-1',
    });
  });

  test('fits into the 4 KB of a function, with the longest value of every parameter', () => {
    const longest = Object.fromEntries(
      Object.entries(Parameters).map(([name, { MaxLength, Default }]) => [
        name,
        MaxLength === undefined ? String(Default ?? '').padEnd(10) : 'x'.repeat(MaxLength),
      ]),
    );
    const stackName = 'x'.repeat(128);
    const environment = environmentOf({
      ...longest,
      ...longestReferences(stackName),
      'AWS::Region': 'us-gov-west-1',
      'AWS::StackName': stackName,
    });
    expect(Buffer.byteLength(JSON.stringify(environment))).toBeLessThan(4_096);
  });
});
