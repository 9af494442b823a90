import { SettingError } from '../../functions/monitor/errors.ts';
import { SETTINGS, type SettingKey } from '../../functions/monitor/settings/all-settings.ts';
import { accepts } from '../support/cloudformation.ts';
import { standardTemplate } from './synthesized.ts';

export const template = standardTemplate();
export const { Parameters } = template;

export const takes = (name: string, value: string): boolean => {
  const definition = Parameters[name];
  if (!definition) throw new Error(`there is no parameter ${name}`);
  return accepts(definition, value);
};

export const parses = (key: SettingKey, text: string): boolean => {
  try {
    SETTINGS[key].parse(text || SETTINGS[key].defaultText);
    return true;
  } catch (error) {
    if (error instanceof SettingError) return false;
    throw error;
  }
};

/** The longest text for a reference to each resource. */
export function longestReferences(stackName: string): Record<string, string> {
  const prefixes: Readonly<Record<string, string>> = {
    'AWS::SecretsManager::Secret':
      'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:',
    'AWS::SNS::Topic': 'arn:aws-us-gov:sns:us-gov-west-1:123456789012:',
  };
  return Object.fromEntries(
    Object.entries(template.Resources).flatMap(([id, { Type }]) => {
      // CloudFormation adds 13 characters, and Secrets Manager seven more.
      const name = `${stackName}-${id}-${'x'.repeat(20)}`;
      return [
        [id, `${prefixes[Type] ?? ''}${name}`],
        [`${id}.TopicName`, name],
      ];
    }),
  );
}
